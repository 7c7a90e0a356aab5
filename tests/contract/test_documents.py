"""The documents say what is there: every setting stands in the README; and those of the API are found."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

HOUSE = Path(__file__).parents[2]


def test_every_setting_stands_in_the_table_of_the_readme() -> None:
    told = [*HOUSE.glob("service/**/*.py"), HOUSE / "Procfile", HOUSE / "Makefile"]
    named = {name for file in told for name in re.findall(r"\b(LEADUP_[A-Z_]+|PORT)\b", file.read_text())}
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (HOUSE / "README.md").read_text(), re.M))
    assert named == table


def test_the_documents_are_found_with_a_slash_behind_too(client: FlaskClient) -> None:
    assert client.get("/docs/").data == client.get("/docs").data

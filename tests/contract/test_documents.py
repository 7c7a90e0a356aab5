"""The documents say what is there: every setting stands in the README."""

from __future__ import annotations

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def test_every_setting_stands_in_the_table_of_the_readme() -> None:
    told = [*HOUSE.glob("service/**/*.py"), HOUSE / "Procfile", HOUSE / "Makefile"]
    named = {name for file in told for name in re.findall(r"\b(LEADUP_[A-Z_]+|PORT)\b", file.read_text())}
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (HOUSE / "README.md").read_text(), re.M))
    assert named == table

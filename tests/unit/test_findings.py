"""docs/findings.md is what `leadup findings` says, whatever that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.__main__ import main
from service.findings import expected
from service.settings import Settings
from tests.apps import TODAY

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_document_says_what_the_shipped_calendar_answers(settings: Settings) -> None:
    env = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": TODAY.isoformat()}
    told = CliRunner().invoke(main, ["findings", "dprk"], env=env)
    assert told.exit_code == 0, told.output
    assert told.stdout == DOCUMENT.read_text(encoding="utf-8"), "run `make findings`"


def test_a_calendar_without_questions_is_refused_in_a_sentence(settings: Settings) -> None:
    env = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": TODAY.isoformat()}
    refused = CliRunner().invoke(main, ["findings", "atlantis"], env=env)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "asks no questions" in refused.stderr


@pytest.mark.parametrize(
    ("within", "words"),
    [
        ({"share": 0, "low": 0, "high": 0.37}, "up to a share of 0.37 open so soon: it cannot be told"),
        ({"share": 0.1, "low": 0.02, "high": 0.45}, "so soon was not to be expected"),
        ({"share": 0.9, "low": 0.6, "high": 0.99}, "so soon was to be expected"),
        ({"share": 0.3, "low": 0.1, "high": 0.6}, "it could not be told"),
        ({"share": 1, "low": None, "high": None}, "it could not be told"),
    ],
)
def test_what_was_to_be_expected_goes_by_the_interval(within: dict[str, Any], words: str) -> None:
    assert words in expected(within)

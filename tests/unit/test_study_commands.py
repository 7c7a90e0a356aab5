"""`leadup study` and `leadup gaps`: the same answers as over HTTP, as reports, JSON and CSV."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.__main__ import main
from service.settings import Settings
from tests.apps import TODAY

pytestmark = pytest.mark.slow

STUDY = ("study", "dprk", "--anchors", "plenary,congress", "--activity", "leader-visit", "--as-known-on", "2026-04-30")
GAPS = ("gaps", "dprk", "--from-kind", "leader-visit", "--to-kind", "ceremony", "--programme", "20x10")
ADDRESSES: dict[tuple[str, ...], str] = {
    STUDY: "leadups?calendar=dprk&anchors=plenary,congress&activity=leader-visit&as_known_on=2026-04-30",
    GAPS: "gaps?calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10",
}


def leadup(settings: Settings, *arguments: str) -> Result:
    env = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": TODAY.isoformat()}
    return CliRunner().invoke(main, arguments, env=env)


@pytest.mark.parametrize("asked", [STUDY, GAPS])
def test_json_is_the_answer_over_http(settings: Settings, client: FlaskClient, asked: tuple[str, ...]) -> None:
    told = leadup(settings, *asked, "--format", "json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == client.get(f"/api/v1/{ADDRESSES[asked]}").get_json()


@pytest.mark.parametrize(("asked", "table"), [(STUDY, "ratios"), (GAPS, "sites")])
def test_csv_is_the_table_over_http(
    settings: Settings, client: FlaskClient, asked: tuple[str, ...], table: str
) -> None:
    told = leadup(settings, *asked, "--format", "csv", "--table", table)
    address = ADDRESSES[asked].replace("?", ".csv?", 1)
    assert told.stdout_bytes == client.get(f"/api/v1/{address}&table={table}").data


@pytest.mark.parametrize("asked", [STUDY, GAPS])
@pytest.mark.parametrize("format_", ["text", "md"])
def test_a_report_begins_with_its_headline_and_ends_with_the_way_to_the_same_again(
    settings: Settings, client: FlaskClient, asked: tuple[str, ...], format_: str
) -> None:
    told = leadup(settings, *asked, "--format", format_)
    assert told.exit_code == 0, told.output
    answer = client.get(f"/api/v1/{ADDRESSES[asked]}").get_json()
    words = " ".join(told.stdout.split())
    assert answer["headline"] in words
    assert words.endswith(f"The same again: {answer['permalink']}")


def test_a_report_shows_the_list_where_there_is_no_rate(settings: Settings) -> None:
    told = leadup(settings, *STUDY[:4], "--activity", "appearance", "--as-known-on", "2019-06-30")
    assert "no rates, only the list" in " ".join(told.stdout.split())
    assert "The list\n~~~~~~~~" in told.stdout


def test_what_cannot_be_asked_is_refused_in_a_sentence(settings: Settings) -> None:
    for arguments in (
        ("study", "atlantis", *STUDY[2:]),
        (*STUDY, "--activity", "circus"),
        (*GAPS, "--theme", "x", "--from-kind", "zoo"),
    ):
        refused = leadup(settings, *arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith("leadup: ")

"""`leadup record`: a report in one line, what was understood of it, and mistakes in a sentence."""

from __future__ import annotations

import pytest
from click.testing import Result

from service.settings import Settings
from service.store.asknown import last_change
from service.store.database import Store
from tests.apps import app_over
from tests.unit.test_commands import leadup

pytestmark = pytest.mark.slow

TITLE = "Kim Jong Un visits the new factories in Sinyang County"
REPORT = ("--on", "yesterday", "--source", "https://www.nknews.org/2026/11/x")


def recorded(settings: Settings, result: Result) -> dict[str, object]:
    id_ = result.output.strip().rpartition("/")[2]
    found: dict[str, object] = app_over(settings).test_client().get(f"/api/v1/events/{id_}").get_json()
    return found


def test_a_report_is_recorded_and_what_was_understood_told(settings: Settings) -> None:
    result = leadup(settings, "record", TITLE, *REPORT)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:7] == [
        TITLE,
        "  kind    Leader's visit, held",
        "  when    23 November 2026 (2026-11-23)",
        "  people  Kim Jong Un",
        "  place   Sinyang, South Pyongan, KP",
        "  source  NK News, https://www.nknews.org/2026/11/x",
        "  known   2026-11-24",
    ]
    event = recorded(settings, result)
    assert (event["kind"], event["people"], event["recorded_by"]) == ("leader-visit", ["Kim Jong Un"], "leadup")


def test_who_published_it_is_no_part_of_the_title_of_the_report(settings: Settings) -> None:
    event = recorded(settings, leadup(settings, "record", TITLE, *REPORT, "--source-title", "A farm opens | NK News"))
    sources = event["sources"]
    assert isinstance(sources, list)
    assert [(each["title"], each["publisher"]) for each in sources] == [("A farm opens", "NK News")]


def test_a_dry_run_records_nothing(settings: Settings, store: Store) -> None:
    with store.reading() as conn:
        before = last_change(conn)
    result = leadup(settings, "record", TITLE, *REPORT, "--dry-run")
    assert result.output.endswith("Nothing is recorded: this was a dry run.\n")
    with store.reading() as conn:
        assert last_change(conn) == before


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("North Korea fires cruise missiles toward Yellow Sea", "Weapons test, held"),
        ("North Korea to convene plenary meeting in mid-December", "Plenary, held"),
        ("North Korea to hold key party meeting in late December", None),
        ("Kim Jong Un visits factory days after party congress", None),
    ],
)
def test_a_kind_is_read_from_a_headline_only_where_it_is_certain(
    settings: Settings, title: str, said: str | None
) -> None:
    result = leadup(settings, "record", title, *REPORT, "--dry-run", "--anyway")
    assert (f"kind    {said}" in result.output) == (said is not None)
    assert ("cannot be read from" in result.output) == (said is None)


def test_every_part_can_be_told_instead_of_read(settings: Settings) -> None:
    told = ("--kind", "plenary", "--person", "A", "--person", "B", "--site", "Hall", "--country", "KP", "--body", "WPK")
    dated = ("--on", "mid-December", "--said-by", "body", "--published", "2026-11-20", "--publisher", "News")
    event = recorded(settings, leadup(settings, "record", TITLE, *told, *dated, "--theme", "party", "--note", "more"))
    assert (event["kind"], event["status"], event["known_on"]) == ("plenary", "announced", "2026-11-20")
    assert (event["people"], event["bodies"], event["themes"], event["note"]) == (
        ["A", "B"],
        ["WPK"],
        ["party"],
        "more",
    )
    assert event["place"] == {"name": "Hall", "county": None, "province": None, "country": "KP"}


def test_what_may_be_recorded_already_is_named_and_the_report_added_to_it(settings: Settings) -> None:
    first = leadup(settings, "record", TITLE, *REPORT)
    id_ = first.output.strip().rpartition("/")[2]
    other = ("--on", "23 November", "--source", "https://www.reuters.com/x")
    refused = leadup(settings, "record", TITLE, *other)
    assert refused.exit_code == 2
    assert f"It may be recorded already ({id_}: {TITLE}, 23 November 2026)" in refused.output
    added = leadup(settings, "record", TITLE, *other, "--add-to", id_)
    assert added.output.endswith(f"Added to http://127.0.0.1:8000/events/{id_}\n")
    sources = recorded(settings, added)["sources"]
    assert isinstance(sources, list)
    assert [each["publisher"] for each in sources] == ["NK News", "Reuters"]
    assert leadup(settings, "record", TITLE, *other, "--anyway").exit_code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--on", "someday"), "--on: The date 'someday' cannot be read"),
        (("--on", "tomorrow", "--status", "held"), "--status: held, but known on 2026-11-24"),
        (("--on", "tomorrow", "--said-by-name", "X"), "--said-by: Missing data for required field."),
        (
            ("--on", "tomorrow", "--publisher", "X", "--published", "2027-01-01"),
            "known_on 2027-01-01 lies after today, 2026-11-24",
        ),
        (("--on", "tomorrow", "--publisher", "X", "--source", "nowhere"), "--source: Not a valid URL."),
        (("--on", " "), "--on: say when."),
        (("--on", "tomorrow", "--calendar", "zoo"), "There is no calendar zoo: there are dprk."),
        (("--on", "tomorrow", "--add-to", "wpk-9th-congress"), "No report is named: give its publisher."),
        (("--on", "tomorrow", "--publisher", "X", "--add-to", "zzz"), "No event zzz is known on 2026-11-24."),
    ],
)
def test_a_mistake_is_one_sentence(settings: Settings, options: tuple[str, ...], words: str) -> None:
    result = leadup(settings, "record", "Plenary", "--kind", "plenary", *options)
    assert result.exit_code == 2
    told = [line for line in result.output.splitlines() if not line.startswith(("  ", "Plenary"))]
    assert len(told) == 1
    assert words in told[0]
    assert "--status: Missing" not in told[0]


def test_a_kind_that_the_words_do_not_say_is_asked_for(settings: Settings) -> None:
    result = leadup(settings, "record", "Zzz", "--on", "yesterday")
    assert result.exit_code == 2
    assert "cannot be read from 'Zzz': give --kind, one of leader-visit, appearance," in result.output


def test_a_title_of_nothing_is_asked_for(settings: Settings) -> None:
    result = leadup(settings, "record", "", "--on", "yesterday")
    assert (result.exit_code, result.output) == (2, "leadup: TITLE: say what happened.\n")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-31", "There is no 31 February 2026; write a day as YYYY-MM-DD."),
        ("yesterday", "Not a day: write it as YYYY-MM-DD."),
    ],
)
def test_an_option_that_is_no_day_says_how_one_is_written(settings: Settings, day: str, words: str) -> None:
    result = leadup(settings, "record", "Plenary", "--on", "tomorrow", "--published", day)
    assert result.exit_code == 2
    assert result.output.endswith(f"Invalid value for '--published': {words}\n")

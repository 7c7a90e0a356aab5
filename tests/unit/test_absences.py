"""How long somebody is not seen: counted where silence means something, and never longer than it surely was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from schemas.calendars import Coverage
from service.absences import Absences, absences
from service.clock import Clock
from service.store.asknown import standpoint
from tests.builders import a_calendar, a_store, tell

DAY = date(2025, 12, 1)


def told(folder: Path, whens: Sequence[str], until: date = DAY, day: date = DAY) -> Absences:
    claim = Coverage(kinds=("visit",), since=date(2025, 1, 1), until=until, known_on=date(2025, 1, 1))
    store = a_store(folder / "leadup.sqlite3", DAY, a_calendar(coverage=(claim,)))
    for number, when in enumerate(whens):
        tell(store, f"visit{number}", when, "2025-11-30", kind="visit", status="held", people=["Ada Ahn"])
    with store.reading() as conn:
        at = standpoint(conn, Clock(DAY), day)
        return absences(at, at.register.slug("person", "Ada Ahn"))[0]


def test_absences_of_fourteen_days_and_more_the_longest_first(tmp_path: Path) -> None:
    found = told(tmp_path, ["2025-02-01", "2025-02-14", "2025-02-28", "2025-04-01", "2025-11-10"])
    assert [(each.days, each.seen, each.again) for each in found.past] == [
        (223, date(2025, 4, 1), date(2025, 11, 10)),
        (32, date(2025, 2, 28), date(2025, 4, 1)),
        (14, date(2025, 2, 14), date(2025, 2, 28)),
    ]
    assert (found.days_unseen, found.rank) == (21, 3)


def test_an_inexact_day_shortens_an_absence_from_both_ends_and_a_wide_one_tells_nothing(tmp_path: Path) -> None:
    found = told(tmp_path, ["2025-02-01", "[2025-02-20..2025-02-24]", "2025-03-20", "2025-06", "2025"])
    assert [each.days for each in found.past] == [73, 24, 19]
    assert found.days_unseen == (DAY - date(2025, 6, 30)).days


def test_outside_of_coverage_nothing_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, ["2024-01-01", "2025-02-01", "2025-03-01", "2025-09-01"], until=date(2025, 6, 1))
    assert [each.days for each in found.past] == [28]
    assert (found.days_unseen, found.rank, found.until) == (None, None, date(2025, 6, 1))

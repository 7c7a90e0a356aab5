"""Letters told again: none that is yet to go, and why there is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemas.queries import EventQuery
from schemas.subscriptions import LEAD, Choices
from service.__main__ import main
from service.retelling import Account, accounts
from service.store.asknown import standpoint
from tests.builders import a_store, tell


def looked_back(folder: Path, today: date) -> Account:
    """What is told again, on a day, of a plenary announced on 30 November for 18 to 20 December."""
    store = a_store(folder / "store.sqlite3", today)
    tell(store, "autumn01", "[2025-12-18..2025-12-20]", "2025-11-30")
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["demo"])
        query = EventQuery(calendar=("demo",), kind=("plenary",))
        (found,) = accounts(at, query, Choices(matters=(LEAD,)), date(2025, 1, 1), date(2026, 12, 31))
    return found


@pytest.mark.parametrize(("today", "words"), [(date(2025, 12, 1), "10 days"), (date(2025, 12, 10), "1 day")])
def test_a_letter_that_is_not_due_yet_was_not_told(tmp_path: Path, today: date, words: str) -> None:
    found = looked_back(tmp_path, today)
    assert not found.letters
    assert found.why_no_lead == f"the letter is due in {words}"


def test_a_letter_is_told_from_its_day_on(tmp_path: Path) -> None:
    found = looked_back(tmp_path, date(2025, 12, 11))
    assert [letter.day for letter in found.leads] == [date(2025, 12, 11)]
    assert found.why_no_lead is None


def test_what_was_retracted_is_not_told_again(tmp_path: Path) -> None:
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 12))
    tell(store, "autumn01", "[2025-12-18..2025-12-20]", "2025-11-30")
    tell(store, "autumn01", "[2025-12-18..2025-12-20]", "2025-12-12", status="retracted")
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["demo"])
        asked = EventQuery(calendar=("demo",), kind=("plenary",))
        assert accounts(at, asked, Choices(), date(2025, 1, 1), date(2026, 12, 31)) == []


def test_a_title_parts_no_cells_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    store = a_store(tmp_path / "var" / "leadup.sqlite3", date(2025, 12, 12))
    tell(store, "autumn01", "[2025-12-18..2025-12-20]", "2025-11-30", title="Plenary | enlarged")
    asked = ["alerts", "replay", "--from", "2025-01-01", "--to", "2026-12-31", "--format", "markdown"]
    told = CliRunner().invoke(main, asked, env={"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": "2025-12-12"})
    assert told.exit_code == 0
    assert "| not yet | Plenary \\| enlarged | 2025-12-11 |" in told.stdout

"""A letter that waited is judged again when it goes, by what is known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import EventNotFound, InvalidRecord
from schemas.queries import EventQuery
from service import alerting, delivering, raising
from service.clock import Clock
from service.mail.letters import Letter, plain_text
from service.retelling import silences
from service.sampling import sample
from service.settings import Settings, read_settings
from service.store import outbox
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.migrations import migrate
from service.store.registers import plain
from service.store.revisions import Assertion, append, rows_of
from service.store.timeline import find
from tests.builders import a_calendar, a_store, on, subscribe, tell
from tests.unit.test_delivering import letters, said

MID, NARROW, LATE = "[2025-12-11..2025-12-20]", "[2025-12-12..2025-12-14]", "[2025-12-21..2025-12-31]"
WIDE = "[2025-12..2026-01]"
PRESS: dict[str, Any] = {"status": "expected", "said_by": {"who": "press"}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "store.sqlite3", date(2025, 11, 24))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path)})


def told(store: Store, when: str, day: str, *, raised: bool = True, **changes: Any) -> None:
    """Record the next revision of `autumn01` on a day, and raise its letters unless it is to raise none."""
    tell(on(store, day), "autumn01", when, day, **changes)
    if raised:
        with on(store, day).transaction("test") as tx:
            raising.raise_for(tx, on(store, day).clock, "autumn01")


def said_by(letter: Letter) -> str:
    return " ".join(plain_text(letter).split())


def brought(store: Store, settings: Settings, day: str) -> tuple[list[str], list[str]]:
    """The subjects of the letters that go on a day, and why others were dropped so far."""
    before = {str(each["Message-ID"]) for each in letters(settings)}
    delivering.deliver(on(store, day), settings)
    with store.reading() as conn:
        why = [row[0] for row in conn.execute("SELECT said FROM outbox WHERE state = 'dropped' ORDER BY letter")]
    went = [each for each in letters(settings) if str(each["Message-ID"]) not in before]
    return [str(each["Subject"]).partition(": ")[2] for each in went], why


@pytest.mark.parametrize("matters", [("announced",), ("firmed",), ("announced", "firmed")])
def test_what_is_not_announced_or_narrower_any_more_is_not_told_so(
    store: Store, settings: Settings, matters: tuple[str, ...]
) -> None:
    subscribe(store, matters=matters)
    told(store, MID, "2025-11-24")
    told(store, NARROW, "2025-11-25")
    told(store, WIDE, "2025-11-26", **PRESS)
    went, why = brought(store, settings, "2025-11-26")
    assert went == []
    assert len(why) == len(matters)
    for each in why:
        assert each.startswith(("it is not so any more: the event is expected", "it has moved by now"))


def test_what_became_of_a_change_is_told_as_what_it_is_by_now(store: Store, settings: Settings) -> None:
    subscribe(store, matters=("announced", "firmed", "moved"))
    told(store, MID, "2025-11-24")
    assert brought(store, settings, "2025-11-24")[0][0].startswith("newly announced for mid-December 2025")
    told(store, NARROW, "2025-11-25")
    told(store, WIDE, "2025-11-26", raised=False, **PRESS)
    (subject,), why = brought(store, settings, "2025-11-26")
    assert subject.startswith("moved to December 2025 or January 2026, expected by the press")
    assert why == []
    assert "narrow" not in said(letters(settings)[-1])


def test_what_became_of_an_announcement_that_nobody_was_told_of_is_told_as_one(
    store: Store, settings: Settings
) -> None:
    subscribe(store, matters=("announced", "firmed"))
    told(store, MID, "2025-11-24")
    told(store, NARROW, "2025-11-25")
    told(store, MID, "2025-11-26", raised=False)
    went, why = brought(store, settings, "2025-11-26")
    assert [each.partition(",")[0] for each in went] == ["newly announced for mid-December 2025"]
    assert why == ["it is not so any more: the event is announced by now, mid-December 2025"]


def test_a_letter_that_went_settles_the_older_ones(store: Store, settings: Settings) -> None:
    subscribe(store, matters=("announced", "firmed", "moved", "cancelled"))
    told(store, MID, "2025-11-24")
    with store.transaction("test") as tx:  # the server takes it later
        (leased,) = outbox.lease(tx, store.clock.now())
        outbox.delay(tx, leased, "450 Later.", store.clock.now())
    told(store, LATE, "2025-11-24")
    went, _ = brought(store, settings, "2025-11-24")
    assert [each.partition(",")[0] for each in went] == ["moved to late December 2025"]
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE outbox SET due_at = '2025-11-24T00:00:00Z'")
    assert brought(store, settings, "2025-11-25") == ([], ["a letter that went told it, or what came after it"])


def test_what_is_again_what_it_was_is_told_by_nobody(store: Store, settings: Settings) -> None:
    told(store, MID, "2025-11-20")
    subscribe(store, matters=("moved",))
    told(store, LATE, "2025-11-24")
    told(store, MID, "2025-11-25", raised=False)
    assert brought(store, settings, "2025-11-25")[0] == []


def test_the_newest_of_several_changes_is_told_once(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, MID, "2025-11-24")
    told(store, NARROW, "2025-11-25")
    told(store, LATE, "2025-11-26")
    (subject,), why = brought(store, settings, "2025-11-26")
    assert subject.startswith("moved to late December 2025")
    assert why == ["a newer letter about the event says it"] * 2


def test_a_lead_day_letter_that_went_has_told_the_announcement(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, "2025-11-28", "2025-11-24")
    with store.transaction("test") as tx:
        (leased,) = outbox.lease(tx, store.clock.now())
        outbox.delay(tx, leased, "450 Later.", store.clock.now())
        tx.conn.execute("INSERT INTO outbox (subscription, event, matter, about, raised_at, due_at)"
                        " SELECT subscription, event, 'lead', '7', raised_at, raised_at FROM outbox")  # fmt: skip
    assert len(brought(store, settings, "2025-11-24")[0]) == 1
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE outbox SET due_at = '2025-11-24T00:00:00Z'")
    assert brought(store, settings, "2025-11-25") == ([], ["a letter that went told it, or what came after it"])


def test_an_overdue_letter_that_waited_until_there_was_word_does_not_go(store: Store, settings: Settings) -> None:
    subscribe(store, matters=("overdue",))
    told(store, "2025-11-20", "2025-11-10")
    alerting.raise_due(store)
    told(store, "2025-11-20", "2025-11-24", status="held")
    assert brought(store, settings, "2025-11-24") == ([], ["there is word of it by now"])


def test_of_two_windows_of_one_day_the_one_that_stood_is_told_when_it_opened(store: Store, settings: Settings) -> None:
    told(store, "[2025-12-21..2025-12-31]", "2025-11-20")
    told(store, "[2025-12-11..2025-12-20]", "2025-11-20")
    subscribe(store, matters=("opened",))
    told(store, "2025-12-12/..", "2025-12-12", status="held")
    assert brought(store, settings, "2025-12-12")[0] == ["opened 12 December 2025"]
    assert "inside its announced window, 11 to 20 December 2025." in said(letters(settings)[-1]).replace("\n", " ")


def test_a_window_that_was_announced_anew_is_the_one_that_stood(store: Store, settings: Settings) -> None:
    for when, day in ((MID, "2025-11-20"), (LATE, "2025-11-21"), (MID, "2025-11-22")):
        told(store, when, day)
    subscribe(store, matters=("opened",))
    told(store, "2025-12-12/..", "2025-12-12", status="held")
    brought(store, settings, "2025-12-12")
    assert "inside its announced window" in said(letters(settings)[-1]).replace("\n", " ")


def test_what_was_called_off_is_told_with_the_date_it_had_and_who_gave_that(store: Store, settings: Settings) -> None:
    told(store, MID, "2025-11-20")
    told(store, "[2026-01-01..2026-01-10]", "2025-11-21", **PRESS)
    subscribe(store, matters=("cancelled",))
    told(store, "[2026-01-01..2026-01-10]", "2025-11-24", status="cancelled")
    brought(store, settings, "2025-11-24")
    letter = said(letters(settings)[-1]).replace("\n", " ")
    assert "the body itself told so. It had been expected by the press for early January 2026." in letter
    assert "Told by: the body itself" in letter


def test_a_digest_names_the_old_window_of_what_changed(store: Store, settings: Settings) -> None:
    told(store, "[2025-12-25..2025-12-28]", "2025-11-10")
    subscribe(store, digest="daily")
    told(store, "[2026-01-01..2026-01-10]", "2025-11-24", **PRESS)
    alerting.raise_due(store)
    brought(store, settings, "2025-11-24")
    letter = said(letters(settings)[-1]).replace("\n  ", " ")
    assert "; before, announced for a day between 25 and 28 December 2025, given by the body itself" in letter


def test_the_bodys_own_announcement_is_told_as_one_whatever_others_had_said(store: Store, settings: Settings) -> None:
    subscribe(store, matters=("announced",))
    told(store, MID, "2025-11-24", said_by={"who": "press", "name": "Yonhap"})
    (subject,), _ = brought(store, settings, "2025-11-24")
    assert subject.startswith("newly expected by Yonhap for mid-December 2025")
    told(store, MID, "2025-11-25")
    (subject,), _ = brought(store, settings, "2025-11-25")
    assert subject.startswith("newly announced for mid-December 2025")
    assert "had: expected by Yonhap for mid-December 2025" in said(letters(settings)[-1]).replace("\n ", "")


def test_the_bodys_own_announcement_wins_over_a_move(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, MID, "2025-11-24", said_by={"who": "press"})
    brought(store, settings, "2025-11-24")
    told(store, LATE, "2025-11-25")
    (subject,), _ = brought(store, settings, "2025-11-25")
    assert subject.startswith("newly announced for late December 2025")


@pytest.mark.parametrize("put_off", [True, False])
def test_what_is_again_what_the_last_letter_told_is_not_told_again(
    store: Store, settings: Settings, put_off: bool
) -> None:
    subscribe(store)
    told(store, MID, "2025-11-24")
    brought(store, settings, "2025-11-24")
    told(store, LATE, "2025-11-25")
    if put_off:
        with store.transaction("test") as tx:
            (leased,) = outbox.lease(tx, store.clock.now())
            outbox.delay(tx, leased, "450 Later.", store.clock.now())
    told(store, MID, "2025-11-26")
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE outbox SET due_at = '2025-11-24T00:00:00Z'")
    went, why = brought(store, settings, "2025-11-26")
    assert went == []
    assert why == ["our last letter about the event told the same"] * 2


def test_a_change_is_told_as_what_it_is_beside_the_last_letter(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, MID, "2025-11-24")
    brought(store, settings, "2025-11-24")
    told(store, LATE, "2025-11-25")
    told(store, NARROW, "2025-11-26")
    (subject,), _ = brought(store, settings, "2025-11-26")
    assert subject.startswith("narrowed to a day between 12 and 14 December 2025")


@pytest.mark.parametrize(
    ("when", "opened", "words"),
    [
        ("2025-12-12/2025-12-15", "2025-12-12", "It opened on 12 December 2025, on its announced first day."),
        (
            "2025-12-12/2025-12-15",
            "2025-12-14",
            "It opened on 14 December 2025, 2 days after its announced first day, 12 December 2025.",
        ),
        (
            "2025-12-12",
            "2025-12-11",
            "It opened on 11 December 2025, 1 day before its announced day, 12 December 2025.",
        ),
        (MID, "2025-12-12", "It opened on 12 December 2025, inside its announced window, 11 to 20 December 2025."),
    ],
)
def test_an_opening_is_told_beside_the_day_or_window_that_was_announced(
    store: Store, settings: Settings, when: str, opened: str, words: str
) -> None:
    told(store, when, "2025-11-20")
    subscribe(store, matters=("opened",))
    told(store, f"{opened}/..", opened, status="held")
    brought(store, settings, opened)
    assert words in said(letters(settings)[-1]).replace("\n", " ")


def test_what_lasts_is_overdue_once_its_first_day_passed_as_lists_have_it(store: Store, settings: Settings) -> None:
    told(store, "2025-11-24/2025-11-27", "2025-11-20")
    subscribe(store, matters=("overdue",))
    assert alerting.raise_due(store) == []
    alerting.raise_due(on(store, "2025-11-25"))
    (subject,), _ = brought(store, settings, "2025-11-25")
    assert subject == "no word, and its first day, 24 November 2025, has passed"
    with on(store, "2025-11-25").reading() as conn:
        at = standpoint(conn, Clock(date(2025, 11, 25)), calendars=["demo"])
        assert [each.id for each in find(at, EventQuery(overdue=True))] == ["autumn01"]


def test_a_retraction_corrects_those_who_were_told(store: Store, settings: Settings) -> None:
    subscribe(store)
    subscribe(store, "late@example.org", matters=("cancelled",))
    told(store, "2025-12-03", "2025-11-24")
    brought(store, settings, "2025-11-24")
    told(store, "2025-12-03", "2025-11-25", status="retracted")
    (subject,), _ = brought(store, settings, "2025-11-25")
    assert subject == "entered in error"
    letter = said(letters(settings)[-1]).replace("\n", " ").replace("  ", " ")
    assert letter.startswith(
        "Plenary of the Central Committee Entered in error: this event is no longer in the calendar Demo. Before: our"
    )
    assert "our letter of 24 November 2025 had: announced for 3 December 2025, given by the body itself" in " ".join(
        letter.split()
    )
    assert "It does not say that the meeting was called off." in letter
    with store.reading() as conn:
        assert conn.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 2
    assert brought(store, settings, "2025-11-26")[0] == []


def test_the_letter_on_what_was_entered_in_error_can_be_looked_at(store: Store, settings: Settings) -> None:
    told(store, "2025-12-03", "2025-11-23")
    told(store, "2025-12-03", "2025-11-25", status="retracted")
    with on(store, "2025-11-25").reading() as conn:
        at = standpoint(conn, Clock(date(2025, 11, 25)), calendars=["demo"])
        letter, matter = sample(at, settings, "autumn01")
        assert (matter, letter.subject) == ("cancelled", "Plenary of the Central Committee: entered in error")
        assert "our letter of 23 November 2025 had: announced for 3 December 2025" in said_by(letter)
        with pytest.raises(InvalidRecord, match="no letter on lead goes about it any more, only on cancelled"):
            sample(at, settings, "autumn01", "lead")
        with pytest.raises(EventNotFound):
            sample(at, settings, "nothing", "cancelled")


def test_no_letter_on_the_retraction_of_what_lay_behind_can_be_looked_at(store: Store, settings: Settings) -> None:
    told(store, "2025-11-23", "2025-11-23", status="held")
    told(store, "2025-11-23", "2025-11-24", status="retracted")
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["demo"])
        with pytest.raises(InvalidRecord, match="did not lie ahead any more"):
            sample(at, settings, "autumn01")


def test_what_was_entered_twice_is_corrected_by_the_entry_that_stays(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, "2025-12-03", "2025-11-24")
    brought(store, settings, "2025-11-24")
    tell(store, "other001", "2025-12-04", "2025-11-24", title="Plenary, enlarged")
    told(store, "2025-12-03", "2025-11-24", status="retracted", same_as="other001")
    (subject,), _ = brought(store, settings, "2025-11-24")
    assert subject == "entered twice"
    assert "Entered twice: it stays in the calendar Demo as Plenary, enlarged." in said(letters(settings)[-1]).replace(
        "\n", " "
    )


def test_a_retraction_waits_for_a_letter_that_is_under_way(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, "2025-12-03", "2025-11-24")
    with store.transaction("clock") as tx:
        (held,) = outbox.lease(tx, store.clock.now())
    told(store, "2025-12-03", "2025-11-24", status="retracted")
    assert delivering.deliver(store, settings) == {"delayed": 1}
    with store.transaction("clock") as tx:
        outbox.note_sent(tx, held.letter, 0, tx.recorded_at)
        tx.conn.execute("UPDATE outbox SET due_at = raised_at WHERE state = 'waiting'")
    assert brought(store, settings, "2025-11-24")[0] == ["entered in error"]


def test_of_what_nobody_was_told_no_retraction_is_told(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, "2025-12-03", "2025-11-24")
    told(store, "2025-12-03", "2025-11-24", status="retracted")
    went, why = brought(store, settings, "2025-11-24")
    assert went == []
    assert why == ["the event is not known any more"]


def test_what_was_retracted_and_brought_back_before_the_letter_went_is_not_told(
    store: Store, settings: Settings
) -> None:
    subscribe(store)
    told(store, "2025-12-03", "2025-11-24")
    brought(store, settings, "2025-11-24")
    told(store, "2025-12-03", "2025-11-25", status="retracted")
    with on(store, "2025-11-25").transaction("test") as tx:
        state = rows_of(tx.conn, "autumn01")[0].state
        append(tx, Assertion("event", "autumn01", "demo", date(2025, 11, 25), state, replaces=1))
    assert brought(store, settings, "2025-11-25") == ([], ["our last letter about the event told the same"])


def test_what_lies_behind_is_retracted_without_a_letter(store: Store, settings: Settings) -> None:
    subscribe(store, matters=("opened", "cancelled", "announced"))
    told(store, "2025-11-24", "2025-11-23")
    told(store, "2025-11-24", "2025-11-24", status="held")
    brought(store, settings, "2025-11-24")
    told(store, "2025-11-24", "2025-11-25", status="retracted")
    assert brought(store, settings, "2025-11-25")[0] == []


def test_a_retraction_is_no_silence(store: Store, settings: Settings) -> None:
    told(store, "2025-11-01", "2025-11-01", status="held")
    tell(store, "wrong001", "2025-12-24", "2025-11-20")
    tell(on(store, "2025-11-24"), "wrong001", "2025-12-24", "2025-11-24", status="retracted")
    subscribe(store, matters=("quiet",))
    assert alerting.raise_due(on(store, "2025-12-07")) == []
    (owed,) = alerting.raise_due(on(store, "2025-12-08"))
    assert owed.about == "2025-11-24/0"
    with on(store, "2025-12-30").reading() as conn:
        at = standpoint(conn, Clock(date(2025, 12, 30)), calendars=["demo"])
        assert [str(each.day) for each in silences(at, "demo", date(2025, 11, 10), date(2025, 12, 20))] == [
            "2025-11-15",
            "2025-12-08",
        ]


@dataclass(frozen=True, slots=True)
class At(Clock):
    """A clock that stands still at noon of a day."""

    day: date = date.max

    def now(self) -> datetime:
        return datetime.combine(self.day, time(12), UTC)


@pytest.mark.parametrize(
    ("recorded", "subject"),
    [
        (date(2025, 11, 1), "nothing recorded since 1 November 2025"),
        (date(2025, 11, 20), "nothing newer than 1 November 2025 is recorded"),
    ],
)
def test_what_was_recorded_late_is_no_silence(tmp_path: Path, settings: Settings, recorded: date, subject: str) -> None:
    migrate(tmp_path / "late.sqlite3")

    def lived(day: date) -> Store:
        return Store(tmp_path / "late.sqlite3", At(day=day))

    with lived(date(2025, 10, 1)).transaction("pack") as tx:
        append(tx, Assertion("calendar", "calendar/demo", "demo", date(2025, 1, 1), plain(a_calendar())))
    subscribe(lived(date(2025, 10, 1)), matters=("quiet",))
    tell(lived(recorded), "autumn01", "2025-11-01", "2025-11-01", status="held")
    later = lived(date(2025, 11, 21))
    assert alerting.raise_due(later)
    delivering.deliver(later, settings)
    assert [str(each["Subject"]) for each in letters(settings)] == [f"Demo: {subject}"]


def test_a_letter_is_named_by_the_day_that_it_was_when_it_went(store: Store, settings: Settings) -> None:
    subscribe(store)
    told(store, MID, "2025-11-24")
    brought(store, settings, "2025-11-24")
    told(store, LATE, "2025-11-25")
    brought(store, settings, "2025-11-25")
    assert "since our letter of 24 November 2025" in " ".join(said(letters(settings)[-1]).split())

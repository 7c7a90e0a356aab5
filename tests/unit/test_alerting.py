"""Which letters are owed on which day, that each goes once, and that none goes that is no longer true."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from schemas.when import parse
from service import alerting
from service.clock import Clock
from service.settings import SettingRefused, Settings, read_settings
from service.store import outbox
from service.store.database import Store
from tests.builders import a_calendar, a_store, tell

WINDOW = "[2025-12-11..2025-12-20]"
ALICE, BOB = "alice@example.org", "bob@example.org"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On 5 December 2025, six days before the window of the plenary `autumn01`, announced on the 1st."""
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", WINDOW, "2025-12-01")
    return store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_ALERTS_TO": ALICE})


def on(store: Store, day: str) -> Store:
    """The same store on another day."""
    return Store(store.path, Clock(date.fromisoformat(day)))


def due(store: Store, settings: Settings) -> list[tuple[str, int]]:
    return [(outlook.view.event.id, outlook.days) for outlook in alerting.due(store, settings)]


def raised(store: Store, settings: Settings) -> list[str]:
    return [owed.about for owed in alerting.raise_due(store, settings)]


def letters(settings: Settings) -> list[EmailMessage]:
    files = sorted(settings.mail_folder.glob("*"))
    read = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [each for each in read if isinstance(each, EmailMessage)]


def standing(store: Store) -> outbox.Standing:
    with store.reading() as conn:
        return outbox.standing(conn)


@contextmanager
def hanging() -> Iterator[str]:
    """The address of a mail server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"smtp://127.0.0.1:{silent.getsockname()[1]}"


class Slow:
    """Takes a letter after a while."""

    letters = 0

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        await asyncio.sleep(0.4)
        self.letters += 1
        return "250 OK"


@pytest.mark.parametrize(
    ("today", "found"),
    [("2025-12-03", []), ("2025-12-04", [("autumn01", 7)]), ("2025-12-10", [("autumn01", 1)]), ("2025-12-11", [])],
)
def test_a_letter_is_due_from_seven_days_before_the_window_until_it_opens(
    store: Store, settings: Settings, today: str, found: list[tuple[str, int]]
) -> None:
    assert due(on(store, today), settings) == found


def test_the_lead_days_are_a_setting(store: Store, settings: Settings) -> None:
    assert due(store, replace(settings, alert_lead_days=5)) == []
    assert due(store, replace(settings, alert_lead_days=6)) == [("autumn01", 6)]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "visit"},
        {"status": "expected"},
        {"status": "cancelled"},
        {"when": "[2025-12-11..]"},
        {"when": "2025-12-05/.."},
    ],
    ids=["no key meeting", "expected", "cancelled", "no window", "opens today"],
)
def test_what_is_not_announced_to_open_soon_is_not_due(
    store: Store, settings: Settings, changes: dict[str, str]
) -> None:
    tell(store, "autumn01", **{"when": WINDOW, "known_on": "2025-12-02"} | changes)
    assert due(store, settings) == []


def test_what_is_not_known_yet_is_not_due(store: Store, settings: Settings) -> None:
    assert due(on(store, "2025-12-05"), settings) == [("autumn01", 6)]
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-06")
    assert due(on(store, "2025-12-05"), settings) == [("autumn01", 6)]
    assert due(on(store, "2025-12-06"), settings) == []


def test_a_calendar_without_key_meetings_owes_nothing(tmp_path: Path, settings: Settings) -> None:
    store = a_store(tmp_path / "plain.sqlite3", date(2025, 12, 5), a_calendar(kinds=a_calendar().kinds[1:]))
    tell(store, "autumn01", WINDOW, "2025-12-01", kind="visit")
    assert due(store, settings) == []


def test_days_are_counted_in_the_zone_of_the_calendar(tmp_path: Path, settings: Settings) -> None:
    east, west = (
        a_calendar(slug=slug, zone=zone)
        for slug, zone in (("east", "Pacific/Kiritimati"), ("west", "Pacific/Pago_Pago"))
    )
    store = a_store(tmp_path / "two.sqlite3", None, east, west)
    opens = datetime.now(UTC).date() + timedelta(6)
    for calendar in (east, west):
        tell(store, f"{calendar.slug}0001", opens.isoformat(), "2025-12-01", calendar=calendar.slug)
    days = {
        slug: (opens - datetime.now(ZoneInfo(zone)).date()).days
        for slug, zone in (("east0001", east.zone), ("west0001", west.zone))
    }
    assert dict(due(store, settings)) == days
    assert days["east0001"] < days["west0001"]


def test_the_letter_lies_in_the_folder_once(store: Store, settings: Settings) -> None:
    for _ in range(3):
        alerting.raise_due(store, settings)
        alerting.deliver(store, settings)
    (letter,) = letters(settings)
    assert letter["To"] == ALICE
    assert letter["Subject"].endswith(", window opens in 6 days")
    assert "The event: http://127.0.0.1:8000/events/autumn01" in letter.get_content()


def test_a_service_that_was_down_sends_late_with_the_right_days(store: Store, settings: Settings) -> None:
    late = on(store, "2025-12-10")
    alerting.raise_due(late, settings)
    alerting.deliver(late, settings)
    assert letters(settings)[0]["Subject"].endswith(", window opens in 1 day")


def test_each_address_gets_a_letter_of_its_own(store: Store, settings: Settings) -> None:
    settings = replace(settings, alerts_to=(ALICE, BOB, ALICE))
    alerting.raise_due(store, settings)
    assert alerting.deliver(store, settings) == {"sent": 2}
    assert {letter["To"] for letter in letters(settings)} == {ALICE, BOB}
    assert len({letter["Message-ID"] for letter in letters(settings)}) == 2


def test_nothing_is_raised_for_nobody(store: Store, settings: Settings) -> None:
    assert raised(store, replace(settings, alerts_to=())) == []


@pytest.mark.parametrize(
    ("before", "now", "later"),
    [
        (WINDOW, "[2025-12-15..2025-12-20]", False),
        (WINDOW, "[2025-12-15..2025-12-18]", False),
        (WINDOW, "[2025-12-11..2025-12-25]", False),
        (WINDOW, "[2025-12-08..2025-12-10]", False),
        (WINDOW, "[2025-12-15..2025-12-24]", True),
        (WINDOW, "2025-12-22", True),
        (WINDOW, "[2025-12-22..]", False),
    ],
    ids=["narrowed", "firmed", "widened", "earlier", "later in part", "later", "no window"],
)
def test_a_window_moved_later_opens_later_and_closes_later(before: str, now: str, later: bool) -> None:
    assert alerting.moved_later(parse(before), parse(now)) is later


def test_a_window_narrowed_or_moved_earlier_raises_no_second_letter(store: Store, settings: Settings) -> None:
    assert raised(store, settings) == ["7/2025-12-11"]
    alerting.deliver(store, settings)
    tell(store, "autumn01", "[2025-12-15..2025-12-18]", "2025-12-08")
    assert raised(on(store, "2025-12-09"), settings) == []
    tell(store, "autumn01", "2025-12-11", "2025-12-09")
    assert raised(on(store, "2025-12-09"), settings) == []


def test_a_window_that_the_body_moved_later_raises_a_second_letter(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    alerting.deliver(store, settings)
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-08")
    assert raised(on(store, "2025-12-13"), settings) == []
    assert raised(on(store, "2025-12-14"), settings) == ["7/2025-12-21"]
    alerting.deliver(on(store, "2025-12-14"), settings)
    assert len(letters(settings)) == 2
    assert raised(on(store, "2025-12-15"), settings) == []


@pytest.mark.parametrize("said_by", [{"who": "press"}, None], ids=["press", "nobody named"])
def test_a_window_that_others_moved_later_raises_no_second_letter(
    store: Store, settings: Settings, said_by: dict[str, str] | None
) -> None:
    alerting.raise_due(store, settings)
    alerting.deliver(store, settings)
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-08", said_by=said_by)
    assert raised(on(store, "2025-12-15"), settings) == []


def test_a_letter_that_waits_says_what_is_known_when_it_goes(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    tell(store, "autumn01", "2025-12-10", "2025-12-06")
    later = on(store, "2025-12-06")
    assert raised(later, settings) == []
    assert alerting.deliver(later, settings) == {"sent": 1}
    assert letters(settings)[0]["Subject"].endswith(", in 4 days")


def test_a_second_letter_is_not_raised_while_the_first_waits(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    tell(store, "autumn01", "[2025-12-12..2025-12-21]", "2025-12-05")
    assert raised(store, settings) == []
    assert alerting.deliver(store, settings) == {"sent": 1}
    assert raised(store, settings) == []


@pytest.mark.parametrize(
    "changes",
    [{"status": "held", "when": "2025-12-06"}, {"status": "cancelled"}, {"status": "retracted"}, {"when": "2026-02"}],
    ids=["held", "cancelled", "retracted", "moved far off"],
)
def test_a_letter_that_is_no_longer_true_is_dropped(store: Store, settings: Settings, changes: dict[str, str]) -> None:
    alerting.raise_due(store, settings)
    tell(store, "autumn01", **{"when": WINDOW, "known_on": "2025-12-06"} | changes)
    assert alerting.deliver(on(store, "2025-12-06"), settings) == {"dropped": 1}
    assert letters(settings) == []


def test_a_letter_is_dropped_once_the_window_has_opened(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    assert alerting.deliver(on(store, "2025-12-11"), settings) == {"dropped": 1}


def test_a_letter_dropped_is_raised_again_when_it_is_due_again(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    tell(store, "autumn01", "2026-02", "2025-12-05")
    assert alerting.deliver(store, settings) == {"dropped": 1}
    tell(store, "autumn01", WINDOW, "2025-12-06")
    assert raised(on(store, "2025-12-06"), settings) == ["7/2025-12-11"]


def test_an_address_taken_out_of_the_settings_gets_no_letter(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    assert alerting.deliver(store, replace(settings, alerts_to=(BOB,))) == {"dropped": 1}


def test_a_delayed_letter_waits_and_is_not_tried_at_once(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    settings.mail_folder.parent.mkdir()
    settings.mail_folder.write_text("a file stands in the way")
    assert alerting.deliver(store, settings) == {"delayed": 1}
    settings.mail_folder.unlink()
    assert alerting.deliver(store, settings) == {}
    assert standing(store).waiting == 1
    assert "File exists" in (standing(store).delayed or "")


def test_a_refused_letter_is_settled_for_good_and_says_why(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(settings, alerts_to=("alice at example.org",))
    alerting.raise_due(store, settings)
    assert alerting.deliver(store, settings) == {"refused": 1}
    assert "The recipient is no e-mail address" in caplog.text
    assert alerting.deliver(store, settings) == {}
    assert raised(store, settings) == []
    assert standing(store) == outbox.Standing(waiting=0, refused=1, delayed=None)


def test_a_letter_that_cannot_be_written_holds_up_no_other(store: Store, settings: Settings) -> None:
    settings = replace(settings, alerts_to=(ALICE, BOB))
    alerting.raise_due(store, settings)
    with pytest.raises(ValueError, match="embedded null byte"):
        alerting.deliver(store, replace(settings, mail_folder=Path("\0")))
    assert alerting.deliver(store, settings) == {"sent": 1}
    assert standing(store) == outbox.Standing(waiting=1, refused=0, delayed="ValueError: embedded null byte")


def test_a_death_after_sending_gives_no_second_file(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    alerting.deliver(store, settings)
    with store.transaction("as if killed before settling") as tx:
        tx.conn.execute("UPDATE outbox SET sent_at = NULL")
    assert alerting.deliver(store, settings) == {"sent": 1}
    assert len(letters(settings)) == 1


def test_nothing_is_taken_once_it_is_time_to_stop(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    assert alerting.deliver(store, settings, lambda: True) == {}


def test_a_hanging_letter_is_given_back_when_it_is_time_to_stop(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "GRACE_SECONDS", 0.1)
    alerting.raise_due(store, settings)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = monotonic()
    with hanging() as address:
        assert alerting.deliver(store, replace(settings, smtp_url=address), stop.is_set) == {"given back": 1}
    assert monotonic() - started < 2
    assert alerting.deliver(store, settings) == {"sent": 1}


def test_a_letter_under_way_is_finished_when_it_is_time_to_stop(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    slow, stop = Slow(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(slow, hostname="127.0.0.1", port=port)
    server.start()
    threading.Timer(0.2, stop.set).start()
    settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    assert alerting.deliver(store, settings, stop.is_set) == {"sent": 1}
    server.stop()
    assert stop.is_set()
    assert slow.letters == 1


def test_ctrl_c_gives_the_letter_back(store: Store, settings: Settings) -> None:
    alerting.raise_due(store, settings)
    # A shell starts what runs in its background with interrupts ignored, and so would these tests be.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with hanging() as address, pytest.raises(KeyboardInterrupt):
        alerting.deliver(store, replace(settings, smtp_url=address))
    signal.signal(signal.SIGINT, before)
    assert alerting.deliver(store, settings) == {"sent": 1}


def test_a_person_is_told_what_is_due_and_what_became_of_it(store: Store, settings: Settings) -> None:
    window = parse(WINDOW).text
    headline = f"Plenary of the Central Committee: announced for {window}, window opens in 6 days"
    sent = ["Letters: 1 sent.", f"They lie in {settings.mail_folder}."]
    assert list(alerting.run_once(store, settings)) == [headline, *sent]
    assert list(alerting.run_once(store, settings)) == [headline, "Letters: none to send."]


def test_a_person_is_told_that_nobody_gets_letters_and_what_is_due(store: Store, settings: Settings) -> None:
    headline, sentence = alerting.run_once(store, replace(settings, alerts_to=()))
    assert headline.endswith("window opens in 6 days")
    assert "LEADUP_ALERTS_TO" in sentence
    assert standing(store).waiting == 0


def test_a_person_is_told_that_nothing_is_due(store: Store, settings: Settings) -> None:
    nothing = "No key meeting is announced to open within 7 days."
    assert list(alerting.run_once(on(store, "2025-11-20"), settings)) == [nothing, "Letters: none to send."]


def test_a_person_is_told_why_letters_wait(store: Store, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _, what, why = alerting.run_once(store, replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"))
    assert what == "Letters: 1 delayed."
    assert why.startswith("Waiting to be tried again: 1. The mail server 127.0.0.1 takes no letters now: Connection")


def test_a_mail_server_that_cannot_be_read_is_refused_before_a_letter_is_taken(
    store: Store, settings: Settings
) -> None:
    alerting.raise_due(store, settings)
    with pytest.raises(SettingRefused):
        alerting.deliver(store, replace(settings, smtp_url="mail.example"))
    assert alerting.deliver(store, settings) == {"sent": 1}

"""Letters on their way: leased, sent, settled; and what becomes of them when a server, a disk or a process fails."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from schemas.subscriptions import WEBHOOK, Subscription
from service import alerting, delivering, subscribing
from service.clock import Clock
from service.mail import folder, transports
from service.mail.messages import Sealed
from service.settings import SettingRefused, Settings, read_settings
from service.store import outbox, subscriptions
from service.store.database import Store
from service.store.outbox import Owed
from tests.builders import a_store, subscribe, tell
from tests.mailservers import serving

pytestmark = pytest.mark.slow

WINDOW = "[2025-12-11..2025-12-20]"
ALICE, BOB = "alice@example.org", "bob@example.org"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Alice is owed one letter: it is six days to the window of a plenary."""
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", WINDOW, "2025-12-01")
    subscribe(store, ALICE, matters=("lead",))
    alerting.raise_due(store)
    return store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_PUBLIC_URL": "https://leadup.example"})


def letters(settings: Settings) -> list[EmailMessage]:
    files = sorted(settings.mail_folder.glob("*"), key=lambda file: file.stat().st_mtime_ns)
    read = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [each for each in read if isinstance(each, EmailMessage)]


def said(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def standing(store: Store) -> outbox.Standing:
    with store.reading() as conn:
        return outbox.standing(conn)


def alone(store: Store) -> Subscription:
    with store.reading() as conn:
        (found,) = subscriptions.every(conn)
        return found


@contextmanager
def hanging() -> Iterator[str]:
    """The address of a mail server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"smtp://127.0.0.1:{silent.getsockname()[1]}"


class Postbox:
    """Takes a letter after a while, or answers it otherwise."""

    def __init__(self, answer: str = "250 OK", after_seconds: float = 0) -> None:
        self.answer, self.after_seconds, self.letters = answer, after_seconds, 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answer.startswith("550"):
            return self.answer.format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        await asyncio.sleep(self.after_seconds)
        self.letters += 1
        return self.answer


def test_a_letter_lies_in_the_folder_once(store: Store, settings: Settings) -> None:
    assert delivering.deliver(store, settings) == {"sent": 1}
    alerting.raise_due(store)
    assert delivering.deliver(store, settings) == {}
    (letter,) = letters(settings)
    assert letter["To"] == ALICE
    assert letter["Subject"].endswith(", window opens in 6 days")
    assert "https://leadup.example/events/autumn01\n" in said(letter)


def test_a_letter_can_be_left_and_changed_by_its_links(store: Store, settings: Settings) -> None:
    delivering.deliver(store, settings)
    (letter,) = letters(settings)
    leave = letter["List-Unsubscribe"].strip("<>")
    assert leave.startswith("https://leadup.example/alerts/unsubscribe/")
    assert f"{leave}\n" in said(letter)
    assert subscribing.of_link(store, "unsubscribe", leave.rpartition("/")[2]).email == ALICE


def test_letters_about_one_event_are_one_thread_and_say_what_is_new(store: Store, settings: Settings) -> None:
    delivering.deliver(store, settings)
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-08")
    later = Store(store.path, Clock(date(2025, 12, 14)))
    alerting.raise_due(later)
    assert delivering.deliver(later, settings) == {"sent": 1}
    first, second = letters(settings)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "moved from 'mid-December 2025' to" in said(second).replace("\n  ", " ")
    assert "since our letter of" in said(second).replace("\n  ", " ")


def test_an_ended_subscription_gets_no_letter_that_waited(store: Store, settings: Settings) -> None:
    subscribing.end(store, alone(store).id)
    assert delivering.deliver(store, settings) == {}


@pytest.mark.parametrize("chosen", [{"matters": ("opened",)}, {"digest": "weekly"}, {"lead_days": (30,)}])
def test_what_is_not_wished_any_more_does_not_go(store: Store, settings: Settings, chosen: dict[str, Any]) -> None:
    found = alone(store)
    with store.transaction("test") as tx:
        subscriptions.change(tx, found.id, choices=replace(found.choices, **chosen))
    assert delivering.deliver(store, settings) == {"dropped": 1}


def test_a_refusal_for_good_pauses_the_subscription_and_names_no_address(store: Store, settings: Settings) -> None:
    with serving(Postbox("550 5.1.1 <{}> is no user here")) as url:
        assert delivering.deliver(store, replace(settings, smtp_url=url)) == {"refused": 1}
    found = alone(store)
    assert found.state == "paused"
    assert found.paused_why == "The mail server refused the letter: 550 5.1.1 <(the address)> is no user here."
    assert ALICE not in str([tuple(row) for row in rows(store, "attempt")])
    subscribing.resume(store, found.id)
    assert alone(store).state == "active"


def test_secrets_are_not_shown_with_the_other_settings() -> None:
    kept = read_settings(
        {
            "LEADUP_SMTP_URL": "smtps://leadup:hunter2@mail.example",
            "LEADUP_WEBHOOK_URL": "https://desk.example/hunter2",
            "LEADUP_WEBHOOK_SECRET": "whsec_hunter2",
        }
    )
    assert "hunter2" not in repr(kept)


@pytest.mark.parametrize(
    ("address", "told", "kept"),
    [
        (ALICE, f"ßßßßßßßßßßßßßß <{ALICE.upper()}>", "ßßßßßßßßßßßßßß <(the address)>"),
        ("alice@exämple.org", "<alice@xn--exmple-cua.org> is no user", "<(the address)> is no user"),
        (WEBHOOK, "The webhook answered 410", "The webhook answered 410"),
        (None, "gone", "gone"),
    ],
)
def test_what_a_server_says_is_kept_without_the_address(
    store: Store, address: str | None, told: str, kept: str
) -> None:
    assert delivering.without_address(told, replace(alone(store), email=address)) == kept


def rows(store: Store, table: str) -> list[Any]:
    with store.reading() as conn:
        return list(conn.execute(f"SELECT * FROM {table}"))


@dataclass(frozen=True, slots=True)
class Midnight(Clock):
    """Passes midnight in Pyongyang between the first and the second letter."""

    taken: list[object] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(2025, 12, 4, *((15, 0, 10) if self.taken else (14, 59, 50)), tzinfo=UTC)


def test_a_batch_that_passes_midnight_where_its_calendar_is_counts_from_the_new_day(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Midnight()
    a_store(tmp_path / "other.sqlite3", date(2025, 12, 4))
    store = Store(tmp_path / "other.sqlite3", clock)
    tell(store, "autumn01", WINDOW, "2025-12-01")
    for address in (ALICE, BOB):
        subscribe(store, address, matters=("lead",))
    alerting.raise_due(store)
    put = folder.deliver

    def noted(mail_folder: Path, letter: Sealed) -> Path:
        clock.taken.append(letter)
        return put(mail_folder, letter)

    monkeypatch.setattr(folder, "deliver", noted)
    assert delivering.deliver(store, settings) == {"sent": 2}
    assert [each["Subject"].rpartition(", ")[2] for each in letters(settings)] == [
        "window opens in 7 days",
        "window opens in 6 days",
    ]


def test_a_letter_whose_address_is_erased_while_it_is_under_way_is_not_left_in_the_folder(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = folder.deliver

    def erased_meanwhile(mail_folder: Path, letter: Sealed) -> Path:
        subscribing.erase(store, ALICE, mail_folder)
        return put(mail_folder, letter)

    monkeypatch.setattr(folder, "deliver", erased_meanwhile)
    delivering.deliver(store, settings)
    assert letters(settings) == []
    assert alone(store).email is None


def test_a_delayed_letter_waits_and_is_not_tried_at_once(store: Store, settings: Settings) -> None:
    settings.mail_folder.parent.mkdir()
    settings.mail_folder.write_text("a file stands in the way")
    assert delivering.deliver(store, settings) == {"delayed": 1}
    settings.mail_folder.unlink()
    assert delivering.deliver(store, settings) == {}
    assert standing(store).waiting == 1
    assert "File exists" in (standing(store).delayed or "")


def test_a_letter_that_cannot_be_written_holds_up_no_other(store: Store, settings: Settings) -> None:
    subscribe(store, BOB, matters=("lead",))
    alerting.raise_due(store)
    with pytest.raises(ValueError, match="embedded null byte"):
        delivering.deliver(store, replace(settings, mail_folder=Path("\0")))
    assert delivering.deliver(store, settings) == {"sent": 1}
    assert (standing(store).waiting, standing(store).delayed) == (1, "ValueError: embedded null byte")


def test_nothing_is_taken_once_it_is_time_to_stop(store: Store, settings: Settings) -> None:
    assert delivering.deliver(store, settings, lambda: True) == {}
    assert delivering.deliver(store, settings) == {"sent": 1}


def test_a_hanging_letter_is_given_back_when_it_is_time_to_stop(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "GRACE_SECONDS", 0.1)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = monotonic()
    with hanging() as address:
        assert delivering.deliver(store, replace(settings, smtp_url=address), stop.is_set) == {"given back": 1}
    assert monotonic() - started < 10
    assert delivering.deliver(store, settings) == {"sent": 1}


def test_a_letter_under_way_is_finished_when_it_is_time_to_stop(store: Store, settings: Settings) -> None:
    slow, stop = Postbox(after_seconds=0.4), threading.Event()
    threading.Timer(0.2, stop.set).start()
    with serving(slow) as url:
        assert delivering.deliver(store, replace(settings, smtp_url=url), stop.is_set) == {"sent": 1}
    assert stop.is_set()
    assert slow.letters == 1


def test_ctrl_c_gives_the_letter_back(store: Store, settings: Settings) -> None:
    # A shell starts what runs in its background with interrupts ignored, and so would these tests be.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with hanging() as address, pytest.raises(KeyboardInterrupt):
        delivering.deliver(store, replace(settings, smtp_url=address))
    signal.signal(signal.SIGINT, before)
    assert delivering.deliver(store, settings) == {"sent": 1}


def test_a_mail_server_that_cannot_be_read_is_refused_before_a_letter_is_taken(
    store: Store, settings: Settings
) -> None:
    with pytest.raises(SettingRefused):
        delivering.deliver(store, replace(settings, smtp_url="mail.example"))
    assert delivering.deliver(store, settings) == {"sent": 1}


@pytest.mark.parametrize(
    ("matter", "about", "words"),
    [
        ("quiet", "2025-12-01/0", "Nothing recorded since 1 December 2025"),
        ("digest", "2025-12-05", "Demo: the day to 5 December 2025"),
        ("overdue", "0", None),
        ("quiet", "2025-11-01/0", None),
    ],
)
def test_letters_of_the_clock_are_written_or_dropped(
    store: Store, settings: Settings, matter: str, about: str, words: str | None
) -> None:
    id_ = subscribe(store, BOB, digest="daily")
    delivering.deliver(store, settings)
    event = "autumn01" if matter == "overdue" else ""
    with store.transaction("test") as tx:
        outbox.enqueue(tx, Owed(subscription=id_, matter=matter, about=about, event=event), store.clock.now())
    assert delivering.deliver(store, settings) == ({"sent": 1} if words else {"dropped": 1})
    assert not words or said(letters(settings)[-1]).startswith(words)

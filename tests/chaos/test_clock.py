"""The clock process for real: it writes letters, says that it runs, and ends quietly whatever holds it up."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest

from schemas.headlines import Headline
from schemas.subscriptions import SubscriptionDraft
from service import alerting, delivering, scheduler, subscribing
from service.masking import mask_logs
from service.settings import read_settings
from service.store import inbox, pulse
from service.store.database import Store, Watch
from tests.builders import a_store, subscribe, tell
from tests.feedserver import feed_server, rss
from tests.mailservers import Counting, Slow, serving

pytestmark = pytest.mark.slow

HOUSE = Path(__file__).parents[2]
WINDOW = "[2025-12-11..2025-12-20]"
LEAVE_SECONDS = 10


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On 5 December 2025, six days before the window of a plenary."""
    store = a_store(tmp_path / "var" / "leadup.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", WINDOW, "2025-12-01")
    subscribe(store, matters=("lead",))
    return store


@contextmanager
def clock(home: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A clock process over the store of `home`; killed at the end if it still runs."""
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HOUSE),
        "LEADUP_HOME": str(home),
        "LEADUP_TODAY": "2025-12-05",
    }
    command = [sys.executable, "-m", "service", "clock"]
    process = subprocess.Popen(
        command, env=environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is true; fail after so many seconds."""
    give_up_at = monotonic() + seconds
    while not true():
        assert monotonic() < give_up_at, "it did not come true in time"
        sleep(0.05)


def ended(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> tuple[int, str, float]:
    """End a process; its status, what it said on standard error, and in how many seconds it ended."""
    started = monotonic()
    process.send_signal(how)
    _, said = process.communicate(timeout=10)
    return process.returncode, said, monotonic() - started


def waits_for_its_end(process: subprocess.Popen[str]) -> bool:
    """Whether the process holds SIGTERM back, to take it in its own time (SigBlk of proc(5))."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    blocked = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(blocked & 1 << (signal.SIGTERM - 1))


def beat(store: Store) -> str | None:
    with store.reading() as conn:
        return pulse.beat(conn)


def failure(store: Store) -> str | None:
    with store.reading() as conn:
        return pulse.failure(conn)


def leased(store: Store) -> bool:
    with store.reading() as conn:
        return bool(conn.execute("SELECT 1 FROM outbox WHERE leased_by IS NOT NULL").fetchone())


def test_the_clock_writes_the_letter_at_once_and_ends_quietly(tmp_path: Path, store: Store) -> None:
    with clock(tmp_path) as process:
        until(lambda: list((tmp_path / "var" / "mail").glob("*.eml")) and beat(store))
        status, said, seconds = ended(process)
    assert (status, said) == (0, "letter 1, lead autumn01: sent\n")
    assert seconds < LEAVE_SECONDS
    assert failure(store) is None


def test_the_letter_to_confirm_leaves_within_15_seconds(tmp_path: Path, store: Store) -> None:
    with clock(tmp_path):
        until(lambda: list((tmp_path / "var" / "mail").glob("*.eml")))
        subscribing.subscribe(store, SubscriptionDraft(email="bob@example.org", calendar="demo"))
        until(lambda: list((tmp_path / "var" / "mail").glob("confirm*.eml")), seconds=15)


def test_no_letter_waits_for_slow_ones_however_many_there_are(tmp_path: Path, store: Store) -> None:
    for number in range(scheduler.COURIERS + 2):
        subscribe(store, f"slow{number}@example.org", matters=("lead",))
    subscribe(store, "quick@example.org", matters=("lead",))
    slow = Slow(seconds=60)
    with serving(slow) as url, clock(tmp_path, LEADUP_SMTP_URL=url):
        until(lambda: "quick@example.org" in slow.taken, seconds=30)
        until(lambda: sum(each.startswith("slow") for each in slow.begun) == scheduler.COURIERS + 2, seconds=30)


def test_letters_to_confirm_wait_for_no_slow_letter_to_confirm(tmp_path: Path, store: Store) -> None:
    slow = Slow(seconds=60)
    with serving(slow) as url, clock(tmp_path, LEADUP_SMTP_URL=url):
        for name in ("slow1", "slow2", "slow3", "bob"):
            subscribing.subscribe(store, SubscriptionDraft(email=f"{name}@example.org", calendar="demo"))
        until(lambda: "bob@example.org" in slow.taken, seconds=15)
    assert {"slow1@example.org", "slow2@example.org", "slow3@example.org"} <= set(slow.begun)


def test_a_hanging_mail_server_holds_up_no_end_and_the_letter_is_given_back(tmp_path: Path, store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with clock(tmp_path, LEADUP_SMTP_URL=f"smtp://127.0.0.1:{port}") as process:
            until(lambda: leased(store))
            status, _, seconds = ended(process, signal.SIGINT)
    assert status == 0
    assert seconds < LEAVE_SECONDS
    assert not leased(store)


def test_an_idle_clock_says_that_it_runs_and_writes_nothing_to_the_store(tmp_path: Path, store: Store) -> None:
    """Whoever watches the store for what is new is not woken: polls of feeds are answered as before."""
    watch, more = (
        Watch(store.path),
        {"BEAT_EVERY_SECONDS": 0.2, "TICK_EVERY_SECONDS": 1, "LETTERS_EVERY_SECONDS": 0.1},
    )
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": "2025-12-05"})
    assert delivering.deliver(store, settings) == {}
    alerting.raise_due(store)
    delivering.deliver(store, settings)
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in more.items():
            patch.setattr(scheduler, name, seconds)
        jobs = scheduler._scheduler(store, settings, lambda: False)
        before = watch.state()
        jobs.start()
        until(lambda: beat(store))
        sleep(2)
        jobs.shutdown()
    assert watch.state() == before
    with store.reading() as conn:
        assert pulse.next_tick(conn)


def test_a_failure_is_written_down_without_what_no_log_tells(
    tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("RCPT TO:<alice@example.org> at smtp://desk:hunter22@mail.example")

    factory = logging.getLogRecordFactory()
    mask_logs()
    try:
        scheduler._noting(store, "letters", fail)
    finally:
        logging.setLogRecordFactory(factory)
    told = "letters: ValueError: RCPT TO:<(an address)> at smtp://mail.example"
    assert failure(store) == told
    assert told in caplog.text
    assert "alice" not in caplog.text
    assert "hunter22" not in caplog.text


def test_the_clock_outlives_a_busy_store(tmp_path: Path, store: Store) -> None:
    with clock(tmp_path) as process:
        with store.transaction("a long import"):
            sleep(2)
        until(lambda: list((tmp_path / "var" / "mail").glob("*.eml")))
        assert ended(process)[0] == 0


def test_a_busy_store_holds_up_no_end(tmp_path: Path, store: Store) -> None:
    with clock(tmp_path) as process, store.transaction("a long import"):
        until(lambda: waits_for_its_end(process))
        sleep(0.5)
        status, _, seconds = ended(process)
    assert status == 0
    assert seconds < LEAVE_SECONDS


def test_a_failure_of_the_clock_is_written_down_and_cleared(tmp_path: Path, store: Store) -> None:
    renamed(store, "outbox", "away")
    with clock(tmp_path) as process:
        until(lambda: failure(store))
        status, said, _ = ended(process)
    assert status == 0
    assert "OperationalError: no such table: outbox" in (failure(store) or "")
    assert "Traceback" in said
    renamed(store, "away", "outbox")
    with clock(tmp_path):
        until(lambda: failure(store) is None)


def renamed(store: Store, table: str, name: str) -> None:
    with store.transaction("test") as tx:
        tx.conn.execute(f"ALTER TABLE {table} RENAME TO {name}")


def test_two_clocks_send_each_letter_once(tmp_path: Path, store: Store) -> None:
    for number in range(20):
        tell(store, f"event{number:03}", WINDOW, "2025-12-01")
    postbox = Counting()
    with (
        serving(postbox) as url,
        clock(tmp_path, LEADUP_SMTP_URL=url) as one,
        clock(tmp_path, LEADUP_SMTP_URL=url) as other,
    ):
        until(lambda: len(postbox.letters) == 21)
        assert [ended(process)[0] for process in (one, other)] == [0, 0]
    assert set(postbox.letters.values()) == {1}


def test_the_clock_reads_the_inbox_and_notes_what_was_recorded(tmp_path: Path, store: Store) -> None:
    with feed_server() as house:
        house.at = {"/rss": rss("Ann Bo sings")}
        told = {"LEADUP_INBOX_FEEDS": house.url("/rss"), "LEADUP_INBOX_PRIVATE": "allow"}
        with clock(tmp_path, **told) as process:
            until(lambda: headlines(store))
            assert ended(process)[0] == 0
        source = {"publisher": "News", "url": headlines(store)[0].url}
        tell(store, "event001", "2025-12-01", "2025-12-02", sources=[source])
        with clock(tmp_path, **told):
            until(lambda: not headlines(store))
    assert house.paths() == ["/robots.txt", "/rss"]
    assert failure(store) is None


def test_an_address_that_hangs_holds_up_no_letter_and_no_end(tmp_path: Path, store: Store) -> None:
    with feed_server() as house:
        house.at = {"/rss": lambda _: sleep(30)}
        told = {"LEADUP_INBOX_FEEDS": house.url("/rss"), "LEADUP_INBOX_PRIVATE": "allow"}
        with clock(tmp_path, **told) as process:
            until(lambda: "/rss" in house.paths())
            until(lambda: list((tmp_path / "var" / "mail").glob("*.eml")))
            status, _, seconds = ended(process)
    assert (status, seconds < LEAVE_SECONDS) == (0, True)


def headlines(store: Store) -> list[Headline]:
    with store.reading() as conn:
        return inbox.waiting(conn)


def test_a_clock_without_a_store_says_what_to_do(tmp_path: Path) -> None:
    with clock(tmp_path) as process:
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (2, "leadup: There is no store leadup.sqlite3: run `leadup migrate` first.\n")


def test_a_clock_without_a_mail_server_it_can_read_says_so_at_once(tmp_path: Path, store: Store) -> None:
    with clock(tmp_path, LEADUP_SMTP_URL="mail.example") as process:
        _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said.startswith("leadup: LEADUP_SMTP_URL cannot be read")

"""The clock: a process of its own that wakes the verbs. Its jobs are made from code at every start.

What is owed is in the store, so a job that was missed, or ran twice, changes nothing.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any, Final

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler

from schemas.errors import DomainError
from schemas.subscriptions import CONFIRM
from service import alerting, delivering, subscribing
from service.collecting import Collector
from service.crews import Crew
from service.mail.transports import transport
from service.masking import mask_logs, masked
from service.settings import Settings
from service.store import pulse
from service.store.database import Store, store_of
from service.store.migrations import check

TICK_EVERY_SECONDS: Final = 30
"""How often the clock looks what is owed."""

LETTERS_EVERY_SECONDS: Final = 5
"""How often it looks for letters to be brought: those that a report or a subscriber causes do not wait for the tick."""

COURIERS: Final = 3
"""How many bring letters at once, each over a connection of its own; another brings those that ask to confirm."""

COURIERS_IN_ALL: Final = 32
"""With those that each wait for a slow server, which may take ten minutes."""

BEAT_EVERY_SECONDS: Final = 10

INBOX_EVERY_SECONDS: Final = 30
"""How often it looks whether an address of the inbox is to be asked, and what of its headlines was recorded."""

_LEAVE_SECONDS: Final = 3
"""How long jobs under way may take to end: more than transports.GRACE_SECONDS, less than the 5 s after which honcho
kills."""

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then end within 4 s, the letter under way finished or given back.

    Raises StoreUnreadable or SettingRefused at once where it could do nothing.
    """
    store = store_of(settings)
    with store.reading() as conn:
        check(conn)
    with transport(settings):
        pass
    mask_logs(settings.secrets)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    ending = Event()
    scheduler = _scheduler(store, settings, ending.is_set)
    # Blocked, not handled: whatever a handler interrupts may hold the very lock it needs, so the signal is waited for.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    scheduler.start()
    signal.sigwait(_ENDING)
    ending.set()
    scheduler.shutdown()


def _scheduler(store: Store, settings: Settings, stop: Callable[[], bool]) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        executors={"default": _DaemonExecutor()},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": TICK_EVERY_SECONDS},
        timezone=UTC,
    )
    jobs: list[tuple[str, Callable[[], object], int]] = [
        ("what is owed", partial(_tick, store, settings.mail_folder), TICK_EVERY_SECONDS),
        ("the inbox", partial(Collector(store, settings).collect, stop), INBOX_EVERY_SECONDS),
    ]
    for what, matter, busy in (("letters to confirm", CONFIRM, 1), ("letters", None, COURIERS)):
        _add_couriers(scheduler, store, what, partial(delivering.deliver, store, settings, stop, matter=matter), busy)
    now = datetime.now(UTC)
    scheduler.add_job(partial(_beat, store), "interval", seconds=BEAT_EVERY_SECONDS, next_run_time=now)
    for what, job, seconds in jobs:
        scheduler.add_job(partial(_noting, store, what, job), "interval", seconds=seconds, next_run_time=now)
    return scheduler


def _add_couriers(
    scheduler: BackgroundScheduler, store: Store, what: str, deliver: Callable[..., object], busy: int
) -> None:
    """Have letters looked for now and then, and at once where one who was at it came to wait."""

    def call_another() -> None:
        scheduler.modify_job(what, next_run_time=datetime.now(UTC))

    crew = Crew(busy, COURIERS_IN_ALL, call_another)
    scheduler.add_job(
        partial(_noting, store, what, partial(deliver, crew=crew)),
        "interval",
        id=what,
        seconds=LETTERS_EVERY_SECONDS,
        max_instances=COURIERS_IN_ALL,
        next_run_time=datetime.now(UTC),
    )


def _beat(store: Store) -> None:
    try:
        pulse.note_beat(store.path, store.clock.now())
    except Exception as failure:
        _log.error("the clock could not say that it runs: %s", _sentence(failure))


def _tick(store: Store, mail_folder: Path) -> None:
    """Raise what is owed by now, say when that is looked at again, and forget who never confirmed."""
    pulse.note_next_tick(store.path, store.clock.now() + timedelta(seconds=TICK_EVERY_SECONDS))
    alerting.raise_due(store)
    subscribing.forget_unconfirmed(store, mail_folder)


def _noting(store: Store, what: str, job: Callable[[], object]) -> None:
    """Do a job; a failure is written down where the health check sees it, until the job goes through again."""
    try:
        job()
        failed = None
    except Exception as failure:
        failed = masked(f"{what}: {_sentence(failure)}")
        _log.error("%s", failed, exc_info=not isinstance(failure, DomainError))
    try:
        with store.reading() as conn:
            before = pulse.failure(conn)
        if failed != before and (failed or (before or "").startswith(f"{what}:")):
            with store.transaction("clock") as tx:
                pulse.note_failure(tx, failed)
    except Exception as failure:
        _log.error("the clock could not write down how its letters went: %s", _sentence(failure))


def _sentence(failure: Exception) -> str:
    return failure.detail if isinstance(failure, DomainError) else f"{type(failure).__name__}: {failure}"


class _DaemonExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Runs jobs in daemon threads, so that one held up by a busy store cannot hold up the end of the process: the
    threads of APScheduler's own pool are joined at exit however long they take."""

    def __init__(self) -> None:
        super().__init__()
        self._threads: list[Thread] = []

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        thread = Thread(target=self._work, args=(job, run_times), name="job", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _work(self, job: Any, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException:
            self._run_job_error(job.id, *sys.exc_info()[1:])
        else:
            self._run_job_success(job.id, events)

    def shutdown(self, wait: bool = True) -> None:
        """Give the jobs under way _LEAVE_SECONDS in all to end."""
        leave_at = monotonic() + _LEAVE_SECONDS
        for thread in self._threads:
            thread.join(max(0, leave_at - monotonic()) if wait else 0)

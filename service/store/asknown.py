"""The standpoint of a read: as known on a day, through a change."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from schemas.calendars import Calendar
from schemas.errors import AskedInFuture, DomainError, ThroughAhead, refuse_together
from schemas.names import Register
from service.clock import Clock
from service.store import registers
from service.store.database import LATEST

_HORIZON = "SELECT change FROM horizon WHERE calendar = ? AND known_on <= ? ORDER BY known_on DESC LIMIT 1"

_REACH = "SELECT known_on FROM reach WHERE change <= ? ORDER BY change DESC LIMIT 1"

_LAST_DAY = date.max - timedelta(days=1)
"""Later than anything known, and before the open end of `known_to`."""


@dataclass(frozen=True, slots=True)
class AsKnown:
    """As known on `day` through `through` (LATEST where none was asked), on one snapshot of the store.

    `printed` is the change number that answers carry: the one asked for, or the last change known by `day` within the
    question's calendars - not the store's last, so that recording something known later changes no byte.
    `asked` are the calendars in question. `current` says that nothing in the store is known later than `day`, so that
    the current state answers. `only` are the calendars that the reader may see, empty for all; `calendars` are those of
    them that are declared by then.
    """

    conn: sqlite3.Connection
    day: date
    through: int
    printed: int
    current: bool
    calendars: dict[str, Calendar]
    asked: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def register(self) -> Register:
        """The names known by then."""
        newest = registers.newest_name_change(self.conn, self.through)
        return _register(store_path(self.conn), newest, self.day, _Snapshot(self.conn))

    def shows(self, calendar: str) -> bool:
        """Whether the reader may see records of this calendar."""
        return not self.only or calendar in self.only

    @property
    def zone(self) -> str | None:
        """The zone whose days are meant: that of the calendars in question; None where they have several."""
        zones = {self.calendars[slug].zone for slug in self.asked if slug in self.calendars}
        return zones.pop() if len(zones) == 1 else None

    @property
    def pinned(self) -> bool:
        """Whether an older `through` was asked for."""
        return self.through != LATEST


class _Snapshot:
    """A connection that a cache does not look at: the other arguments say which names it would give."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Snapshot)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _register(path: str, newest: int, day: date, snapshot: _Snapshot) -> Register:
    del path
    return registers.register(snapshot.conn, day, newest)


def standpoint(
    conn: sqlite3.Connection,
    clock: Clock,
    day: date | None = None,
    through: int | None = None,
    calendars: Iterable[str] = (),
    only: tuple[str, ...] = (),
) -> AsKnown:
    """Where a read stands. Without `day`: today, in the zone of the calendars in question (the latest, of several).
    `only` are the calendars that the reader is limited to.

    Raises AskedInFuture for a day after today, ThroughAhead for a change that is not recorded yet, both together.
    """
    asked = _calendars(conn, calendars)
    refuse_together(_ahead(conn, _today(clock, asked), day, through))
    day = day or _today(clock, asked)
    last = last_change(conn)
    printed = through if through is not None else _known_by(conn, day, [calendar.slug for calendar in asked])
    if through is None or through == last:
        through = LATEST
    return AsKnown(
        conn=conn,
        day=day,
        through=through,
        printed=printed,
        current=through == LATEST and not _anything_after(conn, day),
        calendars=seen_by(only, registers.calendars(conn, day, through)),
        asked=tuple(calendar.slug for calendar in asked),
        only=only,
    )


def seen_by(only: Collection[str], calendars: Mapping[str, Calendar]) -> dict[str, Calendar]:
    """Those of the calendars that a reader limited to `only` may know of; all for one who is not (empty)."""
    return {slug: each for slug, each in calendars.items() if not only or slug in only}


def ahead(
    conn: sqlite3.Connection, clock: Clock, day: date | None, through: int | None, calendars: Iterable[str] = ()
) -> list[DomainError]:
    """Why no read can stand there: the refusals that `standpoint` would raise together."""
    return _ahead(conn, _today(clock, _calendars(conn, calendars)), day, through)


def _calendars(conn: sqlite3.Connection, slugs: Iterable[str]) -> list[Calendar]:
    """The calendars in question: all of them where none is named."""
    declared = registers.calendars(conn)
    return [declared[slug] for slug in slugs if slug in declared] or list(declared.values())


def _today(clock: Clock, asked: Iterable[Calendar]) -> date:
    return max((clock.today(calendar.zone) for calendar in asked), default=clock.today("UTC"))


def _ahead(conn: sqlite3.Connection, today: date, day: date | None, through: int | None) -> list[DomainError]:
    found: list[DomainError] = []
    if day and day > today:
        detail = f"as_known_on {day} lies after today, {today}: ask for today or an earlier day."
        found.append(AskedInFuture(detail, pointer="?as_known_on"))
    if through is not None and through > last_change(conn):
        # How far it has come is not told: later knowledge moves it.
        detail = f"through {through} lies after the last change of this store."
        found.append(ThroughAhead(detail, pointer="?through"))
    return found


def store_path(conn: sqlite3.Connection) -> str:
    """Where the store lies."""
    path: str = conn.execute("PRAGMA database_list").fetchone()["file"]
    return path


def last_change(conn: sqlite3.Connection) -> int:
    """The last change of the store, whenever it became known."""
    return int(conn.execute("SELECT COALESCE(MAX(change), 0) FROM change").fetchone()[0])


def _known_by(conn: sqlite3.Connection, day: date, calendars: Iterable[str]) -> int:
    """The last change known by `day` that answers about these calendars may show: names are of no calendar alone."""
    found = (conn.execute(_HORIZON, (calendar, day.isoformat())).fetchone() for calendar in calendars)
    changes: list[int] = [row["change"] for row in found if row]
    return max([registers.newest_name_known(conn, day), *changes])


def _anything_after(conn: sqlite3.Connection, day: date) -> bool:
    """Whether anything at all - an event, link, name or declaration - is known later than `day`."""
    row = conn.execute("SELECT 1 FROM revision WHERE known_on > ? LIMIT 1", (day.isoformat(),)).fetchone()
    return row is not None


def last_known(at: AsKnown) -> int:
    """The last change known by then in any calendar, or the one asked for: what a question of any calendar stands on,
    since names and linked events may be of another than the calendars in question."""
    if at.pinned:
        return at.through
    row = at.conn.execute("SELECT MAX(change) FROM horizon WHERE known_on <= ?", (at.day.isoformat(),)).fetchone()
    return int(row[0] or 0)


def moved_by_day(at: AsKnown) -> tuple[object, ...]:
    """What the day alone, with no change, moves in answers: where it is equal on two days, so are their answers.

    The day itself where something is known only after it; else the names whose former spelling is over, and the kinds
    that are known."""
    if _anything_after(at.conn, at.day):
        return (at.day.isoformat(),)
    over = sum(former.until < at.day for name in at.register.names.values() for former in name.former)
    kinds = [(slug, kind.slug, kind.group) for slug, each in at.calendars.items() for kind in each.kinds]
    return over, *sorted(kinds)


def furthest(at: AsKnown) -> date:
    """The last day on which any event visible from here became known: D, or earlier where R held none so late."""
    row = at.conn.execute(_REACH, (at.through,)).fetchone() if at.pinned else None
    return min(at.day, date.fromisoformat(row[0])) if row else at.day


_NEWEST = """
SELECT known_from FROM period INDEXED BY period_newest
WHERE calendar = :calendar AND calendar <> '' AND known_from <= :day
    AND seen_from <= :through AND seen_to > :through AND status <> 'retracted'
ORDER BY known_from DESC LIMIT 1
"""


def newest_known(at: AsKnown, calendars: Iterable[str]) -> date | None:
    """The newest day on which anything of these calendars became known, by then; None for an empty store."""
    values = {"through": at.through, "day": furthest(at).isoformat()}
    rows = [at.conn.execute(_NEWEST, {**values, "calendar": each}).fetchone() for each in calendars]
    return max((date.fromisoformat(row["known_from"]) for row in rows if row), default=None)


_NEWEST_ENTRY = """
SELECT known_from FROM period INDEXED BY period_newest
WHERE calendar = :calendar AND calendar <> '' AND known_from <= :day AND seen_from <= :through
ORDER BY known_from DESC LIMIT 1
"""

_DAYS = """
SELECT DISTINCT known_from FROM period INDEXED BY period_newest
WHERE calendar = :calendar AND calendar <> '' AND known_from BETWEEN :since AND :day AND seen_from <= :through
ORDER BY known_from
"""


def newest_entry(at: AsKnown, calendar: str) -> date | None:
    """The newest day of anything that was recorded in a calendar, known by then: also of what was entered in error, and
    of its retraction. None where there is nothing."""
    values = {"through": at.through, "day": furthest(at).isoformat(), "calendar": calendar}
    row = at.conn.execute(_NEWEST_ENTRY, values).fetchone()
    return date.fromisoformat(row["known_from"]) if row else None


def days_known(at: AsKnown, calendar: str, since: date) -> list[date]:
    """The days from `since` on of anything that was recorded in a calendar, as for `newest_entry`, known by then;
    before them the newest earlier one, if there is any."""
    values = {"through": at.through, "calendar": calendar, "day": since.isoformat()}
    before = at.conn.execute(_NEWEST_ENTRY, values).fetchone()
    values |= {"since": before["known_from"] if before else since.isoformat(), "day": furthest(at).isoformat()}
    return [date.fromisoformat(row["known_from"]) for row in at.conn.execute(_DAYS, values)]


def latest(conn: sqlite3.Connection) -> AsKnown:
    """The store's current state, whatever day it is: what kept bytes are made from."""
    return AsKnown(
        conn, _LAST_DAY, LATEST, last_change(conn), current=True, calendars=registers.calendars(conn, _LAST_DAY)
    )

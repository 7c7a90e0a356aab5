"""Walks: what finds the rectangles of a question in the order of starts_min, merged row by row.

Each walk is one range of one index: every condition on days is folded into one range of starts_min, since a second
range beside it would be a filter, walked row by row, though EXPLAIN shows nothing of it. `bands` says which there are.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Any

from schemas.queries import EventQuery
from service.store.asknown import AsKnown, furthest
from service.store.bands import (
    AHEAD_BANDS,
    FLEETING,
    FLEETING_BANDS,
    LONG,
    LONG_BANDS,
    NARROW_DAYS,
    RETIRED,
    RETIRED_BANDS,
    RETRACTED,
)
from service.store.conditions import Conditions, alive, shifted
from service.store.database import OPEN_DAY

Row = tuple[str, str, int]
"""(starts_min, subject, revision)"""

After = tuple[str, str]
"""(starts_min, subject) of the last row of the page before."""

_COLUMNS = "SELECT starts_min, subject, revision"


@dataclass(frozen=True, slots=True)
class Walk:
    """The rows of an index whose starts_min lies in a range: FROM and WHERE, with their values."""

    index: str
    where: str
    values: dict[str, Any]
    low: str
    high: str

    def rows(self, at: AsKnown, what: str, order: str = "") -> Any:
        """A cursor over `what` of the rows, in `order`."""
        sql = f"{what} FROM period INDEXED BY {self.index} WHERE starts_min BETWEEN :low AND :high AND {self.where}"
        cursor = at.conn.cursor()
        cursor.row_factory = None  # plain tuples: of a whole calendar there are many
        return cursor.execute(f"{sql} {order}", {**self.values, "low": self.low, "high": self.high})


@dataclass(frozen=True, slots=True)
class Way:
    """All walks that answer a question. `past` and `ahead` are narrow spans, the first wholly before the second in
    time; `others` lie anywhere."""

    at: AsKnown
    down: bool
    past: list[Walk]
    ahead: list[Walk]
    others: list[Walk]

    def every(self) -> list[Walk]:
        return [*self.past, *self.ahead, *self.others]

    def count(self) -> int:
        """How many rows there are."""
        return sum(walk.rows(self.at, "SELECT COUNT(*)").fetchone()[0] for walk in self.every())

    def whole(self) -> list[Row]:
        """All rows, by starts_min (downward with `down`), then subject."""
        return in_order((row for walk in self.every() for row in walk.rows(self.at, _COLUMNS)), self.down)

    def merged(self) -> Iterator[Row]:
        """The rows in the same order, each walk read only as far as is asked for."""
        stages = (self.ahead, self.past) if self.down else (self.past, self.ahead)
        narrow = chain.from_iterable(self._merge(stage) for stage in stages)
        for _, day in groupby(self._merge(self.others, narrow), key=_start):
            yield from sorted(day)

    def _merge(self, walks: Iterable[Walk], *beside: Iterable[Any]) -> Iterator[Any]:
        order = f"ORDER BY starts_min{' DESC' if self.down else ''}"
        cursors = [walk.rows(self.at, _COLUMNS, order) for walk in walks]
        yield from heapq.merge(*cursors, *beside, key=_start, reverse=self.down)


def in_order(rows: Iterable[Any], down: bool) -> list[Row]:
    """Rows by starts_min (downward with `down`), then subject."""
    return sorted(sorted(rows), key=_start, reverse=True) if down else sorted(rows)


_start: Callable[[Any], str] = lambda row: row[0]  # noqa: E731


def way(at: AsKnown, query: EventQuery, found: Conditions, after: After | None, retracted: bool) -> Way:
    """The walks that answer `query`, after the row `after`; with `retracted`, the retracted events too."""
    maker = _Maker(at, query, found, after, furthest(at))
    if at.current:
        past, ahead, others = maker.current()
    else:
        past, ahead, others = maker.past(), maker.ahead(), maker.others()
    if retracted:
        others.append(maker.walk("period_open_band", f"band > 0 AND band = {RETRACTED}"))
    return Way(at, maker.down, *([each for each in walks if each.low <= each.high] for walks in (past, ahead, others)))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the walks of one question. `furthest` is the last day on which anything visible became known."""

    at: AsKnown
    query: EventQuery
    found: Conditions
    after: After | None
    furthest: date

    @property
    def down(self) -> bool:
        return self.query.order == "-starts"

    def current(self) -> tuple[list[Walk], list[Walk], list[Walk]]:
        """What is current now, in few walks: nothing is dead in their indexes."""
        if self.found.ahead:
            return [], [], [self.walk("period_current_ahead", f"band < {RETRACTED}")]
        long = self.walk("period_current_long", f"band BETWEEN {LONG} AND {RETRACTED - 1}")
        return self._by_kind("period_current", f"band < {LONG}"), [], [long]

    def past(self) -> list[Walk]:
        """Narrow spans that start by `furthest`."""
        walks = self._by_kind(f"period{self._reach}", f"band < {LONG}")
        return [replace(walk, high=min(walk.high, self.furthest.isoformat())) for walk in walks]

    def ahead(self) -> list[Walk]:
        """Narrow spans that start after `furthest`, band by band."""
        low = shifted(self.furthest, 1)
        walks: list[Walk] = []
        for band in AHEAD_BANDS:
            made = self._by_kind(f"period{self._reach}_band", f"band > 0 AND band = {band.number}")
            high = self._led(band.most)
            walks += [replace(walk, low=max(walk.low, low), high=min(walk.high, high)) for walk in made]
        return walks

    def others(self) -> list[Walk]:
        """Long spans: walked where they stood long, sought where they did not."""
        walks = []
        for band in LONG_BANDS:
            walk = self.walk(f"period{self._reach}_band", f"band > 0 AND band = {band.number}")
            walks.append(replace(walk, high=min(walk.high, self._led(band.most))))
        walks += [self._fleeting(band.number, band.most or 0) for band in FLEETING_BANDS]
        if self.at.pinned:
            walks += [self._retired(band.number, band.most) for band in RETIRED_BANDS]
        return walks

    @property
    def _reach(self) -> str:
        return "_walk" if self.at.pinned else "_open"

    def _led(self, lead_days: int | None) -> str:
        return OPEN_DAY if lead_days is None else shifted(self.furthest, lead_days)

    def _fleeting(self, number: int, days: int) -> Walk:
        where = f"band BETWEEN {FLEETING} AND {RETIRED - 1} AND band = {number} AND known_from BETWEEN :first AND :last"
        first, last = shifted(self.furthest, -days), self.furthest.isoformat()
        return self.walk("period_fleeting", where, first=first, last=last)

    def _retired(self, number: int, changes: int | None) -> Walk:
        where = f"band BETWEEN {RETIRED} AND {RETRACTED - 1} AND band = {number} AND seen_from > :earlier"
        earlier = -1 if changes is None else self.at.through - changes
        return self.walk("period_retired", f"{where} AND seen_from <= :through", earlier=earlier)

    def _by_kind(self, index: str, where: str) -> list[Walk]:
        """A walk of narrow spans for each kind asked for."""
        if self.found.kinds is None:
            return [self._narrow(self.walk(index, where))]
        kinds = [self.walk(f"{index}_kind", f"{where} AND kind = :kind", kind=kind) for kind in self.found.kinds]
        return [self._narrow(each) for each in kinds]

    def _narrow(self, walk: Walk) -> Walk:
        return replace(walk, low=max(walk.low, shifted(self.found.ends_from, -NARROW_DAYS)))

    def walk(self, index: str, where: str, **values: Any) -> Walk:
        """The rows of an index that the whole question finds, after the page before."""
        low, high = self.found.first, self.found.last
        among = self.found.among_kinds if "kind" not in values else ""
        where = " AND ".join(filter(None, (where, alive(self.at), *self.found.where, among)))
        if self.after:
            start, values["at_id"] = self.after
            low, high = (low, min(start, high)) if self.down else (max(start, low), high)
            values["at_start"] = start
            where += f" AND (starts_min {'<' if self.down else '>'} :at_start OR subject > :at_id)"
        return Walk(index, where, {**self.found.values, **values}, low, high)

"""Exporting: a whole answer as CSV or JSON Lines, page by page, in constant memory.

Each page is read in a short transaction of its own, as known on the same day and through the same change, so that all
of them are pages of one answer whatever is recorded meanwhile. An answer in an order that is not walked to (that of the
words of `q`, of known_on) is found once: of it the change numbers
of its states are kept, 8 bytes an event (while it is sought and sorted, as for a page of it, some 400).
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.queries import WHOLE, Detail, EventQuery
from schemas.wire import answers, columns
from service import answering
from service.answering import Cursor
from service.store import changes, timeline
from service.store.asknown import AsKnown, last_known, moved_by_day, standpoint
from service.store.database import Store

RENDERER: Final = 2
"""Raised whenever the same records come to be written differently: it is part of every export's tag."""

PAGE_ITEMS: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """Where all pages of an export stand: as known on `query.as_known_on` through `query.through`, for a reader of
    `only` these calendars (empty: all)."""

    query: EventQuery
    only: tuple[str, ...]


def standing(at: AsKnown, query: EventQuery) -> Standing:
    """The standpoint of `at` as one that can be taken again; raises InvalidRecord for a question that fails."""
    answering.check_query(at, query)
    return Standing(replace(query, as_known_on=at.day, through=last_known(at)), at.only)


def tag(at: AsKnown, query: EventQuery, *more: object) -> str:
    """The weak tag of an export: it moves with the question, with what is known, and with RENDERER. A day asked for is
    part of the question; where none is, today is part of it only if it alone moves the answer (`overdue` does each
    day). `more` is what else the bytes depend on, such as the format."""
    fixed = query.overdue or query.as_known_on is not None
    day = (at.day.isoformat(),) if fixed else moved_by_day(at)
    asked = replace(query, as_known_on=None, through=None).asked()
    return _digest(RENDERER, asked, last_known(at), day, at.only, *more)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def events_csv(
    store: Store, stands: Standing, *, after: tuple[str, str] | None = None, limit: int | None = None
) -> Iterator[bytes]:
    """The events of a question as CSV, its first line the names of the columns."""
    yield columns.text([columns.COLUMNS]).encode()
    for page in _pages(store, stands, Detail(("sources",)), after, limit):
        yield columns.text(columns.row(shape) for shape in page).encode()


def events_jsonl(
    store: Store,
    stands: Standing,
    *,
    detail: Detail = WHOLE,
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> Iterator[bytes]:
    """The events of a question as JSON Lines, each in the shape that lists have."""
    for page in _pages(store, stands, detail, after, limit):
        yield lines(page)


def _pages(
    store: Store, stands: Standing, detail: Detail, after: tuple[str, str] | None, limit: int | None
) -> Iterator[list[dict[str, Any]]]:
    found = _found_at_once(store, stands, after, limit)
    if found is not None:
        for first in range(0, len(found), PAGE_ITEMS):
            yield _part(store, stands, detail, found[first : first + PAGE_ITEMS])
        return
    left = limit
    while left is None or left > 0:
        items = PAGE_ITEMS if left is None else min(left, PAGE_ITEMS)
        shapes, next_after = _page(store, stands, detail, after, items)
        yield shapes
        if next_after is None:
            return
        after = next_after
        left = None if left is None else left - len(shapes)


@contextmanager
def _reading(store: Store, stands: Standing) -> Iterator[AsKnown]:
    query = stands.query
    with store.reading() as conn:
        yield standpoint(conn, store.clock, query.as_known_on, query.through, query.calendar, stands.only)


def _found_at_once(
    store: Store, stands: Standing, after: tuple[str, str] | None, limit: int | None
) -> Sequence[int] | None:
    """The change numbers of all states that a question finds; None where pages are walked to one by one."""
    with _reading(store, stands) as at:
        if not timeline.found_at_once(at, stands.query):
            return None
        return array("q", (each.revision for each in timeline.find(at, stands.query, limit=limit, after=after)))


def _part(store: Store, stands: Standing, detail: Detail, revisions: Sequence[int]) -> list[dict[str, Any]]:
    with _reading(store, stands) as at:
        shown = answering.whole(at, timeline.of_revisions(at, list(revisions)), detail)
        return [answers.listed(each.event, each.links, detail) for each in shown]


def _page(
    store: Store, stands: Standing, detail: Detail, after: tuple[str, str] | None, items: int
) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
    query = stands.query
    with _reading(store, stands) as at:
        page = answering.page(at, query, limit=items, after=after, detail=detail)
        shapes = [answers.listed(each.event, each.links, detail) for each in page.items]
    return shapes, answering.read_cursor(page.cursor, query.digest()).after if page.cursor else None


def next_cursor(store: Store, stands: Standing, after: tuple[str, str] | None, limit: int) -> str | None:
    """The cursor of the page after one of `limit` events, None where there is none."""
    _, beyond = _page(store, stands, WHOLE, after, limit)
    query = stands.query
    if beyond is None or query.as_known_on is None or query.through is None:
        return None
    return Cursor(query.as_known_on, query.through, query.digest(), beyond).text()


def lines(shapes: Sequence[dict[str, Any]]) -> bytes:
    """Shapes as JSON Lines."""
    return "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in shapes).encode()


def changes_jsonl(store: Store, stands: Standing, *, after: int, limit: int | None = None) -> Iterator[bytes]:
    """The log after a change number as JSON Lines."""
    query, left = stands.query, limit
    while left is None or left > 0:
        with _reading(store, stands) as at:
            found = changes.log(at, after, PAGE_ITEMS if left is None else min(left, PAGE_ITEMS), query.calendar)
            shapes = [answers.change(each) for each in found]
        if not shapes:
            return
        yield lines(shapes)
        after = found[-1].change
        left = None if left is None else left - len(shapes)


def last_of_page(at: AsKnown, query: EventQuery, after: int, limit: int) -> int | None:
    """The last change of a page of `limit` changes after a number, None where no other page follows it."""
    found = changes.log(at, after, limit + 1, query.calendar)
    return found[limit - 1].change if len(found) > limit else None

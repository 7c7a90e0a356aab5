"""Taking in what comes as files: packs (whole calendars). All or nothing, and safe to repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from calendars.packfiles import Pack, PackEvent, read_pack
from schemas.calendars import Calendar
from schemas.errors import CalendarUnreadable, DomainError
from schemas.events import EventDraft, LinkDraft
from schemas.names import Register
from schemas.rules import broken_by_time
from service.linking import assert_link
from service.recording import assert_event
from service.store import facets, feedbytes, registers
from service.store.database import Store, Transaction
from service.store.facts import fact, note
from service.store.revisions import Assertion, append, asserted, canonical, fresh_id, rows_of
from service.store.states import event_state, link_state, source_state

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Loaded:
    """How many records of each sort were new, and how many stood there already, word for word."""

    calendar: str
    events: int = 0
    revisions: int = 0
    links: int = 0
    names: int = 0
    declarations: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was recorded."""
        return bool(self.revisions or self.links or self.names or self.declarations)


def add_pack(
    store: Store, folder: Path, *, known_by: date | None = None, progress: Progress = lambda _done, _all: None
) -> Loaded:
    """Record what a pack holds and the store does not: its calendar, names, event revisions and links.

    `known_by` leaves out what became known later. Nothing is overwritten; no letters are raised. Raises
    CalendarUnreadable, naming file, line and reason of every record that does not load; then nothing is recorded.
    """
    pack = read_pack(folder, known_by)
    _check_today(store, pack)
    loaded = Loaded(pack.calendar.slug)
    with store.transaction("pack") as tx:
        _declare(tx, pack.calendar, loaded)
        _name(tx, pack, loaded)
        register = registers.register(tx.conn, date.max)
        if loaded.names:
            facets.index_all(tx.conn, register)
        steps = sum(len(event.revisions) + len(event.links) for event in pack.events)
        for done, _ in enumerate(_each_record(tx, pack, register, loaded), 1):
            progress(done, steps)
        if loaded.changed:
            feedbytes.refresh_all(tx.conn)
        progress(steps, steps)
        note(tx.conn, _loaded_fact(folder), _fingerprint(folder, known_by))
    return loaded


def _check_today(store: Store, pack: Pack) -> None:
    today = store.clock.today(pack.calendar.zone)
    found = []
    for event in pack.events:
        for draft in event.revisions:
            if draft.known_on and draft.known_on > today:
                refusals = broken_by_time(draft.known_on, draft.sources, pack.calendar.zone, today)
                found += [_located(event, refusal) for refusal in refusals]
    if found:
        raise CalendarUnreadable(found)


def _located(event: PackEvent, refusal: DomainError) -> dict[str, Any]:
    return {"file": "events.jsonl", "line": event.line, "detail": f"{event.id}: {refusal.detail}"}


def _declare(tx: Transaction, calendar: Calendar, loaded: Loaded) -> None:
    clashes = [
        f"the kind {kind.slug} is of the group {kind.group} here and of {other.group} in {each.slug}"
        for each in registers.calendars(tx.conn).values()
        for kind in calendar.kinds
        if (other := each.kind(kind.slug)) and other.group != kind.group
    ]
    if clashes:
        raise CalendarUnreadable([{"file": "calendar.toml", "line": None, "detail": clash} for clash in clashes])
    state = registers.plain(calendar)
    subject = f"calendar/{calendar.slug}"
    if _asserted(tx, subject, calendar.known_on, state):
        loaded.unchanged += 1
        return
    append(tx, Assertion("calendar", subject, calendar.slug, calendar.known_on, state))
    loaded.declarations += 1


def _name(tx: Transaction, pack: Pack, loaded: Loaded) -> None:
    for name in pack.names:
        subject, state = f"name/{name.type}/{name.slug}", registers.plain(name)
        if _asserted(tx, subject, name.known_on, state):
            loaded.unchanged += 1
            continue
        try:
            append(tx, Assertion("name", subject, pack.calendar.slug, name.known_on, state))
        except DomainError as refusal:
            detail = f"{name.type} {name.slug}: {refusal.detail}"
            raise CalendarUnreadable([{"file": "names.jsonl", "line": None, "detail": detail}]) from refusal
        loaded.names += 1


def _asserted(tx: Transaction, subject: str, known_on: date, state: dict[str, Any]) -> bool:
    """Whether the subject was ever asserted in exactly this state, known on this day."""
    rows = rows_of(tx.conn, subject)
    return any(row.known_on == known_on.isoformat() and row.state == state for row in rows)


def _each_record(tx: Transaction, pack: Pack, register: Register, loaded: Loaded) -> Iterator[None]:
    """Record revisions, then links, each in the order in which they became known."""
    standing = asserted(tx.conn, "event")
    drafts = [(draft, event) for event in pack.events for draft in event.revisions]
    for draft, event in sorted(drafts, key=lambda pair: pair[0].known_on or date.min):
        _record_revision(tx, event, draft, register, standing, loaded)
        yield
    drawn = {key for keys in asserted(tx.conn, "link").values() for key in keys}
    links = [(link, event) for event in pack.events for link in event.links]
    for link, event in sorted(links, key=lambda pair: pair[0].known_on):
        draft_link = LinkDraft(rel=link.rel, subject=event.id, target=link.to, known_on=link.known_on)
        if canonical([link.known_on.isoformat(), link_state(draft_link), []]) in drawn:
            loaded.unchanged += 1
        else:
            assert_link(tx, fresh_id(tx.conn), pack.calendar.slug, draft_link)
            loaded.links += 1
        yield


def _record_revision(
    tx: Transaction,
    event: PackEvent,
    draft: EventDraft,
    register: Register,
    standing: dict[str, set[str]],
    loaded: Loaded,
) -> None:
    assert draft.known_on, "a pack's revision has its day"
    sources = [source_state(source) for source in draft.sources]
    key = canonical([draft.known_on.isoformat(), event_state(draft, register), sources])
    if key in standing[event.id]:
        loaded.unchanged += 1
        return
    try:
        assert_event(tx, event.id, draft, register)
    except DomainError as refusal:
        raise CalendarUnreadable([_located(event, refusal)]) from refusal
    loaded.events += not standing[event.id]
    loaded.revisions += 1
    standing[event.id].add(key)


PACKS = Path(str(files("calendars"))) / "packs"


def shipped_packs(store: Store) -> list[Path]:
    """The folders of the shipped packs whose files differ from what was last loaded from them here."""
    folders = [toml.parent for toml in sorted(PACKS.glob("*/calendar.toml"))]
    with store.reading() as conn:
        return [each for each in folders if fact(conn, _loaded_fact(each)) != _fingerprint(each, store.clock.pinned)]


def _loaded_fact(folder: Path) -> str:
    return f"pack:{folder.name}"


def _fingerprint(folder: Path, known_by: date | None) -> str:
    digest = hashlib.sha256(str(known_by).encode())
    for name in ("calendar.toml", "events.jsonl", "names.jsonl"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()

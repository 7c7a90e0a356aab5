"""Taking in what comes as files: packs (whole calendars). All or nothing, and safe to repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from calendars.packfiles import Pack, PackEvent, read_pack
from schemas.calendars import Calendar
from schemas.errors import CalendarUnreadable, DomainError, IdTaken, LinkExists
from schemas.events import EventDraft, LinkDraft
from schemas.names import Name, Register, slug_of
from service.linking import assert_link
from service.recording import assert_event
from service.store import feedbytes, origins, registers
from service.store.database import Store, Transaction
from service.store.facts import fact, note
from service.store.origins import Clash
from service.store.revisions import Assertion, append, asserted, canonical, fresh_id, rows_of, timeline
from service.store.states import event_state, link_state, source_state

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Loaded:
    """How many records of each sort were new, how many stood there already, word for word, and what was left
    alone since it was amended here."""

    calendar: str
    events: int = 0
    revisions: int = 0
    links: int = 0
    names: int = 0
    declarations: int = 0
    unchanged: int = 0
    clashes: list[Clash] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was recorded."""
        return bool(self.revisions or self.links or self.names or self.declarations)


ORIGIN = "pack"
"""Who records what comes from packs."""


def add_pack(
    store: Store,
    folder: Path,
    *,
    only: str | None = None,
    known_by: date | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Loaded:
    """Record what a pack holds and the store does not: its calendar, names, event revisions and links.

    `known_by` leaves out what became known later. Nothing is overwritten: where a record was amended here and the pack
    newly says otherwise, the clash is listed and nothing recorded of it. No letters are raised. Raises
    CalendarUnreadable, naming file, line and reason of every record that does not load, or where the pack's calendar is
    another than the `only` one asked for; then nothing is recorded.
    """
    pack = read_pack(folder, known_by)
    if only and pack.calendar.slug != only:
        detail = f"This is a pack of the calendar {pack.calendar.slug}, not of {only}."
        raise CalendarUnreadable([{"file": "calendar.toml", "line": None, "detail": detail}])
    _check_today(store, pack)
    loaded = Loaded(pack.calendar.slug)
    with store.transaction(ORIGIN) as tx:
        loading = _Loading(tx, pack, loaded, origins.amended_by_others(tx.conn, ORIGIN))
        _declare(loading)
        _name(loading)
        register = registers.register(tx.conn, date.max)
        steps = sum(len(event.revisions) + len(event.links) for event in pack.events)
        for done, _ in enumerate(_each_record(loading, register), 1):
            progress(done, steps)
        if loaded.changed:
            feedbytes.refresh_all(tx.conn)
        progress(steps, steps)
        if folder.resolve().parent == PACKS.resolve():
            note(tx.conn, _loaded_fact(folder), _fingerprint(folder, known_by))
    return loaded


@dataclass(frozen=True, slots=True)
class _Loading:
    """A pack being loaded, and the subjects that others than packs said something of."""

    tx: Transaction
    pack: Pack
    loaded: Loaded
    amended: set[str]

    def clashes(self, sort: str, subject: str, known_on: date, state: dict[str, Any]) -> bool:
        """Whether a record was amended here and would be put aside: then the clash is listed."""
        if subject not in self.amended:
            return False
        found = origins.clash(self.tx.conn, ORIGIN, sort, subject, known_on.isoformat(), state)
        if found:
            self.loaded.clashes.append(found)
        return found is not None


def _check_today(store: Store, pack: Pack) -> None:
    """Nothing of a pack is known after today; raises CalendarUnreadable with all that is."""
    zone = pack.calendar.zone
    today = store.clock.today(zone)
    found: list[dict[str, Any]] = []
    for place, days in _days_known(pack):
        late = sorted({day for day in days if day > today})
        found += [place | {"detail": f"{place['detail']}known_on {day} lies after today, {today}."} for day in late]
    if found:
        raise CalendarUnreadable(found)


def _days_known(pack: Pack) -> Iterator[tuple[dict[str, Any], list[date]]]:
    """Each record of a pack as {file, line, detail} that names it, with the days on which its assertions are known."""
    yield {"file": "calendar.toml", "line": None, "detail": ""}, [pack.calendar.known_on]
    for name in pack.names:
        label = f"{name.type} {name.slug}: "
        yield {"file": "names.jsonl", "line": None, "detail": label}, list(name.days_of_change())
    for event in pack.events:
        days = [draft.known_on for draft in event.revisions if draft.known_on]
        days += [link.known_on for link in event.links]
        yield {"file": "events.jsonl", "line": event.line, "detail": f"{event.id}: "}, days


def _located(event: PackEvent, refusal: DomainError) -> dict[str, Any]:
    return {"file": "events.jsonl", "line": event.line, "detail": f"{event.id}: {refusal.detail}"}


def _declare(loading: _Loading) -> None:
    tx, calendar = loading.tx, loading.pack.calendar
    if clashes := kinds_in_other_groups(calendar, registers.calendars(tx.conn).values()):
        raise CalendarUnreadable([{"file": "calendar.toml", "line": None, "detail": clash} for clash in clashes])
    state = registers.plain(calendar)
    subject = f"calendar/{calendar.slug}"
    if _stands(tx, subject, calendar.known_on, state):
        loading.loaded.unchanged += 1
    elif not loading.clashes("calendar", subject, calendar.known_on, state):
        append(tx, Assertion("calendar", subject, calendar.slug, calendar.known_on, state))
        loading.loaded.declarations += 1


def kinds_in_other_groups(calendar: Calendar, others: Iterable[Calendar]) -> list[str]:
    """Each kind of a calendar that another of `others` has in another group, in words; its own it may move."""
    return [
        f"the kind {kind.slug} is of the group {kind.group} here and of {other.group} in {each.slug}"
        for each in others
        if each.slug != calendar.slug
        for kind in calendar.kinds
        if (other := each.kind(kind.slug)) and other.group != kind.group
    ]


def _name(loading: _Loading) -> None:
    """Record the names that do not stand as the pack has them; a renaming is known from the day after the old name's
    last, so that nobody reads it earlier."""
    standing = registers.register(loading.tx.conn, date.max)
    clashes = [clash for name in loading.pack.names if (clash := written_alike(standing, name))]
    if clashes:
        raise CalendarUnreadable([{"file": "names.jsonl", "line": None, "detail": clash} for clash in clashes])
    for name in loading.pack.names:
        told = [_told(loading, name, day) for day in name.days_of_change()]
        loading.loaded.names += any(told)
        loading.loaded.unchanged += not any(told)


def written_alike(standing: Register, name: Name) -> str | None:
    """What is wrong with a slug beside those that stand here already."""
    other = standing.slug(name.type, name.slug)
    if other != name.slug and slug_of(other) == slug_of(name.slug):
        return f"The {name.type} {name.slug!r} is written like {other!r}, which is here already: choose another slug."
    return None


def _told(loading: _Loading, name: Name, day: date) -> bool:
    """Record what can be said of a name from a day on; False where it stands, or was amended here. What is only
    concluded of the days before a renaming gives way to what was recorded of them: a renaming that is told later must
    not change these."""
    tx, subject, then = loading.tx, f"name/{name.type}/{name.slug}", name.as_known_on(day)
    state = registers.plain(then)
    if _stands(tx, subject, day, state) or (then != name and _called_so(tx, then, day)):
        return False
    if loading.clashes("name", subject, day, state):
        return False
    try:
        append(tx, Assertion("name", subject, loading.pack.calendar.slug, day, state))
    except IdTaken as refusal:
        detail = f"The {name.type} {name.slug!r} is here already, and otherwise, from another calendar"
        found = f"{detail}: leave the line out, or choose another slug."
        raise CalendarUnreadable([{"file": "names.jsonl", "line": None, "detail": found}]) from refusal
    return True


def _called_so(tx: Transaction, name: Name, day: date) -> bool:
    """Whether what stands of a name as known on a day calls it so."""
    spans = timeline(rows_of(tx.conn, f"name/{name.type}/{name.slug}"))
    then = [span.row.state for span in spans if span.known_from <= day.isoformat() < span.known_to]
    return any(registers.name_of(state).spelling(day) == name.name for state in then)


def _stands(tx: Transaction, subject: str, known_on: date, state: dict[str, Any]) -> bool:
    """Whether what was last asserted of the subject as known on this day is exactly this state."""
    of_day = [row for row in rows_of(tx.conn, subject) if row.known_on == known_on.isoformat()]
    return bool(of_day) and of_day[-1].state == state


def _each_record(loading: _Loading, register: Register) -> Iterator[None]:
    """Record revisions, then links, each in the order in which they became known."""
    tx, loaded = loading.tx, loading.loaded
    standing = asserted(tx.conn, "event")
    drafts = [(draft, event) for event in loading.pack.events for draft in event.revisions]
    for draft, event in sorted(drafts, key=lambda pair: pair[0].known_on or date.min):
        _record_revision(loading, event, draft, register, standing[event.id])
        yield
    drawn = {key for keys in asserted(tx.conn, "link").values() for key in keys}
    links = [(link, event) for event in loading.pack.events for link in event.links]
    for link, event in sorted(links, key=lambda pair: pair[0].known_on):
        draft_link = LinkDraft(rel=link.rel, subject=event.id, target=link.to, known_on=link.known_on)
        if canonical([link.known_on.isoformat(), link_state(draft_link), []]) in drawn:
            loaded.unchanged += 1
        else:
            _draw(loading, event, draft_link)
        yield


def _draw(loading: _Loading, event: PackEvent, draft: LinkDraft) -> None:
    """Record a pack's link, unless one of that rel between the two stands here already, drawn by someone else: where it
    is rejected here, that is a clash."""
    try:
        assert_link(loading.tx, fresh_id(loading.tx.conn), loading.pack.calendar.slug, draft)
    except LinkExists as refusal:
        if refusal.members["state"] == draft.state:
            loading.loaded.unchanged += 1
        else:
            loading.loaded.clashes.append(_decided_otherwise(loading.tx, draft, refusal))
    except DomainError as refusal:
        raise CalendarUnreadable([_located(event, refusal)]) from refusal
    else:
        loading.loaded.links += 1


def _decided_otherwise(tx: Transaction, draft: LinkDraft, refusal: LinkExists) -> Clash:
    """The clash of a pack's link with the one that stands here in another state."""
    id_, state = refusal.members["link"], refusal.members["state"]
    ours = rows_of(tx.conn, id_)[-1].state
    theirs = {**ours, **link_state(draft)}  # the ends as they stand here: of some rels either is the first
    theirs |= {end: ours[end] for end in ("subject", "target")}
    known_on = draft.known_on.isoformat() if draft.known_on else ""
    return Clash("link", id_, known_on, ours, theirs, f"It is {state} here.")


def _record_revision(
    loading: _Loading, event: PackEvent, draft: EventDraft, register: Register, standing: set[str]
) -> None:
    """Record a revision unless it is among those `standing`, or the event was amended here."""
    assert draft.known_on, "a pack's revision has its day"
    state = event_state(draft, register)
    key = canonical([draft.known_on.isoformat(), state, [source_state(source) for source in draft.sources]])
    if key in standing:
        loading.loaded.unchanged += 1
    elif not loading.clashes("event", event.id, draft.known_on, state):
        try:
            assert_event(loading.tx, event.id, draft, register)
        except DomainError as refusal:
            raise CalendarUnreadable([_located(event, refusal)]) from refusal
        loading.loaded.events += not standing
        loading.loaded.revisions += 1
        standing.add(key)


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

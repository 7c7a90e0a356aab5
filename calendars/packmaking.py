"""Makes a pack's events.jsonl and names.jsonl from a collection: history entries become revisions, without hindsight.

    python -m calendars.packmaking SOURCE.jsonl NAMES.jsonl CALENDAR_DIR

A line of SOURCE is an event as last known with its `history`, the entries by which the public came to know it, oldest
first; a line of NAMES is a name. CALENDAR_DIR holds the calendar.toml. Its README.md gets, under the heading "Remarks
of the collection", what stands in no revision: notes, records from memory, sources shown later than they are brought.

A place called like a renamed body (a ministry's building) was renamed with it, and stands under its name of the time.

Each entry becomes a revision, its `known` the `known_on`; entries of one day make one, in the last one's state. Two
rules keep later knowledge out of it:

- People, the place's own name, themes and sources without a day are not dated by the collection. They come with the
  first revision that is `held` (of an event never held, the last one).
- A source that tells of a day after the entry that brings it was not out by then. It comes with the first entry of
  that day or later; where there is none, with a revision of its own on that day, the state unchanged. The days it
  tells of: those its address writes, the latest publication day that any record gives the same address, and, where
  it has no day of its own, those its gist writes and no date known by then names (a plan told by then may name any).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from calendars import packfields
from calendars.packfiles import read_pack
from calendars.writtendays import days_in_address, days_in_date, days_in_words
from schemas.names import Name, Register
from schemas.when import parse
from schemas.words import folded

Record = dict[str, Any]

REMARKS: Final = "## Remarks of the collection\n"
"""The heading in the pack's README.md from which on the file is made by the command."""

_NOT_YET: Final = "9999-12-31"

_EVENT_FIELDS: Final = frozenset({"id", "kind", "title", "history", "sources"})
_NAME_FIELDS: Final = frozenset({"slug", "type", "name"})


@dataclass(frozen=True, slots=True)
class Context:
    """What one record must know of the others.

    `named`: each day that some event's date names, with the first day on which one did. `published`: of each address,
    the latest day that any record gives as its publication.
    """

    named: Mapping[date, date]
    published: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A source with the day of the entry that brings it and the day on which a revision first shows it."""

    source: Record
    brought: date
    shown: date


def context_of(records: Iterable[Record]) -> Context:
    """The context that a whole collection makes."""
    named: dict[date, date] = {}
    published: dict[str, date] = {}
    for record in records:
        for entry in record["history"]:
            known = date.fromisoformat(entry["known"])
            for day in days_in_date(entry["when"]):
                named[day] = min(known, named.get(day, known))
        for source in record["sources"]:
            if source.get("url") and source.get("published"):
                day = date.fromisoformat(source["published"])
                published[source["url"]] = max(day, published.get(source["url"], day))
    return Context(named, published)


def event(record: Record, context: Context) -> Record:
    """The line of events.jsonl that a record makes: `id`, `revisions` in order of known_on, `links`; empty left out."""
    brought: dict[date, list[Record]] = {date.fromisoformat(entry["known"]): [] for entry in record["history"]}
    for arrival in arrivals(record, context):
        brought.setdefault(arrival.shown, []).append(_filled(arrival.source))
    revisions = [_revision(record, day, brought[day]) for day in sorted(brought)]
    links = [{"rel": link["rel"], "to": link["to"], "known_on": link["known"]} for link in record.get("links", [])]
    return _filled({"id": record["id"], "revisions": revisions, "links": links})


def arrivals(record: Record, context: Context) -> list[Arrival]:
    """When each source of a record may be shown, in the order in which the entries bring them, each source once."""
    entries = record["history"]
    found: dict[int, Arrival] = {}
    for number, entry in enumerate(entries):
        for index in entry["sources"]:
            source = record["sources"][index]
            first = number if source.get("published") else max(number, _full_from(entries))
            out = _out_by(source, entries[first], context)
            later = [date.fromisoformat(entry["known"]) for entry in entries[first:]]
            shown = next((day for day in later if day >= out), out)
            found.setdefault(index, Arrival(source, date.fromisoformat(entry["known"]), shown))
    return list(found.values())


def _out_by(source: Record, entry: Record, context: Context) -> date:
    """The day by which a source that `entry` brings was out, as far as its days tell; never before the entry's."""
    known = date.fromisoformat(entry["known"])
    address = source.get("url") or ""
    days = [last for first, last in days_in_address(address) if first > known]
    days.append(context.published.get(address, known))
    if not source.get("published"):
        near = parse(entry["when"]).starts_min or known
        written = days_in_words(source.get("title") or "", near)
        days += [day for day in written if context.named.get(day, date.max) > known]
    return max(known, *days)


def _full_from(entries: Sequence[Record]) -> int:
    """Which entry is the first that is held, else the last one: from it on a revision tells all."""
    return next((number for number, entry in enumerate(entries) if entry["status"] == "held"), len(entries) - 1)


def _revision(record: Record, known_on: date, sources: list[Record]) -> Record:
    number = max(number for number, entry in enumerate(record["history"]) if entry["known"] <= known_on.isoformat())
    entry = record["history"][number]
    full = number >= _full_from(record["history"])
    place = dict(record.get("place") or {})
    if not full:
        place.pop("name", None)
    return _filled(
        {
            "known_on": known_on.isoformat(),
            "kind": record["kind"],
            "title": record["title"],
            "when": entry["when"],
            "status": entry["status"],
            "said_by": {"who": entry["said_by"]} if entry.get("said_by") else None,
            "place": _filled(place),
            "people": record.get("people") if full else None,
            "bodies": record.get("bodies"),
            "themes": record.get("themes") if full else None,
            "programme": record.get("programme"),
            "sources": sources,
        }
    )


def _filled(fields: Mapping[str, Any]) -> Record:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def dated_names(rows: Sequence[Record], events: Iterable[Record]) -> list[Record]:
    """The lines of names.jsonl: each name with the day on which the first event that bears it became known.

    A field bears a name by any of its spellings, a joint place also stands for its parts (of two that are written
    alike, for the one in the event's province), and a place makes the places that it is part of known. A place in no
    field is borne where a place's own name says it ("Embassy, Springfield"). A name that nothing bears is known with
    the newest revision, so that no earlier day lists it.
    """
    undated = [_filled(row | {"note": None, "known_on": _NOT_YET}) for row in rows]
    register = Register(packfields.NAME(row) for row in undated)
    revisions = sorted((revision for event in events for revision in event["revisions"]), key=_known_on)
    known: dict[tuple[str, str], str] = {}
    for revision in revisions:
        for key in _borne(revision, register):
            known.setdefault(key, revision["known_on"])
    for key, name in register.names.items():
        if key not in known:
            saying = (revision["known_on"] for revision in revisions if _says(revision, name))
            known[key] = next(saying, revisions[-1]["known_on"])
    _parents_with_children(known, register)
    return [row | {"known_on": known[row["type"], row["slug"]]} for row in undated]


def _known_on(revision: Record) -> str:
    return str(revision["known_on"])


def _borne(revision: Record, register: Register) -> Iterator[tuple[str, str]]:
    place = revision.get("place", {})
    for person in revision.get("people", ()):
        yield "person", register.slug("person", person)
    for body in revision.get("bodies", ()):
        yield "body", register.slug("body", body)
    if "programme" in revision:
        yield "programme", register.slug("programme", revision["programme"])
    province = register.slug("place", place.get("province", ""))
    for spelling in (place[part] for part in ("name", "county", "province") if part in place):
        key = ("place", register.slug("place", spelling))
        yield key
        if name := register.names.get(key):
            yield from (("place", part) for part in name.all_of)
            yield from (("place", part) for part in name.one_of if register.names["place", part].part_of == province)


def _says(revision: Record, name: Name) -> bool:
    words = f" {folded(revision.get('place', {}).get('name', ''))} "
    return name.type == "place" and any(f" {folded(spelling)} " in words for spelling in name.spellings())


def renamed_seats(rows: Sequence[Record]) -> list[Record]:
    """The names, a place that is called like a renamed body having been renamed with it: a ministry's building."""
    former = {row["name"]: row["former"] for row in rows if row["type"] == "body" and row.get("former")}
    return [
        {**row, "former": former[row["name"]]} if row["type"] == "place" and row["name"] in former else row
        for row in rows
    ]


def called_then(event: Record, rows: Sequence[Record]) -> Record:
    """An event whose revisions call every renamed place what it was called when they became known."""
    register = Register(packfields.NAME(_filled(row | {"note": None, "known_on": _NOT_YET})) for row in rows)
    return event | {"revisions": [_called_then(revision, register) for revision in event["revisions"]]}


def _called_then(revision: Record, register: Register) -> Record:
    text = revision.get("place", {}).get("name")
    name = register.names.get(("place", register.slug("place", text))) if text else None
    if name is None or not name.former:
        return revision
    return revision | {"place": revision["place"] | {"name": name.spelling(date.fromisoformat(_known_on(revision)))}}


def _parents_with_children(known: dict[tuple[str, str], str], register: Register) -> None:
    for (type_, slug), name in register.names.items():
        parent = name.part_of
        while parent:
            known[type_, parent] = min(known[type_, parent], known[type_, slug])
            parent = register.names[type_, parent].part_of


def remarks(records: Sequence[Record], rows: Sequence[Record], context: Context) -> str:
    """What stands in no revision, as Markdown: records not seen in a source, sources shown later, notes."""
    unseen = [f"- `{record['id']}`\n" for record in records if record.get("confidence") == "memory"]
    late = [
        f"- `{record['id']}`: {late.source['publisher']}, brought with {late.brought}, shown from {late.shown}\n"
        for record in records
        for late in arrivals(record, context)
        if late.shown > late.brought
    ]
    notes = [f"- `{record['id']}`: {record['note']}\n" for record in records if record.get("note")]
    names = [f"- {row['type']} `{row['slug']}`: {row['note']}\n" for row in rows if row.get("note")]
    return (
        f"{REMARKS}\nMade by the command above, as is everything from here on.\n"
        f"\n### Records that rest on memory ({len(unseen)})\n\n{''.join(unseen)}"
        f"\n### Sources shown later than the entry that brings them ({len(late)})\n\n{''.join(late)}"
        f"\n### Notes on events ({len(notes)})\n\n{''.join(notes)}"
        f"\n### Notes on names ({len(names)})\n\n{''.join(names)}"
    )


def make_pack(source: Path, names: Path, folder: Path) -> str:
    """Write events.jsonl, names.jsonl and the remarks in README.md into `folder`; the same input gives the same bytes.

    Returns what was made in one sentence. Raises CalendarUnreadable if the pack that results cannot be read.
    """
    records, rows = _lines(source, _EVENT_FIELDS), _lines(names, _NAME_FIELDS)
    context = context_of(records)
    names_then = renamed_seats(rows)
    made = (called_then(event(record, context), names_then) for record in records)
    events = sorted(made, key=lambda event: (_first_known(event), event["id"]))
    size = _write_lines(folder / "events.jsonl", events)
    _write_lines(folder / "names.jsonl", dated_names(names_then, events))
    readme = folder / "README.md"
    before = readme.read_text("utf-8").partition(REMARKS)[0] if readme.exists() else ""
    readme.write_text(before + remarks(records, rows, context), "utf-8")
    read_pack(folder)
    revisions = sum(len(event["revisions"]) for event in events)
    return f"{len(events)} events, {revisions} revisions ({size} bytes) and {len(rows)} names."


def _first_known(event: Record) -> str:
    return _known_on(event["revisions"][0])


def _lines(path: Path, needed: frozenset[str]) -> list[Record]:
    records = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SystemExit(f"{path.name}:{number}: the line is not JSON: {error}") from error
        if missing := needed - record.keys():
            raise SystemExit(f"{path.name}:{number}: the record lacks {', '.join(sorted(missing))}.")
        records.append(record)
    return records


def _write_lines(path: Path, records: Iterable[Record]) -> int:
    lines = "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)
    return path.write_bytes(lines.encode())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m calendars.packmaking", description="Make a pack from a collection."
    )
    parser.add_argument("source", type=Path, help="the collection's events, JSON Lines")
    parser.add_argument("names", type=Path, help="the collection's names, JSON Lines")
    parser.add_argument("folder", type=Path, help="the pack: a folder with a calendar.toml")
    asked = parser.parse_args(arguments)
    sys.stdout.write(make_pack(asked.source, asked.names, asked.folder) + "\n")


if __name__ == "__main__":
    main()

"""A line's draft, as JSON would have it, to a Line: with what the import says for all, or with its mistakes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from schemas.errors import DomainError, FileUnreadable
from schemas.events import EventDraft
from schemas.imports import MOST_LINES, MOST_REVISIONS, Defaults, Line, Mistake
from schemas.wire.fields import load, refuse_halves
from schemas.wire.imports import ImportLineSchema

_SCHEMA: Final = ImportLineSchema()

Make = Callable[[], Any]
"""Gives a line's draft as JSON would have it; raises a refusal, or ValueError with a clause."""


def line_of(number: int, make: Make, defaults: Defaults, times: Counter[str]) -> Line:
    """The line that begins on line `number`; `times` counts the lines of one file that speak of one event, or are
    equal."""
    try:
        data = make()
        if not isinstance(data, dict):
            raise ValueError("the line is no JSON object")
        refuse_halves(data)
        data = _with_defaults(data, defaults)
        id_, draft = load(_SCHEMA, data)
    except DomainError as refusal:
        return Line(number=number, mistakes=tuple(refusal.errors()))
    except RecursionError:
        return Line(number=number, mistakes=(mistake("the line is nested too deeply"),))
    except ValueError as cause:
        return Line(number=number, mistakes=(mistake(str(cause)),))
    if id_ and (told := too_often(id_, times, "/id")):
        return Line(number=number, id=id_, mistakes=(told,))
    return Line(number=number, draft=draft, id=id_, key="" if id_ else _key(draft, times))


def check_few(count: int, number: int, what: str = "events") -> None:
    """Raise FileUnreadable if line `number` begins more than a file may hold: before any is held to its shape."""
    if count > MOST_LINES:
        detail = f"The file holds more than {MOST_LINES:,} {what} (line {number} begins the next): split it."
        raise FileUnreadable(detail, line=number)


def too_often(name: str, times: Counter[str], pointer: str) -> Mistake | None:
    """A mistake where more than MOST_REVISIONS lines of a file, this one counted, speak of the event of that name."""
    times[name] += 1
    if times[name] <= MOST_REVISIONS:
        return None
    return mistake(f"over {MOST_REVISIONS} lines of the file speak of this event: send the others in another", pointer)


def mistake(clause: str, pointer: str = "") -> dict[str, str]:
    """A mistake in a sentence, and where in the line it is: empty for the whole of it (RFC 6901)."""
    return {"detail": f"{clause[:1].upper()}{clause[1:].rstrip('.')}.", "pointer": pointer}


def _with_defaults(data: dict[str, Any], defaults: Defaults) -> dict[str, Any]:
    given = {
        "calendar": defaults.calendar,
        "kind": defaults.kind,
        "known_on": defaults.known_on.isoformat() if defaults.known_on else None,
    }
    said = {key: value for key, value in data.items() if value is not None}
    return {**{key: value for key, value in given.items() if value}, **said}


def _key(draft: EventDraft, times: Counter[str]) -> str:
    """What finds this line again: what it says, however it is spelled, and the how-manieth of that in its file."""
    said = _filled({**asdict(draft), "when": draft.when.edtf})
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]
    times[digest] += 1
    return f"line:{digest}:{times[digest]}"


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    """What is said at all: a field that there was not yet when a line came first changes nothing."""
    kept = {key: _filled(value) if isinstance(value, dict) else value for key, value in said.items()}
    return {key: value for key, value in kept.items() if value not in (None, (), {})}

"""A line's draft, as JSON would have it, to a Line: with what the import says for all, or with its mistakes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from schemas.errors import DomainError, FileUnreadable
from schemas.imports import MOST_LINES, Defaults, Line
from schemas.wire.fields import load, refuse_halves
from schemas.wire.imports import ImportLineSchema

_SCHEMA: Final = ImportLineSchema()

Make = Callable[[], Any]
"""Gives a line's draft as JSON would have it; raises a refusal, or ValueError with a clause."""


def line_of(number: int, make: Make, defaults: Defaults, times: Counter[str]) -> Line:
    """The line that begins on line `number`; `times` counts equal lines of one file."""
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
    return Line(number=number, draft=draft, id=id_, key="" if id_ else _key(data, times))


def check_few(count: int, number: int, what: str = "events") -> None:
    """Raise FileUnreadable if line `number` begins more than a file may hold: before any is held to its shape."""
    if count > MOST_LINES:
        detail = f"The file holds more than {MOST_LINES:,} {what} (line {number} begins the next): split it."
        raise FileUnreadable(detail, line=number)


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


def _key(data: dict[str, Any], times: Counter[str]) -> str:
    """What finds this line again: its content, and the how-manieth of that content in its file it is."""
    text = json.dumps(data, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    times[digest] += 1
    return f"line:{digest}:{times[digest]}"

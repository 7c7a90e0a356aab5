"""Small readers of JSON and TOML values, put together into tables of fields; each refuses with all that is wrong.

>>> from schemas.events import SaidBy
>>> read = record(SaidBy, required={"who": one_of(("body", "press"))}, optional={"name": text})
>>> read({"who": "press"})
SaidBy(who='press', name=None)
>>> read({"who": "me", "wo": 1})
Traceback (most recent call last):
calendars.fieldreaders.Unfit: it has the unknown field 'wo', known are who, name; who must be one of body, press, ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from reprlib import repr as shortened
from typing import Any, Final

Reader = Callable[[Any], Any]
"""Gives the read value, or raises Unfit."""

Sentence = tuple[str, str]
"""Where inside the value (`revisions[0].kind`; nothing for the value itself), and what is to be said of that place."""

_SLUG: Final = re.compile(r"\w+(?:-\w+)*\Z")


class Unfit(Exception):
    """A value that cannot be read, with everything that is wrong in it."""

    def __init__(self, *sentences: Sentence) -> None:
        self.sentences = sentences
        super().__init__("; ".join(self.told("it")))

    def told(self, whole: str) -> list[str]:
        """Each mistake in words, `whole` being what the value itself is called."""
        return [f"{place or whole} {wrong}" for place, wrong in self.sentences]


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit(("", f"must be a text that is not empty, not {shortened(value)}"))
    return value


def slug(value: Any) -> str:
    """Letters and digits, joined by hyphens."""
    if not _SLUG.match(text(value)):
        raise Unfit(("", f"must be letters and digits joined by hyphens, not {shortened(value)}"))
    return str(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Unfit(("", f"must be true or false, not {shortened(value)}"))
    return value


def whole_number(value: Any) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit(("", f"must be a whole number, not {shortened(value)}"))
    return value


def calendar_day(value: Any) -> date:
    """A day: a TOML date, or a text such as 2025-12-05."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = None
    if day is None or day.isoformat() != value:
        raise Unfit(("", f"must be a day such as 2025-12-05, not {shortened(str(value))}"))
    return day


def one_of(words: Collection[str]) -> Reader:
    """One of a closed list."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise Unfit(("", f"must be one of {', '.join(words)}, not {shortened(value)}"))
        return value

    return read


def list_of(item: Reader) -> Reader:
    """A list, as a tuple; every unfit item is named by its number, from 0."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unfit(("", f"must be a list, not {shortened(value)}"))
        items, wrong = [], []
        for number, one in enumerate(value):
            try:
                items.append(item(one))
            except Unfit as unfit:
                wrong += _within(f"[{number}]", unfit)
        if wrong:
            raise Unfit(*wrong)
        return tuple(items)

    return read


def record(make: Callable[..., Any], required: Mapping[str, Reader], optional: Mapping[str, Reader]) -> Reader:
    """A table of fields, handed to `make` by name; unknown, missing and unfit fields are all named at once."""
    fields = {**required, **optional}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Unfit(("", f"must be a table of fields, not {shortened(value)}"))
        known = ", ".join(fields)
        wrong = [("", f"has the unknown field {name!r}, known are {known}") for name in value if name not in fields]
        wrong += [("", f"lacks the field {name!r}") for name in required if name not in value]
        values = {}
        for name, reader in fields.items():
            if name in value:
                try:
                    values[name] = reader(value[name])
                except Unfit as unfit:
                    wrong += _within(name, unfit)
        if wrong:
            raise Unfit(*wrong)
        return make(**values)

    return read


def checked(reader: Reader, wrong_with: Callable[[Any], Iterable[Sentence]]) -> Reader:
    """What `reader` reads, refused where `wrong_with` finds something in it."""

    def read(value: Any) -> Any:
        made = reader(value)
        if wrong := tuple(wrong_with(made)):
            raise Unfit(*wrong)
        return made

    return read


def _within(name: str, unfit: Unfit) -> list[Sentence]:
    joints = ((place, "." if place and not place.startswith("[") else "", wrong) for place, wrong in unfit.sentences)
    return [(f"{name}{joint}{place}", wrong) for place, joint, wrong in joints]

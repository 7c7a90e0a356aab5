"""Names of persons, places, bodies and programmes: one slug, many spellings (an authority file)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Former:
    """What a name was called until (and including) a day."""

    name: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person, place, body or programme. `known_on` is the day the first event that bears it became known."""

    slug: str
    type: str
    name: str
    known_on: date
    native: str | None = None
    variants: tuple[str, ...] = ()
    former: tuple[Former, ...] = ()
    part_of: str | None = None
    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def spelling(self, day: date) -> str:
        """What it is called on `day`: the former name in force then, else the preferred one."""
        for former in sorted(self.former, key=lambda former: former.until):
            if day <= former.until:
                return former.name
        return self.name

    def as_known_on(self, day: date) -> Name:
        """The name as it could be read on `day`: under the spelling then in force, without what it was called later.

        Before the last renaming its native name and variants are those of a later day, and are left out.
        """
        former = tuple(former for former in self.former if former.until < day)
        if former == self.former:
            return self
        return replace(self, name=self.spelling(day), former=former, native=None, variants=())

    def days_of_change(self) -> tuple[date, ...]:
        """The days from which it is known differently: the first of all, and the day after each former name's last."""
        renamed = (former.until + timedelta(days=1) for former in self.former)
        return tuple(sorted({self.known_on, *(day for day in renamed if day > self.known_on)}))

    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, the preferred first."""
        natives = (self.native,) if self.native else ()
        return (self.name, *natives, *self.variants, *(former.name for former in self.former))


def folded(text: str) -> str:
    """A spelling made comparable: without marks, case-folded, runs of anything but letters and digits as one space."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", re.sub(r"[\W_]+", " ", bare.casefold()).strip())


def slug_of(text: str) -> str:
    """The slug that a spelling without an entry stands under: its folded words joined by hyphens."""
    return folded(text).replace(" ", "-")


class Register:
    """Names by type: spelling to slug, and slug to the spelling in force on a day."""

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self.names: dict[tuple[str, str], Name] = {}
        self._by_spelling: dict[tuple[str, str], str] = {}
        for name in names:
            self.names[name.type, name.slug] = name
        for name in self.names.values():
            for spelling in name.spellings():
                self._by_spelling.setdefault((name.type, folded(spelling)), name.slug)

    def slug(self, type_: str, text: str) -> str:
        """The slug that `text` (a slug or any spelling) stands for; an unknown one gets the slug of its words."""
        if (type_, text) in self.names:
            return text
        return self._by_spelling.get((type_, folded(text))) or slug_of(text)

    def known(self, type_: str, text: str) -> bool:
        """Whether the register has `text`, as a slug or as a spelling."""
        return (type_, text) in self.names or (type_, folded(text)) in self._by_spelling

    def spelling(self, type_: str, text: str, day: date) -> str:
        """What to show on `day` for a stored slug or unknown spelling: the name in force, or the text as it stands."""
        name = self.names.get((type_, text))
        return name.spelling(day) if name else text

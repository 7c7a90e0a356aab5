"""Full text: FTS5 says only which revisions hold which words. What was known when is decided by `period`, the order by
where the words stand: nothing of it depends on other events (as bm25 does), so that nothing later shows through.

The words kept are those of title, names as written and note (`facets.index`). Other spellings of a name are asked of
the register as known on D.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.names import Register
from schemas.words import begins, words
from service.store import facets


@dataclass(frozen=True, slots=True)
class Matches:
    """SQL that holds for revisions which have every word somewhere, all of them in the title, in title and names."""

    anywhere: str
    in_title: str
    in_names: str

    def rank(self) -> str:
        """Where the words stand, as SQL: 0 in the title, 1 in title and names, 2 elsewhere."""
        return f"CASE WHEN {self.in_title} THEN 0 WHEN {self.in_names} THEN 1 ELSE 2 END"


def matches(register: Register, text: str, values: dict[str, Any]) -> Matches | None:
    """What holds for the revisions in which every word of `text` occurs; None where it has no word. The last may be a
    beginning, Korean ones too. A word also stands where an event bears a name with such a spelling, as known then.

    Parameters are put into `values`. Words are quoted by us, so that nothing typed is FTS5 syntax.
    """
    asked = words(text)
    if not asked:
        return None
    open_ended = [begins(word) for word in asked[:-1]] + [True]
    each = [
        _Word(f'"{word}"*' if open_ else f'"{word}"', _borne(register, word, open_, values))
        for word, open_ in zip(asked, open_ended, strict=True)
    ]
    return Matches(
        anywhere=_all(each, "title names note", values),
        in_title=_match([word.quoted for word in each], "title", values),
        in_names=_all(each, "title names", values),
    )


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as FTS5 is asked for it, and SQL that holds where an event bears a name that has it (empty: none has)."""

    quoted: str
    borne: str


def _borne(register: Register, word: str, open_ended: bool, values: dict[str, Any]) -> str:
    found = register.worded(word, begins=open_ended).items()
    return " OR ".join(facets.condition(register, type_, slugs, values) for type_, slugs in found)


def _all(asked: Sequence[_Word], columns: str, values: dict[str, Any]) -> str:
    bare = [word.quoted for word in asked if not word.borne]
    each = [_match(bare, columns, values)] if bare else []
    each += [f"({_match([word.quoted], columns, values)} OR {word.borne})" for word in asked if word.borne]
    return " AND ".join(each)


def _match(quoted: Sequence[str], columns: str, values: dict[str, Any]) -> str:
    name = f"words{len(values)}"
    values[name] = f"{{{columns}}} : ({' AND '.join(quoted)})"
    return f"revision IN (SELECT rowid FROM search WHERE search MATCH :{name})"

"""The kind that a title names outright: "Plenary opens", "Parade held on the square"; and only where that is what
happens: not after a plenary, not ahead of one, no plenary of another body or country.

Every word before what names the kind, and the next after it, must be one of those that say no more than that it is
held (English, `HOLDING`), or a name that events of the kind bear. One word besides, and nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from service.analysis.spellings import Key, Run, Spelled

_CLAUSES: Final = re.compile(r"[,:;|()\u2014]|\s[-\u2013]\s")
_NUMBERS: Final = re.compile(r"\d+(st|nd|rd|th)?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COUNTED: Final = _words(
    "a an the one first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
)

HOLDING: Final = _words(
    """hold holds held holding convene convenes convened convening convocation open opens opened opening begin begins
    began begun start starts started kick kicks kicked off conclude concludes concluded close closes closed end ends
    ended wrap wraps wrapped up continue continues continued resume resumes resumed stage stages staged host hosts
    hosted chair chairs chaired preside presides presided over enter enters entered take takes
    took place conduct conducts conducted deliver delivers delivered give gives gave given make makes made underway"""
)
"""Words that say that something is held, and nothing else of it."""

MARKING: Final = _words("mark marks marked celebrate celebrates celebrated")
"""Words that say so of a day; of a meeting, that it is over."""

ATTENDING: Final = _words("attend attends attended")
"""Words that say so where a person does it; a body or a country attends what others hold."""

AUXILIARIES: Final = _words("to will may is are be been being was were has have set expected due plans planned")

MANNERS: Final = _words(
    """party year end key major rare enlarged expanded extended full regular special emergency annual next upcoming new
    big large scale night nighttime midnight days day long awaited its this of meeting session sitting public"""
)
"""Words that say how it is held."""

_OF_IT: Final = HOLDING | AUXILIARIES | MANNERS
_DOING: Final = HOLDING | AUXILIARIES

CIRCUMSTANCES: Final = _words(
    """in on at for with as amid after before during under from by since ahead marking next this late early mid
    yesterday today tomorrow"""
)
"""Words with which begins what a title says besides, and that take nothing back."""

SETTINGS: Final = _words("at on in of for after before during marking to ahead from")
"""Words that make another kind the occasion only: a speech *at* the parade."""

DAYS: Final = _words(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday week month weekend spring
    summer autumn winter later soon time in on at of this next late early mid end to be"""
)
"""Words that tell a day."""

_WITHIN: Final = _words("in at near")


@dataclass(slots=True)
class Borne:
    """What speaks for a kind: the bodies and persons that its events bear, and the places and countries they lie in."""

    names: set[Key] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)


class Outright:
    """Reads the kinds of a calendar, by what events of each bear. `countries` says where places lie."""

    def __init__(
        self, key: Iterable[str], spelled: Spelled, borne: dict[str, Borne], countries: dict[str, set[str]]
    ) -> None:
        self._key = frozenset(key)
        self._spelled = spelled
        self._borne = borne
        self._countries = countries

    def kinds(self, title: str) -> list[str]:
        """The kinds that a title mentions, whether they are what happens or not."""
        return [kind for run in self._spelled.runs(title) if (kind := _kind(run))]

    def others(self, title: str) -> list[str]:
        """The kinds that a title is not of, since it begins with what names another."""
        runs = [run for run in self._spelled.runs(title) if not _counts(run)]
        first = _kind(runs[0]) if runs else None
        return [kind for kind in self._borne if first and kind != first]

    def kind(self, title: str) -> str | None:
        """The kind that a title names as what happens; None where it names none, or one that is not certain."""
        clauses = [self._spelled.runs(clause) for clause in _CLAUSES.split(title) if clause.strip()]
        runs = [run for run in clauses[0] if not _counts(run)] if clauses else []
        at = next((n for n, run in enumerate(runs) if _kind(run)), None)
        if at is None:
            return None
        kind, rest = _kind(runs[at]), [run for clause in clauses[1:] for run in clause]
        certain = kind and self._is_held(kind, runs[:at], runs[at + 1 :], rest)
        return kind if certain else None

    def allows(self, kind: str, title: str) -> bool:
        """Whether a title begins with what is done, or with who does it and did before, and no name in it speaks
        against the kind."""
        runs = self._spelled.runs(title)
        begins = bool(runs) and (not runs[0].claims or bool(runs[0].of("kind")) or self._anchors(kind, runs[0]))
        return begins and all(self._fits(kind, run) for run in runs) and not _elsewhere(runs)

    def _is_held(self, kind: str, before: Sequence[Run], after: Sequence[Run], rest: Sequence[Run]) -> bool:
        everything = [*before, *after, *rest]
        if (
            _elsewhere(everything)
            or not all(self._fits(kind, run) for run in everything)
            or not self._others_are_settings(kind, after, rest)
        ):
            return False
        plain = _OF_IT | (MARKING if kind not in self._key else frozenset())
        plain |= ATTENDING if any(run.of("person") for run in before) else frozenset()
        if not all(_says(run, plain) or self._bears(kind, run) for run in before) or self._is_anothers(kind, before):
            return False
        said = self._said_of_it(kind, after)
        of_it = [*before, *after[:said]]
        # What a report says of a meeting may be anything, but of one that is held.
        held = kind not in self._key or any(_says(run, HOLDING | ATTENDING) for run in of_it)
        if held and any(self._anchors(kind, run) for run in of_it):
            return said == len(after) or _says(after[said], CIRCUMSTANCES | DAYS)
        days = DAYS | _DOING
        return not rest and all(_says(run, days) or _counts(run) or run.of("place") for run in after[said:])

    def _said_of_it(self, kind: str, after: Sequence[Run]) -> int:
        """How many runs after it say whose it is, and that it is held."""
        told = (n for n, run in enumerate(after) if not (_says(run, _OF_IT) or self._names(kind, run)))
        return next(told, len(after))

    def _names(self, kind: str, run: Run) -> bool:
        return _kind(run) == kind or ("calendar" in dict(run.claims)) or self._anchors(kind, run)

    def _bears(self, kind: str, run: Run) -> bool:
        return self._names(kind, run) or bool(run.of("place"))

    def _is_anothers(self, kind: str, before: Sequence[Run]) -> bool:
        """Whether a key meeting is told as that of a place ("Kaesong plenary"), not as what a place holds ("Pyongyang
        holds a plenary")."""
        places = [n for n, run in enumerate(before) if run.of("place") and not self._names(kind, run)]
        return kind in self._key and any(not any(_says(run, _DOING) for run in before[n:]) for n in places)

    def _anchors(self, kind: str, run: Run) -> bool:
        """Whether it says that the kind is one of this calendar: its name, or a name that events of the kind bear."""
        borne = self._borne.get(kind, Borne()).names
        return bool(run.of("calendar")) or bool(run.claims & borne)

    def _fits(self, kind: str, run: Run) -> bool:
        """Whether nothing in a name speaks against the kind: no body but those that events of it bear, nobody but who
        takes part in such key meetings, no place in a country (of key meetings: no place) where none was."""
        borne = self._borne.get(kind, Borne())
        if run.of("kind") or run.of("calendar") or run.claims & borne.names:
            return True
        if (run.of("person") and kind in self._key) or (run.of("body") and not run.of("place")):
            return False
        if kind in self._key and not borne.places.issuperset(run.of("place")):
            return False
        lies = {country for place in run.of("place") for country in self._countries.get(place, ())}
        return not lies or bool(lies & borne.countries)

    def _others_are_settings(self, kind: str, after: Sequence[Run], rest: Sequence[Run]) -> bool:
        setting = False
        for run in [*after, *rest]:
            setting = setting or _says(run, SETTINGS)
            other = _kind(run)
            if other and other != kind and (kind in self._key or not setting):
                return False
        return True


def _kind(run: Run) -> str | None:
    kinds = run.of("kind")
    return kinds[0] if len(kinds) == 1 else None


def _says(run: Run, words: frozenset[str]) -> bool:
    return not run.claims and run.words[0] in words


def _elsewhere(runs: Sequence[Run]) -> bool:
    """Whether something is said to be at a place that nobody knows here: in what has a capital and is no day."""
    said = [run for run in runs if not _counts(run) and run.words != ("the",)]
    return any(
        _says(run, _WITHIN) and not (then.small or then.claims or _says(then, DAYS)) for run, then in pairwise(said)
    )


def _counts(run: Run) -> bool:
    return not run.claims and (run.words[0] in _COUNTED or bool(_NUMBERS.fullmatch(run.words[0])))

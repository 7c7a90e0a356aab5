"""Why a link was not recorded, in words for whoever sees the page: titles for ids, days as said, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from schemas.errors import (
    DomainError,
    EventNotFound,
    KnownBeforeEnds,
    KnownInFuture,
    LinkNotFound,
    LinkToItself,
    LinkWouldCycle,
    SuggestionNotFound,
)
from schemas.vocabulary import RELS
from schemas.wording import day_words
from service.pages.recordform import in_field
from service.store.decided import Decided

_ADVICE: Final[Mapping[type[DomainError], str]] = {
    KnownInFuture: "Nobody can know it yet: give today or an earlier day, or leave the field empty.",
    KnownBeforeEnds: "Give a later day, or leave the field empty.",
    LinkToItself: "Choose another event.",
    LinkWouldCycle: "Choose another relation, or first withdraw the link of these that is wrong.",
}
"""What to do, by what was refused."""

_INSTEAD: Final[Mapping[type[DomainError], str]] = {
    EventNotFound: "The event that was chosen is not known here (any more): choose another.",
    LinkNotFound: "This link is not here any more: see below how things stand.",
    SuggestionNotFound: "This is not suggested any more: see below what is, or link the two by the form.",
}
"""What stands in the place of a refusal that only names what there is not."""

_FIELDS: Final[Mapping[str, str]] = {"rel": "Choose one of the relations of the list."}
"""What a choice is told that no list of the page offers."""

_STANDS: Final[Mapping[str, tuple[str, str]]] = {
    "asserted": ("is linked already,", "."),
    "suggested": ("stands as suggested only,", "."),
    "rejected": ("was said not to be so,", ". To link them after all, take that up again, under what was withdrawn."),
    "retracted": ("was entered in error,", ". To link them after all, take that up again, under what was withdrawn."),
}
"""How a link stands in words, and what to do where it is not what was wanted."""

_VERBS: Final[Mapping[str, str]] = {
    "part_of": "is part of",
    "same_programme": "is of the same programme as",
    "same_place": "is at the same place as",
}
"""Rels whose label has no verb."""

_DAY: Final = r"\d{4}-\d{2}-\d{2}"


def mistakes(refusal: DomainError, titles: Mapping[str, str], offered: Mapping[str, bool]) -> dict[str, str]:
    """By field, what is wrong, in words; under an empty name what belongs to none. `titles` are those of the events
    spoken of, by id; `offered` says of a field of choices whether what was sent is one of them."""
    told = _INSTEAD.get(type(refusal))
    advice = f" {_ADVICE[type(refusal)]}" if type(refusal) in _ADVICE else ""
    found = {}
    for each in refusal.errors() or [{"pointer": "", "detail": refusal.detail}]:
        field = each["pointer"].strip("/")
        own = None if offered.get(field, True) else _FIELDS.get(field)
        found[field] = own or told or in_words(in_field(each["detail"]), titles) + advice
    return found


def in_words(detail: str, titles: Mapping[str, str]) -> str:
    """A sentence with the titles of events for their ids, and with days as they are said."""
    named = "|".join(re.escape(id_) for id_ in sorted(titles, key=len, reverse=True))
    spoken = rf"(?<![\w-])(?:{named}|{_DAY})(?![\w-])" if named else rf"(?<![\w-]){_DAY}(?![\w-])"
    return re.sub(spoken, lambda found: _said(found[0], titles), detail)


def _said(word: str, titles: Mapping[str, str]) -> str:
    if word in titles:
        return f"\u201c{titles[word]}\u201d"
    try:
        return day_words(date.fromisoformat(word))
    except ValueError:
        return word


def stands(decided: Decided, zone: str) -> str:
    """How a link that there is already stands, by whom and since when, and what to do about it."""
    link = decided.link
    rel = _VERBS.get(link.rel, RELS[link.rel].label.lower())
    what = f"\u201c{link.subject.title}\u201d {rel} \u201c{link.target.title}\u201d"
    how, advice = _STANDS.get(link.state, _STANDS["asserted"])
    told = signed(decided, zone)
    return f"That {what} {how} {told.removesuffix('.')}{advice}"


def signed(decided: Decided, zone: str) -> str:
    """By whom and when it was put so, and why: `by alice on 9 December 2025: another works`."""
    day = datetime.fromisoformat(decided.link.recorded_at).astimezone(ZoneInfo(zone)).date()
    return f"by {decided.link.recorded_by} on {day_words(day)}" + (f": {decided.why}" if decided.why else "")

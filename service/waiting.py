"""Waiting: how long from the first visit to a site, or the breaking of its ground, to its opening, as known on a day.

Who waits is decided by the first visit alone, never by a link that the opening made; sites that are not open yet count
as what they are (right-censored). Dropping them would be hindsight.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from typing import Any, Final
from urllib.parse import urlencode

from schemas.calendars import Calendar, Coverage
from schemas.errors import DomainError, InvalidRecord
from schemas.events import Event
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.answers import coverage, day
from schemas.wording import day_words
from service import figures
from service.analysis.counts import UNCERTAIN_EVENT_DAYS
from service.analysis.exposure import SETTLING_DAYS
from service.analysis.waits import Waits, quantile, share_by, waits
from service.gathering import claims, conditions, label, one_calendar, stated
from service.sites import Site, sites
from service.store.asknown import AsKnown

METHOD: Final = "gaps-2"
NEEDED_SITES: Final = 5
QUARTILES: Final = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuestion:
    """What is asked: the kinds it is counted from and to, by which rel; `programme`, `theme` and `text` (words of the
    title) narrow what it is counted from. `within_days` asks for the share that is over by then."""

    calendar: str
    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]
    rel: str = "completes"
    programme: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    text: str | None = None
    within_days: int | None = None

    def asked(self) -> dict[str, Any]:
        """The question as answers say it; what was not asked is left out."""
        found = {
            "calendar": self.calendar,
            "rel": self.rel,
            "from_kind": ",".join(self.from_kinds),
            "to_kind": ",".join(self.to_kinds),
            "programme": ",".join(each.replace(",", "\\,") for each in self.programme) or None,
            "theme": ",".join(self.theme) or None,
            "from_q": self.text,
            "within_days": self.within_days,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Wait:
    """How many days a site waited, and whether it opened; or why that cannot be counted."""

    site: Site
    days: int | None = None
    opened: bool = False
    reason: str | None = None


def gaps(at: AsKnown, question: GapQuestion, public_url: str) -> dict[str, Any]:
    """The waits of a question, JSON-ready; raises InvalidRecord for a calendar or kind that is not known by then."""
    calendar = one_calendar(at, question.calendar)
    if mistakes := _unknown(calendar, {"from_kind": question.from_kinds, "to_kind": question.to_kinds}):
        raise InvalidRecord(mistakes)
    starting = _query(calendar, question.from_kinds, question)
    ending = EventQuery(calendar=(calendar.slug,), kind=question.to_kinds, status=("held",))
    covering, until = claims(at, calendar, starting), claims(at, calendar, ending)
    last = _last_covered(until, at.day)
    found = [_wait(site, covering, until, last) for site in sites(at, question.rel, starting, ending)]
    counted = [each for each in found if each.days is not None]
    return {
        **_figures(_named(at, question, calendar), question.within_days, counted, last),
        "question": question.asked(),
        "as_known_on": at.day.isoformat(),
        "zone": calendar.zone,
        "through": at.printed,
        "method": METHOD,
        "counted_to": day(last),
        "sites": [_site(each) for each in found],
        "coverage": [
            coverage(claim) for claim in dict.fromkeys(claim for kind in (*covering, *until) for claim in kind)
        ],
        "data": _digest(found, last),
        "permalink": _permalink(question, at, public_url),
    }


def unreadable(at: AsKnown, asked: Mapping[str, Any]) -> list[DomainError]:
    """What `gaps` would refuse of the kinds of a question, one by one."""
    calendar = at.calendars.get(next(iter(asked.get("calendar", ())), ""))
    kinds = {name: asked[name] for name in ("from_kind", "to_kind") if name in asked}
    return [InvalidRecord([each]) for each in _unknown(calendar, kinds)] if calendar else []


def _unknown(calendar: Calendar, kinds: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    known = {kind.slug for kind in calendar.kinds}
    return [
        {"detail": f"{', '.join(unknown)}: unknown; one of {', '.join(sorted(known))}.", "pointer": f"?{name}"}
        for name, asked in kinds.items()
        if (unknown := [each for each in asked if each not in known])
    ]


def _query(calendar: Calendar, kinds: tuple[str, ...], question: GapQuestion) -> EventQuery:
    return EventQuery(
        calendar=(calendar.slug,),
        kind=kinds,
        status=("held",),
        programme=question.programme,
        theme=question.theme,
        text=question.text,
    )


def _last_covered(kinds: Sequence[Sequence[Coverage]], known_on: date) -> date | None:
    """The last day on which an opening would have been recorded: covered for every kind, and its reports in."""
    ends = [max((claim.until for claim in kind), default=None) for kind in kinds]
    known = [each for each in ends if each is not None]
    return min(*known, known_on - timedelta(SETTLING_DAYS)) if known and len(known) == len(ends) else None


def _wait(
    site: Site, covering: Sequence[Sequence[Coverage]], until: Sequence[Sequence[Coverage]], last: date | None
) -> _Wait:
    """How long a site waited, with `covering` the claims to what is counted from and `until` those to openings, each by
    kind; a site counts where its opening would be known, whenever it came."""
    first, opening = site.first.when.starts_min, site.opening
    if last is None or first is None:
        return _Wait(site, reason="no coverage is declared" if last is None else "no day is known")
    if _uncertain(site.first) or (opening and _uncertain(opening)):
        return _Wait(site, reason=f"its first visit or its opening lies in a span of over {UNCERTAIN_EVENT_DAYS} days")
    if first > last:
        return _Wait(site, reason=f"its first visit lies after {day_words(last)}, to which openings are counted")
    own = [claim for kind in covering for claim in kind if site.first.kind in claim.kinds]
    if not _covered(own, first, first):
        return _Wait(site, reason="its first visit lies outside what is covered")
    if not all(_covered(kind, first, last) for kind in until):
        return _Wait(site, reason="openings are not covered on all days since its first visit")
    opened = opening.when.starts_min if opening else None
    if opened and opened < first:
        return _Wait(site, reason="it opened before its first recorded visit")
    if opened and opened <= last:
        return _Wait(site, (opened - first).days, opened=True)
    return _Wait(site, (last - first).days)


def _covered(claims: Sequence[Coverage], first: date, last: date) -> bool:
    """Whether every day from `first` to `last` is in one of the claims."""
    day = first
    for claim in sorted(claims, key=lambda claim: claim.since):
        if claim.since <= day <= claim.until:
            day = min(claim.until, last) + timedelta(1)
    return day > last


def _uncertain(event: Event) -> bool:
    first, last = event.when.starts_min, event.when.starts_max
    return first is None or last is None or (last - first).days >= UNCERTAIN_EVENT_DAYS


def _figures(named: str, within_days: int | None, counted: Sequence[_Wait], last: date | None) -> dict[str, Any]:
    opened = sum(each.opened for each in counted)
    counts = {"counted": len(counted), "opened": opened}
    if last is None or len(counted) < NEEDED_SITES:
        missing = "no coverage is declared for openings" if last is None else f"too few sites: {len(counted)}"
        refusal = f"{missing}; {NEEDED_SITES} needed. The list is all there is: {named}."
        return {"headline": refusal[:1].upper() + refusal[1:], "refusal": refusal} | counts | _NOTHING
    found = waits([each.days or 0 for each in counted], [each.opened for each in counted])
    quartiles = [quantile(found, share) for share in QUARTILES]
    median = _days(quartiles[1].days, *quartiles[1].interval)
    return {
        "headline": f"Of {len(counted)} sites ({named}) {opened} had opened by {day_words(last)}; {median}.",
        "refusal": None,
        **counts,
        "curve": _curve(found),
        "still_waiting_days": sorted(each.days for each in counted if each.days is not None and not each.opened),
        "quantiles": [
            {"share": each.share, "days": figures.number(each.days), **_ends(*each.interval)} for each in quartiles
        ],
        "within": _within(found, within_days),
    }


_NOTHING: Final[dict[str, Any]] = {"curve": [], "still_waiting_days": [], "quantiles": [], "within": None}


def _named(at: AsKnown, question: GapQuestion, calendar: Calendar) -> str:
    narrowed = {
        "programme": question.programme,
        "theme": question.theme,
        "q": (question.text,) if question.text else (),
    }
    more = conditions(at, {name: values for name, values in narrowed.items() if values})
    return label(at, calendar, ",".join(question.from_kinds)) + (f"; {more}" if more else "")


def _days(days: float, low: float, high: float) -> str:
    if not isfinite(days):
        return "under half of them, so that no median wait can be told"
    upper = f"{high:.0f}" if isfinite(high) else "no bound"
    return f"median wait {days:.0f} days (95 % interval {low:.0f} to {upper})"


def _ends(low: float, high: float) -> dict[str, float | None]:
    return {"low": figures.number(low), "high": figures.number(high)}


def _curve(found: Waits) -> list[dict[str, Any]]:
    columns = (found.days, found.at_risk, found.ending, found.share, found.low, found.high)
    return [
        {"day": at, "at_risk": risk, "opening": ending, "share": figures.number(share), **_ends(low, high)}
        for at, risk, ending, share, low, high in zip(*(each.tolist() for each in columns), strict=True)
    ]


def _within(found: Waits, days: int | None) -> dict[str, Any] | None:
    if days is None:
        return None
    if days > found.longest:
        return {"days": days, "share": None, "low": None, "high": None}
    share, interval = share_by(found, days)
    return {"days": days, "share": figures.number(share), **_ends(*interval)}


def _site(wait: _Wait) -> dict[str, Any]:
    first, opening = wait.site.first, wait.site.opening
    return {
        "place": answers.place(first.place),
        "first": _listed(first),
        "visits": len(wait.site.visits),
        "opening": _listed(opening) if opening else None,
        "days": wait.days,
        "opened": wait.opened,
        "reason": wait.reason,
    }


def _listed(event: Event) -> dict[str, Any]:
    starts = [day(event.when.starts_min), day(event.when.starts_max)]
    return {"id": event.id, "title": event.title, "kind": event.kind, "starts": starts}


def _digest(found: Iterable[_Wait], last: date | None) -> str:
    used = [[stated(event) for event in (*each.site.visits, each.site.opening) if event] for each in found]
    return hashlib.sha256(json.dumps([used, day(last)]).encode()).hexdigest()[:16]


def _permalink(question: GapQuestion, at: AsKnown, public_url: str) -> str:
    asked = question.asked() | {"as_known_on": at.day.isoformat(), "through": at.printed}
    return f"{public_url}/api/v1/gaps?{urlencode(asked)}"

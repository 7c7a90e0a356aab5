"""/people/<name>, /places/<name> - where, how often and with whom a name was reported; how long a person is unseen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect

from schemas.queries import EventQuery
from schemas.words import folded
from service import absences, naming
from service.analysis.results import NEEDED_EXPECTED
from service.doors import asking
from service.gathering import covered_kinds
from service.naming import Portrait
from service.pages.conventions import days_words, page, standing
from service.pages.conventions import frame as frame_of
from service.pages.naming import kind_words, page_of, place_words
from service.pages.questionform import address
from service.store import events, timeline
from service.store.asknown import AsKnown

door = Blueprint("names-pages", __name__)

LATEST = 20
MOST = 12


@door.route("/people/<name>")
@asking
def show_person(name: str) -> Response:
    """A person: last seen, how long unseen beside all other absences, with whom, where."""
    with standing() as at:
        portrait = naming.portrait(at, "person", name, at.only)
        slug = portrait.seen.name.slug
        unseen = absences.absences(at, slug, at.only)
        return _page(
            at, "person", portrait, unseen=unseen, uncovered=_uncovered(portrait, unseen), unseen_words=unseen_words
        )


@door.route("/places/<name>")
@asking
def show_place(name: str) -> Response:
    """A place: what happened there, what lies in it; a site that no register has stands under its county."""
    with standing() as at:
        portrait = naming.portrait(at, "place", name, at.only)
        slug = portrait.seen.name.slug
        around = None if at.register.known("place", slug) else naming.county_of(at, slug)
        if around:
            return redirect(f"{_kept(f'/places/{quote(around)}')}#{quote(site_anchor(slug))}", 302)  # type: ignore[return-value]
        known = [each for each in portrait.places if at.register.known("place", each.name.slug)]
        portrait = replace(portrait, places=known)
        return _page(at, "place", portrait, sites=naming.sites_in(at, slug), site_anchor=site_anchor)


def _kept(path: str) -> str:
    return str(frame_of()["link"](path))


def site_anchor(name: str) -> str:
    """Where a site stands on the page of its county."""
    return f"site-{folded(name).replace(' ', '-')}"


def _page(at: AsKnown, type_: str, portrait: Portrait, **shown: Any) -> Response:
    name = portrait.seen.name
    query = replace(EventQuery(calendar=at.only, sort="-starts"), **{type_: (name.slug,)})  # type: ignore[arg-type]
    latest = events.hydrate(at, timeline.find(at, query, limit=LATEST))
    return page(
        "name.html",
        at,
        type=type_,
        name=name,
        portrait=portrait,
        latest=latest,
        most=MOST,
        kind_labels=_kind_labels(at, portrait),
        study=_study(at, type_, portrait),
        part_of=at.register.name("place", name.part_of) if name.part_of else None,
        page_of=partial(page_of, at),
        place_words=place_words,
        kind_words=partial(kind_words, at),
        **shown,
    )


def _study(at: AsKnown, type_: str, portrait: Portrait) -> str | None:
    """The address of the study of a name's events before key meetings; None where no calendar has any, and where there
    are so few events that it would be refused."""
    slug, count = portrait.seen.name.slug, portrait.seen.seen.count
    for calendar in at.calendars.values():
        kinds = [kind.slug for kind in covered_kinds(calendar) if not kind.key_meeting]
        if calendar.key_meetings() and kinds and count >= NEEDED_EXPECTED and ";" not in slug:
            named = slug.replace(",", "\\,")
            asked = {"calendar": calendar.slug, "anchors": ",".join(calendar.key_meetings())}
            return address("/leadups", asked, activity=f"kind:{','.join(kinds)};{type_}:{named}")
    return None


def _kind_labels(at: AsKnown, portrait: Portrait) -> list[tuple[str, str, int]]:
    """(slug, what several are called, how many) of each kind."""
    plurals = {kind.slug: kind.plural for each in at.calendars.values() for kind in each.kinds}
    return [(slug, plurals.get(slug, slug), count) for slug, count in portrait.kinds]


def _uncovered(portrait: Portrait, unseen: list[absences.Absences]) -> absences.Absences | None:
    """Of whom the day of the page is not covered: what stands in the place of when they were last seen. None where it
    is covered in the calendar of the last event on record, or where the page tells one event alone."""
    if portrait.last is None or portrait.first is None or portrait.last.id == portrait.first.id:
        return None
    of_last = (each for each in unseen if each.calendar.slug == portrait.last.calendar)
    return next((each for each in of_last if each.days_unseen is None), None)


def unseen_words(found: absences.Absences, day_words: Any) -> str:
    """What can be said of a person's absence on the day of the page, and no more."""
    if found.until is None or found.since is None:
        return "How long without a report means nothing here: no kind of event this person was seen at is covered."
    if found.days_unseen is None:
        after = day_words(found.last_seen) if found.last_seen > found.until else "that"
        uncovered = f"Not covered since {day_words(found.until)}"
        return f"{uncovered}: whether this person was seen after {after} is not known here."
    if found.days_unseen == 0:
        return "Seen on the very day of this page."
    told = f"{days_words(found.days_unseen)} without a reported appearance"
    if found.rank is None:
        return f"{told}, which is not long: absences are told from {absences.LEAST_DAYS} days on."
    return f"{told}: {_ranked(found.rank, len(found.past))} since {day_words(found.since)}."


def _ranked(rank: int, past: int) -> str:
    if past == 0:
        return f"the only absence of {absences.LEAST_DAYS} days or more"
    longer = rank - 1
    return f"{longer} of {past} earlier absences of {absences.LEAST_DAYS} days or more were longer"

"""Samples of letters: the same words and headers as a subscriber gets; their links at the foot lead nowhere."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from schemas.errors import EventNotFound, InvalidRecord
from schemas.matters import lies_ahead, matter_of, why_no_lead
from schemas.subscriptions import CANCELLED, CHANGES, LEAD, MOST_DAYS_WIDE, OVERDUE, Choices
from schemas.vocabulary import AHEAD, SAYERS
from service import raising, windows
from service.composing import correction, outlook_of
from service.mail.givers import given
from service.mail.html import html_text
from service.mail.letters import Letter
from service.mail.messages import Envelope, foot_of, letter_name, seal, with_foot
from service.mail.wording import Outlook, about_event
from service.settings import Settings
from service.store.asknown import AsKnown, standpoint
from service.store.belonging import calendar_of_event
from service.store.database import Store
from service.store.revisions import rows_of
from service.store.told import standing_rows, told

PREVIEWED: Final = (LEAD, *CHANGES, OVERDUE)

_ANYBODY: Final = Choices(given_by=SAYERS, widest_days=MOST_DAYS_WIDE)
"""Who asks for lead-day letters on all windows."""


def sample(at: AsKnown, settings: Settings, event: str, matter: str | None = None) -> tuple[Letter, str]:
    """The letter on a matter of an event (if none is named, the one that its state calls for), as known from a
    standpoint, and the matter; raises EventNotFound, or InvalidRecord for a matter that no letter is on now."""
    if matter is not None and matter not in PREVIEWED:
        raise _refused(f"{matter} is no matter of an event: one of {', '.join(PREVIEWED)}.")
    try:
        outlook = outlook_of(at, event, settings, windows.of_key_meetings(at, at.asked[0]))
    except EventNotFound:
        return _of_retracted(at, event, matter), CANCELLED
    possible = _possible(at, outlook)
    if not possible or (matter is not None and matter not in possible):
        now = f"The event is {given(outlook.state)}, as known on {at.day}"
        only = f"no letter on {matter} goes about it then, only on {', '.join(possible)}."
        raise _refused(f"{now}: {only if possible else 'no letter goes about it then.'}")
    return about_event(outlook, matter or possible[0]), matter or possible[0]


def _of_retracted(at: AsKnown, event: str, matter: str | None) -> Letter:
    """The letter that corrects one of the day on which the last state of an event that was retracted had become known;
    raises as `sample`."""
    rows = rows_of(at.conn, event)
    retraction = raising.retraction_of(rows)
    was = retraction and raising.state_of([row for row in rows if row.change < retraction.change], at)
    if retraction is None or was is None:
        raise EventNotFound(f"No event {event} is known on {at.day}.")
    if not lies_ahead(told(was), date.fromisoformat(retraction.known_on)):
        raise _refused("The event was retracted when it did not lie ahead any more: no letter goes about it.")
    if matter not in (None, CANCELLED):
        raise _refused(f"The event was retracted: no letter on {matter} goes about it any more, only on {CANCELLED}.")
    return correction(at, event, retraction, told(was), date.fromisoformat(was.known_on))


def _refused(detail: str) -> InvalidRecord:
    return InvalidRecord([{"detail": detail, "pointer": "/matter"}])


def _possible(at: AsKnown, outlook: Outlook) -> list[str]:
    """The matters that a letter about an event may be on, as it stands; the one that says most first: a lead day, if
    that goes to anybody, and what the last change was that told of it."""
    state, found = outlook.state, []
    if lies_ahead(state, outlook.today):
        found = [LEAD] if (outlook.days or 0) > 0 and why_no_lead(state, _ANYBODY) is None else []
    elif state.status in AHEAD:
        return [OVERDUE]
    states = [None, *map(told, standing_rows(at, [outlook.event.id])[outlook.event.id])]
    became = [matter for before, after in pairwise(states) if after and (matter := matter_of(before, after))]
    return [*found, *became[-1:]]


def preview(store: Store, settings: Settings, event: str, matter: str | None, folder: Path) -> list[Path]:
    """Write a sample as a message and as the page in it; the two files. Raises as `sample`."""
    with store.reading() as conn:
        calendar = calendar_of_event(conn, event)
        at = standpoint(conn, store.clock, calendars=[calendar] if calendar else [])
        letter, matter = sample(at, settings, event, matter)
        listed = (at.asked[0], f"alerts of {at.calendars[at.asked[0]].name}")
    envelope = Envelope(
        name=letter_name("preview", event, matter),
        sender=settings.mail_from,
        recipient="you@example.org",
        now=store.clock.now(),
        thread=letter_name("preview", event),
        listed=listed,
        leave=f"{settings.public_url}/alerts/unsubscribe/preview",
    )
    links = (
        ("Change what you are told", f"{settings.public_url}/alerts/manage/preview"),
        ("Unsubscribe", f"{settings.public_url}/alerts/unsubscribe/preview"),
    )
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{event}-{matter}.eml", folder / f"{event}-{matter}.html"]
    files[0].write_bytes(seal(letter, envelope, links).octets)
    files[1].write_text(html_text(with_foot(letter, foot_of(listed), links)))
    return files

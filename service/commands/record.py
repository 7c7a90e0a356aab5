"""`leadup record`: a report in one line, read as a person writes it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from schemas.errors import DomainError, InvalidRecord
from schemas.vocabulary import SAYERS, STATUSES
from service.commands.conventions import DAY
from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from schemas.events import Event, EventDraft
    from service.store.asknown import AsKnown
    from service.store.database import Store

SIGNED = "leadup"
"""What the record is signed with: whoever runs the command has the store itself, and needs no token."""


@click.command("record")
@click.argument("title")
@click.option(
    "--on", "when", required=True, help="When, as you would say it: yesterday, 3 December 2025, mid-December."
)
@click.option("--source", "url", help="The address of the report.")
@click.option("--source-title", help="What the report says, or its title.")
@click.option("--publisher", help="Who published it; if not given, as other reports from that host were recorded.")
@click.option("--published", type=DAY, help="The day it appeared; today if not given.")
@click.option("--kind", help="A kind of the calendar; read from the title if not given.")
@click.option("--person", "people", multiple=True, help="Who took part; may be given again. Else read from the title.")
@click.option("--site", help="Where: the site. Where no place is given, it is read from the title.")
@click.option("--county")
@click.option("--province")
@click.option("--country", help="Two letters.")
@click.option(
    "--status", type=click.Choice([each for each in STATUSES if each != "retracted"]), help="As the date says."
)
@click.option("--said-by", type=click.Choice(SAYERS), help="Who gave the date.")
@click.option("--said-by-name", help="Their name; with --said-by.")
@click.option("--body", "bodies", multiple=True, help="A body that acts; may be given again.")
@click.option("--theme", "themes", multiple=True, help="What it is about; may be given again.")
@click.option("--programme")
@click.option("--note")
@click.option("--known-on", type=DAY, help="The day the public could know it; that of the report if not given.")
@click.option("--calendar", help="Which calendar; needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Say how it is read, and record nothing.")
@click.option("--anyway", is_flag=True, help="Record it though an event that stands already may be the same.")
@click.option("--add-to", help="The id of an event that the report tells of: record it as one more source of that.")
@click.pass_obj
def record(settings: Settings, /, dry_run: bool, anyway: bool, add_to: str | None, **given: Any) -> None:
    """Record an event: TITLE says what happened, in your own words.

    Kind, persons and place are read from it where it says them for certain; what was understood is told.
    """
    for option, text, what in (("TITLE", given["title"], "what happened"), ("--on", given["when"], "when")):
        if not text.strip():
            raise DomainError(f"{option}: say {what}.")
    from service import doubling, recording, revising
    from service.store.asknown import standpoint

    store = store_of(settings)
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        calendar = _calendar(at, given.pop("calendar"))
        at = standpoint(conn, store.clock, calendars=[calendar])
        draft = _draft(store, at, calendar, given)
        same = [] if anyway or add_to else doubling.likely_same(at, draft)
        _tell(at, draft)
    if add_to:
        if not dry_run:
            revising.add_sources(store, add_to, draft.sources, by=SIGNED)
        click.echo(f"{'Would be added' if dry_run else 'Added'} to {settings.public_url}/events/{add_to}")
        return
    _refuse_double(same)
    if dry_run:
        click.echo("Nothing is recorded: this was a dry run.")
    else:
        click.echo(f"Recorded: {settings.public_url}/events/{recording.record(store, draft, by=SIGNED)}")


def _calendar(at: AsKnown, asked: str | None) -> str:
    if asked is None and len(at.calendars) != 1:
        among = ", ".join(at.calendars) or "there is none; `leadup calendars add` loads one"
        raise DomainError(f"Say which --calendar: {among}.")
    if asked is not None and asked not in at.calendars:
        raise DomainError(f"There is no calendar {asked}: there are {', '.join(at.calendars) or 'none'}.")
    return asked or next(iter(at.calendars))


def _draft(store: Store, at: AsKnown, calendar: str, given: dict[str, Any]) -> EventDraft:
    """The draft that was given and what is understood of it, read as the API reads it."""
    from schemas.wire.drafts import EventDraftSchema
    from schemas.wire.fields import load
    from service import recording, understanding

    body = _body(at, calendar, given)
    body |= understanding.completed(at, body, at.day)
    if "kind" not in body and calendar in at.calendars:
        kinds = ", ".join(kind.slug for kind in at.calendars[calendar].kinds)
        detail = f"What kind of event it is cannot be read from '{body['title']}': give --kind, one of {kinds}."
        raise InvalidRecord([{"detail": detail, "pointer": "/kind"}])
    try:
        draft: EventDraft = load(EventDraftSchema(), body)
        draft = recording.checked(at.calendars, store.clock, draft)
        recording.check_retraction(draft)
    except DomainError as refusal:
        raise _in_options(refusal) from refusal
    return draft


_OPTIONS = {
    "/title": "TITLE",
    "/when": "--on",
    "/people": "--person",
    "/bodies": "--body",
    "/themes": "--theme",
    "/said_by/who": "--said-by",
    "/said_by/name": "--said-by-name",
    "/place/name": "--site",
    "/sources/0/url": "--source",
    "/sources/0/title": "--source-title",
}


def _in_options(refusal: DomainError) -> DomainError:
    """A refusal of what the API would be sent, told of the options that it was given by."""
    wrong = {each["pointer"] for each in refusal.errors()}
    # Without a date that can be read no status stands to reason; who gave none is not asked for one.
    known = [each for each in refusal.errors() if each["pointer"] != "/status" or "/when" not in wrong]
    told = [f"{_option(each['pointer'])}: {each['detail']}" for each in known]
    return DomainError(" ".join(told)) if told else refusal


def _option(pointer: str) -> str:
    known = next((option for start, option in _OPTIONS.items() if f"{pointer}/".startswith(f"{start}/")), None)
    return known or f"--{pointer.rpartition('/')[2].replace('_', '-')}"


def _body(at: AsKnown, calendar: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the API would be sent, of what was given alone."""
    from service.understanding import headed

    plain = {name: given[name] for name in ("title", "when", "kind", "status", "programme", "note") if given[name]}
    lists = {name: list(given[name]) for name in ("people", "bodies", "themes") if given[name]}
    place = {"name": given["site"], **{part: given[part] for part in ("county", "province", "country")}}
    said_by = {"who": given["said_by"], "name": given["said_by_name"]}
    report = headed(at, given["url"], given["source_title"] or "") if given["url"] else None
    publisher = given["publisher"] or (report.publisher if report else "")
    source_title = report.title if report else given["source_title"]
    published = _day(given["published"]) or (at.day.isoformat() if publisher else None)
    source = {"publisher": publisher, "title": source_title, "url": given["url"], "published": published}
    nested = {"place": _filled(place), "said_by": _filled(said_by)}
    known_on = _day(given["known_on"]) or (None if published else at.day.isoformat())
    body = {"calendar": calendar, **plain, **lists, **nested, "known_on": known_on}
    body["sources"] = [_filled(source)] if any(source.values()) else []
    return _filled(body)


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value}


def _day(given: datetime | None) -> str | None:
    return given.date().isoformat() if given else None


def _tell(at: AsKnown, draft: EventDraft) -> None:
    """How it is read, line by line."""
    kind = at.calendars[draft.calendar].kind(draft.kind)
    place = draft.place
    lines = {
        "kind": f"{kind.label if kind else draft.kind}, {draft.status}",
        "when": f"{draft.when.text} ({draft.when.edtf})",
        "people": ", ".join(draft.people) or "none named",
        "place": ", ".join(filter(None, (place.name, place.county, place.province, place.country) if place else ())),
        "source": ", ".join(f"{each.publisher}, {each.url or 'no address'}" for each in draft.sources) or "none",
        "known": f"{draft.known_on}",
    }
    click.echo(draft.title)
    for name, text in lines.items():
        click.echo(f"  {name:<7} {text or 'none given'}")


def _refuse_double(same: list[Event]) -> None:
    """Say which event it may be already, and end."""
    if same:
        told = "; ".join(f"{event.id}: {event.title}, {event.when.text}" for event in same)
        raise DomainError(
            f"It may be recorded already ({told}): --add-to ID adds the report to it, --anyway records it."
        )

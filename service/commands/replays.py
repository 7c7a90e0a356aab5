"""`leadup alerts replay`: what a subscriber would have been told, as known on each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from schemas.subscriptions import CHANGES, LEAD, OVERDUE, QUIET, Choices
from service.commands.conventions import DAY
from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from service.retelling import Account, Retold, Silence


REPLAYED = (*CHANGES, OVERDUE, QUIET)
"""What is played again, besides lead days: `unseen` hangs on who was named, and a digest tells what all others do."""


@click.command("replay")
@click.option("--from", "since", type=DAY, required=True)
@click.option("--to", "until", type=DAY, required=True)
@click.option("--calendar", "slug", help="Which; may be left out where there is one.")
@click.option("--query", default="", help="Which events, as an address writes it; key meetings if not given.")
@click.option("--lead-day", "lead_days", type=click.IntRange(1, 365), multiple=True, default=(7,), show_default=True)
@click.option(
    "--matter", "matters", type=click.Choice(REPLAYED), multiple=True, help="Besides lead days. May be given again."
)
@click.option("--format", "shape", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@click.pass_obj
def replay(
    settings: Settings,
    since: datetime,
    until: datetime,
    slug: str | None,
    query: str,
    lead_days: tuple[int, ...],
    matters: tuple[str, ...],
    shape: str,
) -> None:
    """For each meeting: when letters would have gone, on what knowledge, how long before it opened, or why none went.

    Every day is looked back at as known on it; nothing later is used.
    """
    from schemas.errors import UnknownCalendar
    from service import raising, retelling
    from service.store.asknown import standpoint

    store = store_of(settings)
    choices = Choices(query=query, matters=(LEAD, *matters), lead_days=tuple(sorted(lead_days, reverse=True)))
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=[slug] if slug else [])
        if slug not in at.calendars and (slug or len(at.calendars) != 1):
            raise UnknownCalendar(f"Name a calendar: {', '.join(sorted(at.calendars)) or 'none is loaded'}.")
        asked = raising.query_of(at.calendars[slug or next(iter(at.calendars))], choices)
        found = retelling.accounts(at, asked, choices, since.date(), until.date()) if asked else []
        slug = slug or next(iter(at.calendars))
        silent = retelling.silences(at, slug, since.date(), until.date()) if QUIET in matters else []
    for line in _markdown(found) if shape == "markdown" else _text(found, silent):
        click.echo(line)


def _text(found: list[Account], silent: list[Silence]) -> Iterator[str]:
    for account in found:
        yield f"{account.opened or 'not opened'}  {account.title}"
        for letter in account.letters:
            yield f"  {letter.day}  {letter.matter} {letter.about}: {_ahead(account, letter)}; {known(letter)}"
        if account.why_no_lead:
            yield f"  no lead-day letter: {account.why_no_lead}"
    for silence in silent:
        yield f"{silence.day}  quiet: nothing recorded in the whole calendar since {silence.newest}"
    yield summary(found)


def _markdown(found: list[Account]) -> Iterator[str]:
    from service.reports import Table, markdown

    columns = ("opened", "meeting", "letter", "ahead of the opening", "on what knowledge, or why none")
    rows = [row for account in found for row in _rows(account)]
    yield markdown([Table(columns, rows)]).rstrip("\n")


def _rows(account: Account) -> Iterator[tuple[str, ...]]:
    """A row for each lead-day letter; one that says why there is none where none went."""
    meeting = str(account.opened or "not yet"), account.title
    if not account.leads:
        yield *meeting, "none", "", account.why_no_lead or ""
    for letter in account.leads:
        yield *meeting, str(letter.day), _ahead(account, letter), known(letter)


def _ahead(account: Account, letter: Retold) -> str:
    from service.mail.letters import days_words

    days = account.days_ahead(letter)
    if days is None:
        return "not opened yet"
    return days_words(days) if days >= 0 else f"{days_words(-days)} after it"


def known(letter: Retold) -> str:
    """What was known when a letter went, in words."""
    from service.mail.givers import by_whom

    return f"{by_whom(letter.known)}, known on {letter.known.known_on}"


def summary(found: list[Account]) -> str:
    """How many letters went ahead of an opening, and how long."""
    ahead = [days for each in found for letter in each.leads if (days := each.days_ahead(letter)) is not None]
    early = sorted(days for days in ahead if days > 0)
    if not early:
        return f"{len(found)} meetings; no lead-day letter went before an opening."
    middle = early[len(early) // 2]
    none = sum(not each.leads for each in found)
    return (
        f"{len(found)} meetings: {len(early)} lead-day letters went before the opening, {early[0]} to {early[-1]} days"
        f" ahead (median {middle}); {len(ahead) - len(early)} after it; of {none} meetings none went."
    )

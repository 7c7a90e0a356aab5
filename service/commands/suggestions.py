"""`leadup suggestions`: the rule that suggests links, held against the links there are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from service.commands.conventions import DAY
from service.settings import Settings
from service.store.asknown import standpoint
from service.store.database import store_of

if TYPE_CHECKING:
    from service.suggesting import Measured


@click.group()
def suggestions() -> None:
    """Links that ought to be."""


@suggestions.command("measure")
@click.argument("calendar")
@click.option("--as-known-on", "day", type=DAY, help="By what was known on this day; today if not given.")
@click.option("--min-score", "least", type=click.FloatRange(0, 1), default=0.6, show_default=True)
@click.pass_obj
def measure(settings: Settings, calendar: str, day: datetime | None, least: float) -> None:
    """Leave out each link of CALENDAR in turn: is it suggested, and how much of what is suggested is linked?"""
    from schemas.queries import EventQuery
    from service import suggesting
    from service.answering import check_query

    store = store_of(settings)
    with store.reading() as conn:
        at = standpoint(conn, store.clock, day.date() if day else None, calendars=[calendar])
        check_query(at, EventQuery(calendar=(calendar,)))
        found = suggesting.measured(at, calendar, least)
    click.echo(f"{calendar}, as known on {at.day}, score {least:.2f} or more\n")
    click.echo("| rel | links | suggested | both | recall | precision |\n|---|---|---|---|---|---|")
    for row in found:
        click.echo(_row(row))


def _row(row: Measured) -> str:
    shares = ("-" if share is None else f"{share:.2f}" for share in (row.recall, row.precision))
    return f"| {row.rel} | {row.links} | {row.suggested} | {row.both} | {' | '.join(shares)} |"

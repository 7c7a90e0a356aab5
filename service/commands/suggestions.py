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


CURVE = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
"""Scores at which `--curve` measures; below them the two weak rels, of which a filter says more, are most of all."""


@click.group()
def suggestions() -> None:
    """Links that ought to be."""


@suggestions.command("measure")
@click.argument("calendar")
@click.option("--as-known-on", "day", type=DAY, help="By what was known on this day; today if not given.")
@click.option("--min-score", "least", type=click.FloatRange(0, 1), default=0.6, show_default=True)
@click.option("--curve", is_flag=True, help="Recall and precision at several scores instead.")
@click.pass_obj
def measure(settings: Settings, calendar: str, day: datetime | None, least: float, curve: bool) -> None:
    """Leave out each link of CALENDAR in turn: is it suggested, and how much of what is suggested is linked?"""
    from schemas.queries import EventQuery
    from service import suggesting
    from service.answering import check_query

    store = store_of(settings)
    with store.reading() as conn:
        at = standpoint(conn, store.clock, day.date() if day else None, calendars=[calendar])
        check_query(at, EventQuery(calendar=(calendar,)))
        scores = CURVE if curve else (least,)
        found = {score: suggesting.measured(at, calendar, score) for score in scores}
    if curve:
        click.echo(f"{calendar}, as known on {at.day}: recall / precision\n\n{_curve(found)}")
    else:
        click.echo(f"{calendar}, as known on {at.day}, score {least:.2f} or more\n\n{_table(found[least])}")


def _curve(found: dict[float, list[Measured]]) -> str:
    rels = [row.rel for row in next(iter(found.values())) if row.links]
    lines = [f"| score | {' | '.join(rels)} |", f"|---{'|---' * len(rels)}|"]
    for score, rows in found.items():
        cells = (f"{_share(row.recall)} / {_share(row.precision)}" for row in rows if row.rel in rels)
        lines.append(f"| {score:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _table(found: list[Measured]) -> str:
    head = ["| rel | links | suggested | both | recall | precision |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, found)])


def _row(row: Measured) -> str:
    shares = (_share(share) for share in (row.recall, row.precision))
    return f"| {row.rel} | {row.links} | {row.suggested} | {row.both} | {' | '.join(shares)} |"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"

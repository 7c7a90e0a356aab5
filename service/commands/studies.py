"""`leadup study` and `leadup gaps`: what led up to meetings, and how long sites wait, as reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from schemas.wire.questions import GAP_TABLES, STUDY_CHARTS, STUDY_TABLES
from service.commands.conventions import DAY
from service.settings import Settings
from service.store.asknown import AsKnown, standpoint
from service.store.database import store_of

if TYPE_CHECKING:
    from service.reports import Block

C = TypeVar("C", bound=Callable[..., Any])

FORMATS = ("text", "md", "json", "csv", "svg")


def _standing(command: C) -> C:
    for option in (
        click.option("--through", type=click.IntRange(0), help="By what the store held at this change number."),
        click.option("--as-known-on", "day", type=DAY, help="By what was known on this day; today if not given."),
        click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True),
    ):
        command = option(command)
    return command


@contextmanager
def _as_known(settings: Settings, calendar: str, day: datetime | None, through: int | None) -> Iterator[AsKnown]:
    store = store_of(settings)
    with store.reading() as conn:
        yield standpoint(conn, store.clock, day.date() if day else None, through, calendars=[calendar])


def _tell(
    answer: dict[str, Any],
    format_: str,
    table: str,
    tables: Mapping[str, Any],
    report: Callable[[Mapping[str, Any]], Sequence[Block]],
    draw: Callable[[Mapping[str, Any]], bytes],
) -> None:
    from service import reports, tabling

    if format_ == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif format_ == "csv":
        click.echo(tabling.csv(answer, tables, table), nl=False)
    elif format_ == "svg":
        click.echo(draw(answer), nl=False)
    else:
        written = reports.markdown if format_ == "md" else reports.text
        click.echo(written(report(answer)), nl=False)


@click.command("study")
@click.argument("calendar")
@click.option("--anchors", required=True, help="The meetings: kinds by comma, or conditions (kind:plenary;q:extended).")
@click.option("--activity", "activities", multiple=True, required=True, help="What is counted; give it for each.")
@click.option("--lead-days", type=click.IntRange(7, 365), default=60, show_default=True)
@click.option("--overlap", type=click.Choice(("nearest", "drop")), default="nearest", show_default=True)
@click.option("--parts", type=click.Choice(("once", "each")), default="once", show_default=True)
@click.option("--table", type=click.Choice(STUDY_TABLES), default="profile", show_default=True, help="Of --format csv.")
@click.option("--chart", type=click.Choice(STUDY_CHARTS), default="profile", show_default=True, help="Of --format svg.")
@click.option("--of", type=click.IntRange(1), default=1, help="Of --format svg: which of the activities, 1, 2, ...")
@_standing
@click.pass_obj
def study(
    settings: Settings,
    /,
    calendar: str,
    day: datetime | None,
    through: int | None,
    format_: str,
    table: str,
    chart: str,
    of: int,
    **asked: Any,
) -> None:
    """What led up to the meetings of CALENDAR: how much of an activity, against what, and could it be chance?"""
    from service import picturing, reporting, studying, tabling
    from service.gathering import Question

    question = Question(calendar=calendar, **asked)
    with _as_known(settings, calendar, day, through) as at:
        answer = studying.study(at, question, settings.public_url)
    _tell(
        answer,
        format_,
        table,
        tabling.LEADUPS,
        reporting.study,
        lambda told: picturing.leadups(told, chart, of),
    )


@click.command("gaps")
@click.argument("calendar")
@click.option("--from-kind", "from_kinds", required=True, help="Kinds it is counted from, by comma.")
@click.option("--to-kind", "to_kinds", required=True, help="Kinds it is counted to, by comma.")
@click.option("--programme", default="", help="Of what it is counted from, by comma.")
@click.option("--theme", default="", help="Of what it is counted from, by comma.")
@click.option("--from-q", "text", help="Words of the title of what it is counted from.")
@click.option("--within-days", type=click.IntRange(0), help="Tell the share that had opened within so many days.")
@click.option("--table", type=click.Choice(GAP_TABLES), default="curve", show_default=True, help="Of --format csv.")
@_standing
@click.pass_obj
def gaps(
    settings: Settings,
    /,
    calendar: str,
    day: datetime | None,
    through: int | None,
    format_: str,
    table: str,
    from_kinds: str,
    to_kinds: str,
    programme: str,
    theme: str,
    text: str | None,
    within_days: int | None,
) -> None:
    """How long sites of CALENDAR wait from the first visit, or the breaking of their ground, to the opening."""
    from schemas.queries import values_of
    from service import picturing, reporting, tabling, waiting

    question = waiting.GapQuestion(
        calendar=calendar,
        from_kinds=values_of(from_kinds),
        to_kinds=values_of(to_kinds),
        programme=values_of(programme),
        theme=values_of(theme),
        text=text,
        within_days=within_days,
    )
    with _as_known(settings, calendar, day, through) as at:
        answer = waiting.gaps(at, question, settings.public_url)
    _tell(answer, format_, table, tabling.GAPS, reporting.gaps, picturing.gaps)

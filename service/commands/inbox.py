"""`leadup inbox`: the headlines that wait to be recorded, and where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from service.sifting import Sifted


@click.group()
def inbox() -> None:
    """Headlines of the RSS and Atom addresses in LEADUP_INBOX_FEEDS."""


@inbox.command("fetch")
@click.pass_context
def fetch(ctx: click.Context) -> None:
    """Ask every address now, whether its time has come or not, and say what each brought; status 1 if any failed."""
    from service.collecting import Collector

    settings: Settings = ctx.obj
    asked = Collector(store_of(settings), settings).collect(at_once=True)
    if not asked:
        click.echo("LEADUP_INBOX_FEEDS names no address.")
    for each in asked:
        click.echo(f"{each.url}: {each.failure or f'{each.taken} new'}")
    ctx.exit(1 if any(each.failure for each in asked) else 0)


@inbox.command("list")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.pass_obj
def list_headlines(settings: Settings, limit: int) -> None:
    """The headlines that wait, those with the calendar's words first: number, day, title, the words, address."""
    from service import sifting
    from service.store.asknown import standpoint

    store = store_of(settings)
    with store.reading() as conn:
        waiting = sifting.opened(standpoint(conn, store.clock), 0).waiting
    for each in waiting[:limit]:
        click.echo(_line(each))
    if len(waiting) > limit:
        click.echo(f"{len(waiting) - limit:,} more wait.", err=True)


def _line(each: Sifted) -> str:
    headline = each.headline
    day = (headline.published or headline.fetched_at)[:10]
    return "\t".join((str(headline.number), day, headline.title, ", ".join(each.words), headline.url))


@inbox.command("dismiss")
@click.argument("number", type=int)
@click.pass_obj
def dismiss(settings: Settings, number: int) -> None:
    """Take a headline out for good."""
    from service import sifting

    found = sifting.dismiss(store_of(settings), number, by="leadup")
    click.echo(f"{found.title}: {found.state} by {found.settled_by}.")

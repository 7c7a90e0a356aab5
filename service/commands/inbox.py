"""`leadup inbox`: the headlines that wait to be recorded, and where they are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from service.collecting import Asked
    from service.sifting import Sifted


@click.group()
def inbox() -> None:
    """Headlines of the RSS and Atom addresses in LEADUP_INBOX_FEEDS."""


@inbox.command("fetch")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--force", is_flag=True, help="Ask also those that want to be left alone for a while.")
@click.pass_context
def fetch(ctx: click.Context, /, addresses: tuple[str, ...], force: bool) -> None:
    """Ask every address now, or some of them, whether its time has come or not, and say what each brought; status 1 if
    any failed.

    An address that wants to be left alone for a while (Retry-After) is asked only where it is named, or by --force.
    """
    from service.collecting import Collector
    from service.standings import without_query

    settings: Settings = ctx.obj
    for address in addresses:
        if address not in settings.inbox_feeds:
            raise click.BadParameter(f"LEADUP_INBOX_FEEDS does not name it: {without_query(address)}.", ctx)
    if not settings.inbox_feeds:
        click.echo("LEADUP_INBOX_FEEDS names no address.")
        return
    asked = Collector(store_of(settings), settings).collect_now(addresses, force=force)
    for each in asked:
        click.echo(f"{without_query(each.url)}: {_brought(each)}")
    ctx.exit(1 if any(each.failure for each in asked) else 0)


def _brought(asked: Asked) -> str:
    from service.standings import minute

    if asked.left_until:
        until = minute(asked.left_until)
        return f"not asked: it wants to be left alone until {until}. --force asks it all the same."
    return asked.failure or f"{asked.taken} new"


@inbox.command("list")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.pass_obj
def list_headlines(settings: Settings, limit: int) -> None:
    """The headlines that wait, those with the calendar's words first: number, day, title, the words, address."""
    from service import sifting
    from service.store.asknown import standpoint

    store = store_of(settings)
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        waiting = sifting.opened(at, 0).waiting
        lines = [_line(each, sifting.reported_on(at, each.headline)) for each in waiting[:limit]]
    for line in lines:
        click.echo(line)
    if len(waiting) > limit:
        click.echo(f"{len(waiting) - limit:,} more wait.", err=True)


def _line(each: Sifted, day: date) -> str:
    headline = each.headline
    return "\t".join((str(headline.number), day.isoformat(), headline.title, ", ".join(each.words), headline.url))


@inbox.command("dismiss")
@click.argument("number", type=int)
@click.pass_obj
def dismiss(settings: Settings, number: int) -> None:
    """Take a headline out for good."""
    from service import sifting

    found = sifting.dismiss(store_of(settings), number, by="leadup")
    click.echo(f"{found.title}: {found.state} by {found.settled_by}.")

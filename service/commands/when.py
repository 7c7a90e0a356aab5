"""`leadup when`: how a date in words or EDTF is read."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from service.commands.conventions import DAY
from service.settings import Settings
from service.store.asknown import standpoint
from service.store.database import store_of


@click.command("when")
@click.argument("text")
@click.option("--said-on", type=DAY, help="The day the words were said.")
@click.option("--zone", help="The time zone whose days are meant; that of the store's calendars unless given.")
@click.pass_obj
def when(settings: Settings, text: str, said_on: datetime | None, zone: str | None) -> None:
    """Read a date in words or EDTF: its EDTF, the words for it, and its bounds."""
    from schemas.when import read

    found = read(text, said_on=said_on.date() if said_on else None, zone=_zone(settings, zone))
    click.echo(f"{found.edtf}\n{found.text}")
    click.echo(f"starts {_bounds(found.starts_min, found.starts_max)}, ends {_bounds(found.ends_min, found.ends_max)}")


def _zone(settings: Settings, named: str | None) -> ZoneInfo | None:
    try:
        if named:
            return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError) as cause:
        raise click.BadParameter("give an IANA time zone such as Asia/Pyongyang.", param_hint="--zone") from cause
    store = store_of(settings)
    if not store.path.exists():
        return None
    with store.reading() as conn:
        of_store = standpoint(conn, store.clock).zone
    return ZoneInfo(of_store) if of_store else None


def _bounds(first: date | None, last: date | None) -> str:
    return f"{first or 'open'} to {last or 'open'}" if first != last else str(first or "open")

"""`leadup when`: how a date in words or EDTF is read."""

from __future__ import annotations

from datetime import date, datetime

import click

from service.commands.conventions import DAY


@click.command("when")
@click.argument("text")
@click.option("--said-on", type=DAY, help="The day the words were said.")
def when(text: str, said_on: datetime | None) -> None:
    """Read a date in words or EDTF: its EDTF, the words for it, and its bounds."""
    from schemas.when import read

    found = read(text, said_on=said_on.date() if said_on else None)
    click.echo(f"{found.edtf}\n{found.text}")
    click.echo(f"starts {_bounds(found.starts_min, found.starts_max)}, ends {_bounds(found.ends_min, found.ends_max)}")


def _bounds(first: date | None, last: date | None) -> str:
    return f"{first or 'open'} to {last or 'open'}" if first != last else str(first or "open")

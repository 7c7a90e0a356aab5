"""`leadup findings`: what a shipped calendar answers to the questions of its pack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click

from service.settings import Settings
from service.store.asknown import AsKnown, standpoint
from service.store.database import store_of


@click.command("findings")
@click.argument("calendar")
@click.pass_obj
def findings(settings: Settings, calendar: str) -> None:
    """Ask the questions in findings.toml of the shipped pack CALENDAR, and print the answers as Markdown."""
    from service import reports
    from service.findings import find_out
    from service.importing import PACKS

    @contextmanager
    def as_known_on(day: date) -> Iterator[AsKnown]:
        store = store_of(settings)
        with store.reading() as conn:
            yield standpoint(conn, store.clock, day, calendars=[calendar])

    found = find_out(calendar, PACKS / calendar / "findings.toml", as_known_on, settings.public_url)
    click.echo(reports.markdown(found), nl=False)

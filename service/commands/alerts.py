"""`leadup alerts`: letters before key meetings."""

from __future__ import annotations

import click

from service.settings import Settings
from service.store.database import store_of


@click.group()
def alerts() -> None:
    """Letters before key meetings."""


@alerts.command("due")
@click.pass_obj
def alerts_due(settings: Settings) -> None:
    """Raise and deliver what is due now, once, and say what it was."""
    from service import alerting

    for line in alerting.run_once(store_of(settings), settings):
        click.echo(line)

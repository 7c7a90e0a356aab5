"""`leadup alerts` and `leadup letter`: what is owed now, and what a letter looks like."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from service.commands.replays import replay
from service.settings import Settings
from service.store.database import store_of


@click.group()
def alerts() -> None:
    """Letters before key meetings."""


@alerts.command("due")
@click.pass_obj
def alerts_due(settings: Settings) -> None:
    """Raise and deliver what is due now, once, and say what it was."""
    from schemas.subscriptions import WEBHOOK
    from service import alerting, delivering
    from service.store import outbox, subscriptions

    store = store_of(settings)
    delivered: Counter[str] = Counter()
    # Twice, as the clock would soon: what a letter that is dropped was to say may be owed by another.
    for _ in range(2):
        for owed in alerting.raise_due(store):
            click.echo(f"{owed.matter} {owed.about} {owed.event}".strip())
        delivered.update(delivering.deliver(store, settings))
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(delivered.items()) if count)
    click.echo(f"Letters: {told or 'none to send'}.")
    with store.reading() as conn:
        standing = outbox.standing(conn)
        told_of = subscriptions.counts(conn)
        mailed = [each for each in subscriptions.every(conn, ("active", "waiting")) if each.email != WEBHOOK]
    if not told_of.get("active"):
        paused = f" ({told_of['paused']} paused: `leadup doctor` says why)" if told_of.get("paused") else ""
        click.echo(f"Nobody is told{paused}: see /alerts, or `leadup subscriptions add`.")
    if delivered["sent"] and mailed and not settings.smtp_url:
        click.echo(f"Those to addresses lie in {settings.mail_folder}.")
    if standing.delayed:
        click.echo(f"Waiting to be tried again: {standing.waiting}. {standing.delayed}")


alerts.add_command(replay)


@click.group()
def letter() -> None:
    """What letters look like."""


@letter.command("preview")
@click.argument("event")
@click.option("--matter", help="One that a letter may be on now; the one that the event calls for if not given.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to.")
@click.pass_obj
def preview(settings: Settings, event: str, matter: str | None, folder: Path) -> None:
    """Write the letter on a matter of an event, as known now, as .eml and .html."""
    from service import sampling

    for file in sampling.preview(store_of(settings), settings, event, matter, folder):
        click.echo(file)

"""`leadup calendars`: calendars from packs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from service.commands.conventions import DAY, loaded_words, progress_bar
from service.settings import Settings
from service.store.database import store_of


@click.group()
def calendars() -> None:
    """Load calendars from packs."""


@calendars.command("add")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--known-by", type=DAY, help="Leave out what became known after this day.")
@click.pass_obj
def add_calendar(settings: Settings, folder: Path, known_by: datetime | None) -> None:
    """Load the pack in FOLDER (calendar.toml, events.jsonl, names.jsonl): all of it or nothing; safe to repeat."""
    from service.importing import add_pack

    with progress_bar(f"Loading {folder.name}") as progress:
        loaded = add_pack(
            store_of(settings), folder, known_by=known_by.date() if known_by else settings.today, progress=progress
        )
    click.echo(loaded_words(loaded))

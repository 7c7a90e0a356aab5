"""`leadup calendars`: calendars from packs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from service.commands.conventions import DAY, loaded_words, progress_bar, tell_clashes
from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from service.store.origins import Clash

LARGEST_ARCHIVE_OCTETS = 64 * 1024 * 1024


@click.group()
def calendars() -> None:
    """Load calendars from packs, and keep them up to date."""


@calendars.command("add")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--known-by", type=DAY, help="Leave out what became known after this day.")
@click.pass_context
def add_calendar(ctx: click.Context, /, folder: Path, known_by: datetime | None) -> None:
    """Load the pack in FOLDER (calendar.toml, events.jsonl, names.jsonl): all of it or nothing; safe to repeat.

    Status 1 where something was left alone since it was amended here.
    """
    from service.importing import add_pack

    settings: Settings = ctx.obj
    with progress_bar(f"Loading {folder.name}") as progress:
        loaded = add_pack(
            store_of(settings), folder, known_by=known_by.date() if known_by else settings.today, progress=progress
        )
    click.echo(loaded_words(loaded))
    tell_clashes(loaded.clashes)
    ctx.exit(1 if loaded.clashes else 0)


@calendars.command("update")
@click.argument("calendar")
@click.argument("pack")
@click.option("--token", envvar="LEADUP_FOLLOW_TOKEN", help="For an instance that is read with a token only.")
@click.option("--afresh", is_flag=True, help="Read another instance's log from its beginning.")
@click.pass_context
def update_calendar(ctx: click.Context, /, calendar: str, pack: str, token: str | None, afresh: bool) -> None:
    """Record what a newer pack of CALENDAR, or another instance, says that does not stand here yet; safe to repeat.

    PACK is a folder, a .zip or .tar.gz, the address of such an archive, or the /api/v1/changes of another instance.
    Nothing is overwritten: what was amended here since is left alone and listed with both states; the status is 1 then.
    """
    from service.following import is_log

    settings: Settings = ctx.obj
    if "://" not in pack:
        clashes = _update_from(settings, calendar, Path(pack))
    elif is_log(pack):
        clashes = _follow(settings, calendar, pack, token, afresh)
    else:
        with tempfile.TemporaryDirectory(prefix="leadup-fetched-") as folder:
            clashes = _update_from(settings, calendar, _fetched(pack, token, Path(folder)))
    tell_clashes(clashes)
    ctx.exit(1 if clashes else 0)


def _update_from(settings: Settings, calendar: str, pack: Path) -> Sequence[Clash]:
    from calendars.packarchives import opened
    from service.importing import add_pack

    with opened(pack) as folder, progress_bar(f"Updating {calendar}") as progress:
        loaded = add_pack(store_of(settings), folder, only=calendar, known_by=settings.today, progress=progress)
    click.echo(loaded_words(loaded))
    return loaded.clashes


def _fetched(url: str, token: str | None, folder: Path) -> Path:
    from calendars.packarchives import is_archive
    from service.fetching import Unreachable, fetch

    file = folder / (Path(urlsplit(url).path).name or "pack")
    file.write_bytes(fetch(url, largest=LARGEST_ARCHIVE_OCTETS, token=token))
    if not is_archive(file):
        kinds = "a pack archive (.zip, .tar or .tar.gz) or another instance's /api/v1/changes"
        raise Unreachable(f"{url} holds no pack: an address must be that of {kinds}.")
    return file


def _follow(settings: Settings, calendar: str, url: str, token: str | None, afresh: bool) -> Sequence[Clash]:
    from service.following import follow

    with progress_bar(f"Following {urlsplit(url).netloc}") as progress:
        done = follow(store_of(settings), url, calendar, token=token, afresh=afresh, progress=progress)
    news = ", ".join(f"{count} of {sort}s" for sort, count in done.recorded.items())
    click.echo(f"{calendar}: {news or 'nothing new'} recorded; {done.unchanged} entries stood already.")
    click.echo(f"The log was read up to its change {done.last}.")
    return done.clashes

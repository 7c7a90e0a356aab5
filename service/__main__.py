"""The `leadup` command: everything that is not done over HTTP."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemas.errors import DomainError
from schemas.vocabulary import SCOPES
from service.settings import Settings, read_settings
from service.store.database import store_of

if TYPE_CHECKING:
    from service.importing import Loaded

DAY = click.DateTime(["%Y-%m-%d"])


class _Commands(click.Group):
    """A refusal is one sentence on standard error and status 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            click.echo(f"leadup: {refusal.detail}", err=True)
            for mistake in refusal.errors()[1:]:
                click.echo(f"  {_where(mistake)}{mistake['detail']}", err=True)
            ctx.exit(2)


def _where(mistake: dict[str, Any]) -> str:
    if "file" in mistake:
        return f"{mistake['file']}:{mistake['line']}: " if mistake.get("line") else f"{mistake['file']}: "
    return f"{mistake['pointer']}: " if mistake.get("pointer") else ""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadup", message="leadup %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Leadup keeps a political calendar: what is coming, how sure it is, what led up to the last ones.

    Paths are from the working folder, or from LEADUP_HOME.
    """
    ctx.obj = read_settings()


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the store up to date, making it if need be."""
    from service.store.migrations import migrate as bring_up_to_date

    names = bring_up_to_date(settings.store_path)
    _adopt(settings)
    click.echo(f"{len(names)} migration(s) applied." if names else "The store is up to date.")


def _adopt(settings: Settings) -> None:
    from service.store import feedbytes

    with store_of(settings).transaction("leadup") as tx:
        feedbytes.adopt(tx.conn, settings.public_url)


@main.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make every derived table anew from the record."""
    from service.store import derived, feedbytes

    with store_of(settings).transaction("leadup") as tx, _progress("Following the record") as progress:
        count = derived.rebuild(tx.conn, progress)
        feedbytes.refresh_all(tx.conn)
    click.echo(f"{count} assertions followed; every derived table was made anew.")


@contextlib.contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, drawn only for a person."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def step(done: int, every: int) -> None:
            bar.length = max(every, 1)
            bar.update(done - bar.pos)

        yield step


@main.command()
@click.option("--throw-away", is_flag=True, help="Use a store of its own that is gone afterwards.")
@click.pass_context
def run(ctx: click.Context, throw_away: bool) -> None:
    """Start web and clock from the Procfile, over a store with the shipped calendars; Ctrl-C ends both."""
    from service import launching

    with contextlib.ExitStack() as stack:
        environ = dict(os.environ)
        if throw_away:
            home = stack.enter_context(launching.throw_away_home())
            environ |= {"LEADUP_HOME": str(home), "LEADUP_STORE": ""}
        settings = read_settings(environ)
        launching.check_port(settings.port)
        if throw_away:
            click.echo(f"The store is in LEADUP_HOME={settings.home} until this ends.")
        ctx.exit(launching.run(settings, lambda: _prepare(settings)))


def _prepare(settings: Settings) -> None:
    """Bring the store up to date and load what the shipped packs have that was not loaded yet."""
    from service.importing import add_pack, shipped_packs
    from service.store.migrations import migrate as bring_up_to_date

    bring_up_to_date(settings.store_path)
    _adopt(settings)
    for folder in shipped_packs(store_of(settings)):
        with _progress(f"Loading {folder.name}") as progress:
            loaded = add_pack(store_of(settings), folder, known_by=settings.today, progress=progress)
        click.echo(_loaded_words(loaded))


@main.command()
@click.pass_obj
def clock(settings: Settings) -> None:
    """Run the clock: raise the letters that are due and deliver them, until ended."""
    # Held back until the scheduler waits for them: a signal during the imports would end it with an error.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
    from service.scheduler import run as tick

    tick(settings)


@main.group()
def alerts() -> None:
    """Letters before key meetings."""


@alerts.command("due")
@click.pass_obj
def alerts_due(settings: Settings) -> None:
    """Raise and deliver what is due now, once, and say what it was."""
    from service import alerting

    for line in alerting.run_once(store_of(settings), settings):
        click.echo(line)


@main.group()
def calendars() -> None:
    """Load calendars from packs."""


@calendars.command("add")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--known-by", type=DAY, help="Leave out what became known after this day.")
@click.pass_obj
def add_calendar(settings: Settings, folder: Path, known_by: datetime | None) -> None:
    """Load the pack in FOLDER (calendar.toml, events.jsonl, names.jsonl): all of it or nothing; safe to repeat."""
    from service.importing import add_pack

    with _progress(f"Loading {folder.name}") as progress:
        loaded = add_pack(
            store_of(settings), folder, known_by=known_by.date() if known_by else settings.today, progress=progress
        )
    click.echo(_loaded_words(loaded))


def _loaded_words(loaded: Loaded) -> str:
    if not loaded.changed:
        return f"{loaded.calendar}: nothing new; {loaded.unchanged} records stand as they were."
    return (
        f"{loaded.calendar}: {loaded.events} events, {loaded.revisions} revisions, {loaded.links} links,"
        f" {loaded.names} names recorded; {loaded.unchanged} records stood already."
    )


@main.group()
def token() -> None:
    """Make, list and revoke the tokens that writing needs."""


@token.command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(SCOPES), default="read", show_default=True)
@click.pass_obj
def create_token(settings: Settings, name: str, scope: str) -> None:
    """Make a token; standard output holds it alone, and it is shown this once."""
    from service.store import tokens

    with store_of(settings).transaction(name) as tx:
        secret = tokens.create(tx, name, scope)
    click.echo(f"The token {name} may {scope}. It is shown only now:", err=True)
    click.echo(secret)


@token.command("list")
@click.pass_obj
def list_tokens(settings: Settings) -> None:
    """Every token by name: its scope, when it was made and revoked."""
    from service.store import tokens

    with store_of(settings).reading() as conn:
        for each in tokens.every(conn):
            click.echo(f"{each.name}\t{each.scope}\tmade {each.created_at}\t{each.revoked_at or 'in force'}")


@token.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_token(settings: Settings, name: str) -> None:
    """End a token at once."""
    from service.store import tokens

    with store_of(settings).transaction(name) as tx:
        tokens.revoke(tx, name)
    click.echo(f"The token {name} is revoked.")


@main.command("when")
@click.argument("text")
@click.option("--said-on", type=DAY, help="The day the words were said.")
def when_command(text: str, said_on: datetime | None) -> None:
    """Read a date in words or EDTF: its EDTF, the words for it, and its bounds."""
    from schemas.when import read

    when = read(text, said_on=said_on.date() if said_on else None)
    click.echo(f"{when.edtf}\n{when.text}")
    click.echo(f"starts {_bounds(when.starts_min, when.starts_max)}, ends {_bounds(when.ends_min, when.ends_max)}")


def _bounds(first: date | None, last: date | None) -> str:
    return f"{first or 'open'} to {last or 'open'}" if first != last else str(first or "open")


if __name__ == "__main__":
    main()

"""The `leadup` command: everything that is not done over HTTP."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

import click

from schemas.errors import DomainError
from service.commands import (
    alerts,
    calendars,
    doctor,
    feeds,
    findings,
    imports,
    inbox,
    record,
    studies,
    subscriptions,
    suggestions,
    tokens,
    when,
)
from service.commands.conventions import loaded_words, located, progress_bar, tell_clashes, told_once
from service.masking import mask_logs
from service.settings import Settings, read_settings
from service.store.database import store_of


class _Commands(click.Group):
    """A refusal is one sentence on standard error and status 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            click.echo(f"leadup: {refusal.detail}", err=True)
            for words in _mistakes(refusal):
                click.echo(f"  {words}", err=True)
            ctx.exit(2)


def _mistakes(refusal: DomainError) -> Iterator[str]:
    """The mistakes behind a refusal that its sentence does not tell; of lines those alike once."""
    of_lines = [each for each in refusal.errors() if "line" in each and "pointer" in each]
    others = [each for each in refusal.errors() if not ("line" in each and "pointer" in each)]
    for line, words, alike in told_once((located(each), each["line"]) for each in of_lines):
        if not refusal.detail.endswith(words):
            yield f"line {line}: {words}{alike}"
        elif alike:
            yield f"line {line}{alike}"
    yield from (f"{_where(each)}{each['detail']}" for each in others if each["detail"] not in refusal.detail)


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
    mask_logs(ctx.obj.secrets)


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
        feedbytes.adopt(tx, settings.public_url)


@main.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make every derived table anew from the record."""
    from service.store import derived, feedbytes

    with store_of(settings).transaction("leadup") as tx, progress_bar("Following the record") as progress:
        count = derived.rebuild(tx.conn, progress)
        feedbytes.refresh_all(tx.conn)
    click.echo(f"{count} assertions followed; every derived table was made anew.")


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
        with progress_bar(f"Loading {folder.name}") as progress:
            loaded = add_pack(store_of(settings), folder, known_by=settings.today, progress=progress)
        click.echo(loaded_words(loaded))
        tell_clashes(loaded.clashes)


@main.command()
@click.pass_obj
def clock(settings: Settings) -> None:
    """Run the clock: raise the letters that are due and deliver them, until ended."""
    # Held back until the scheduler waits for them: a signal during the imports would end it with an error.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
    from service.scheduler import run as tick

    tick(settings)


for _command in (
    *(alerts.alerts, alerts.letter, calendars.calendars, doctor.doctor, feeds.feed, findings.findings),
    *(imports.import_file, inbox.inbox, record.record, studies.study, studies.gaps, subscriptions.subscriptions),
    *(suggestions.suggestions, tokens.token, when.when),
):
    main.add_command(_command)


if __name__ == "__main__":
    main()

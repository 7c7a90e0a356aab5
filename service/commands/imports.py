"""`leadup import`: events from a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemas.imports import FORMATS
from service.commands.conventions import DAY, located, progress_bar, told_once
from service.settings import Settings
from service.store.database import store_of

if TYPE_CHECKING:
    from schemas.imports import Report

_BY_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".ics": "ics", ".ical": "ics"}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--calendar", help="For lines that name none; needed for a foreign .ics.")
@click.option("--kind", help="For lines that name none; needed for a foreign .ics.")
@click.option("--known-on", type=DAY, help="For lines that say none.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Where the file's name does not tell it.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each line; store nothing.")
@click.option("--partial", is_flag=True, help="Record the good lines though others are refused.")
@click.option("--each", is_flag=True, help="Say of each line what became of it; else of those alike once.")
@click.option("--notify", is_flag=True, help="Raise the letters that its changes would raise one by one.")
@click.pass_context
def import_file(
    ctx: click.Context,
    /,
    file: Path,
    known_on: datetime | None,
    format_: str | None,
    each: bool,
    **asked: str | bool | None,
) -> None:
    """Record the events of FILE (JSON Lines, CSV or .ics): all of it or nothing, unless --partial; safe to repeat.

    Status 2 where a line was refused.
    """
    from service import entering

    format_ = format_ or _BY_SUFFIX.get(file.suffix.lower())
    if format_ is None:
        raise click.UsageError(f"What {file.name} is cannot be told from its name: say --format {'|'.join(FORMATS)}.")
    settings: Settings = ctx.obj
    how = entering.Asked(
        format=format_,
        name=file.name,
        known_on=known_on.date() if known_on else None,
        **asked,  # type: ignore[arg-type]  # click gives texts and flags as they were declared above
    )
    with progress_bar(f"Importing {file.name}") as progress:
        report = entering.take_in(store_of(settings), file.read_bytes(), how, by="import", progress=progress)
    _tell(report, each=each)
    ctx.exit(2 if report.counts["refused"] else 0)


def _tell(report: Report, *, each: bool) -> None:
    """Each refusal with its line, pointer and reason, what was left out, then how many lines ended how."""
    for line, words, others in _outcomes(report) if each else told_once(_refusals(report)):
        click.echo(f"{report.name}:{line}: {words}{others}", err=not each)
    left_out = ((f"left out: {', '.join(item.kept_out)}", item.line) for item in report.items if item.kept_out)
    over = ((f"passed over: {part['what']}", part["line"]) for part in report.passed_over)
    for line, words, others in (*told_once(left_out), *told_once(over)):
        click.echo(f"{report.name}:{line}: {words}{others}")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    click.echo(f"{report.name}: {counts}{' (dry run: nothing was stored)' if report.dry_run else ''}.")


def _refusals(report: Report) -> Iterator[tuple[str, int]]:
    for item in report.items:
        for mistake in item.mistakes:
            yield located(mistake), item.line


def _outcomes(report: Report) -> Iterator[tuple[int, str, str]]:
    """Every line with what became of it, and which event it is; then what is wrong with it."""
    for item in report.items:
        yield item.line, item.outcome, f" {item.id}" if item.id else ""
        for mistake in item.mistakes:
            yield item.line, located(mistake), ""

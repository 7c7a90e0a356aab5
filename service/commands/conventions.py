"""What every command shares: days as options, progress for people, and how what was loaded is said."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.importing import Loaded
    from service.store.origins import Clash

DAY = click.DateTime(["%Y-%m-%d"])


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, drawn only for a person."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def step(done: int, every: int) -> None:
            bar.length = max(every, 1)
            bar.update(done - bar.pos)

        yield step


def loaded_words(loaded: Loaded) -> str:
    """What a pack brought, in one sentence."""
    if not loaded.changed:
        return f"{loaded.calendar}: nothing new; {loaded.unchanged} records stand as they were."
    return (
        f"{loaded.calendar}: {loaded.events} events, {loaded.revisions} revisions, {loaded.links} links,"
        f" {loaded.names} names recorded; {loaded.unchanged} records stood already."
    )


def tell_clashes(clashes: Sequence[Clash]) -> None:
    """What was left alone since it was amended here, each with what differs: here, and there."""
    for clash in clashes:
        click.echo(f"{clash.subject}: {clash.reason} As known on {clash.known_on} nothing was recorded of it:")
        for name, ours, theirs in clash.differences():
            click.echo(f"  {name}: here {_json(ours)}, there {_json(theirs)}")
    if clashes:
        click.echo(f"{len(clashes)} clash(es): amend what should be as there, or leave it as it is here.")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""What every command shares: days as options, progress for people, and how what was loaded is said."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from schemas.days import NoDay, day_in

if TYPE_CHECKING:
    from service.importing import Loaded
    from service.store.origins import Clash

SHOWN_LINES = 10
"""How many other lines are named of which the same is said."""


class _Day(click.DateTime):
    """A day, refused in the words of every other door."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.combine(day_in(str(value)), datetime.min.time())
        except NoDay as refusal:
            self.fail(str(refusal), param, ctx)


DAY = _Day(["YYYY-MM-DD"])


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, drawn only for a person. Its clock starts with the first step: what came
    before, such as reading a file, says nothing about how long the others take."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def step(done: int, every: int) -> None:
            if not bar.pos:
                bar.start = bar.last_eta = time.time()
            bar.length = max(every, 1)
            bar.update(done - bar.pos)

        yield step


def located(mistake: dict[str, Any]) -> str:
    """A mistake behind the place where it stands; what is wrong with a whole line has none."""
    return f"{mistake['pointer']}: {mistake['detail']}" if mistake["pointer"] else str(mistake["detail"])


def told_once(told: Iterable[tuple[str, int]]) -> Iterator[tuple[int, str, str]]:
    """Each text that is said of lines once, as (the first such line, it, how many others it is said of, and which)."""
    lines: dict[str, list[int]] = {}
    for text, line in told:
        lines.setdefault(text, []).append(line)
    for text, (first, *others) in lines.items():
        elsewhere = [line for line in dict.fromkeys(others) if line != first]
        shown = ", ".join(map(str, elsewhere[:SHOWN_LINES])) + (", ..." if elsewhere[SHOWN_LINES:] else "")
        where = f", on line {shown}" if shown else " on this line"
        yield first, text, f" (and {len(others):,} more alike{where})" if others else ""


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

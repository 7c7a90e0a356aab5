"""Makes the tables of docs/statistics.md from made-up histories: `python -m tests.simulations.tables` (`make docs`).

Named tables alone are made by `python -m tests.simulations.tables power coverage`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.simulations.histories import HABITS, SHAPES
from tests.simulations.trials import Truth, found_significant, held

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"
HISTORIES = 300
MANY_HISTORIES = 1000


def power(size: int) -> Iterator[list[str]]:
    """How often a planted ratio is found: rows by meetings, ratio and window, columns by number of anchors."""
    counts = (5, 8, 12, 20)
    yield ["meetings", "true ratio", "window", *(f"{count} anchors" for count in counts)]
    for habit in ("loose", "twice-yearly"):
        for ratio in (1.5, 2.0, 3.0):
            for days in (30, 60, 90) if ratio == 2 else (60,):
                truths = [Truth(habit, "clustered", count, ratio, days) for count in counts]
                yield [habit, f"{ratio:g}", f"{days} days", *(_percent(truth, size) for truth in truths)]


def wrongly(size: int) -> Iterator[list[str]]:
    """How often p <= 0.05 where nothing happens before meetings: ours, then the simpler ways."""
    names = [
        "p",
        "turning without the curve",
        "a curve that knows the windows",
        "moving anchors to other years",
        "swapping before",
        "band",
        "a band without the curve",
    ]
    yield ["meetings", "activity", *names]
    for habit in HABITS:
        for shape in SHAPES:
            truth = Truth(habit, shape, 12)
            found = found_significant(truth, size, naively=True, profiled=True).of
            found |= found_significant(truth, MANY_HISTORIES).of
            yield [habit, shape, *(f"{found[name]:.1%}" for name in names)]


def coverage(size: int) -> Iterator[list[str]]:
    """How often an interval holds a true ratio of 2 under clustering."""
    names = ["season", "before", "elsewhere", "season, if independent", "elsewhere, if independent"]
    names += ["bootstrap over anchors", "windows under a fixed curve"]
    yield ["meetings", "anchors", *names]
    for habit in HABITS:
        for count in (5, 8, 12, 20):
            found = held(Truth(habit, "clustered", count, 2.0), size, naively=True)
            yield [habit, str(count), *(f"{found.of[name]:.0%}" if name in found.of else "-" for name in names)]


TABLES: dict[str, Callable[[int], Iterator[list[str]]]] = {"power": power, "coverage": coverage, "wrongly": wrongly}


def main() -> None:
    """Writes each table between its marks, and leaves the rest of the page alone."""
    for name in sys.argv[1:] or TABLES:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(made(page, name, list(TABLES[name](HISTORIES))), encoding="utf-8")


def made(page: str, name: str, rows: list[list[str]]) -> str:
    """The page with the table of that name made of the rows."""
    mark = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    table = "\n".join([head, "|---" * len(rows[0]) + "|", *rest, ""])
    return mark.sub(lambda found: f"{found[1]}{table}{found[2]}", page)


def _percent(truth: Truth, size: int) -> str:
    return f"{found_significant(truth, size).of['p']:.0%}"


if __name__ == "__main__":
    main()

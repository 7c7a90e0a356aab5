"""Promise: common dates are read in under 20 microseconds, any form in under 1 ms once warm; `edtf` beside us.

Each form is read cold (our caches emptied, as a form never seen before) and warm. Prints microseconds and how many
times as long `edtf` takes for the forms that both read.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from datetime import date

from schemas import expressions, wording
from schemas import when as whens

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from edtf import parse_edtf

COMMON = [
    "2025-12-09",
    "2025-12",
    "2025",
    "2025-12-09/2025-12-11",
    "[2025-12-11..2025-12-20]",
    "2026-02-19/..",
    "[2025-06-24..]",
]
RARE = [
    "2025-12-03~",
    "2025-12-~15",
    "2026-21",
    "2026?",
    "202X",
    "2025-XX-15",
    "Y-17E7",
    "1950S2",
    "{2025-12-09,2025-12-11}",
]
WORDS = [
    "mid-December 2025",
    "late February",
    "first half of 2026",
    "about 3 December 2025",
    "early next year",
    "yesterday",
]
SAID_ON = date(2026, 2, 8)
ROUNDS = 200


def forget() -> None:
    """Empty every cache of ours."""
    for cached in (whens._parsed, expressions.read_expression, wording.text_of):
        cached.cache_clear()


def microseconds(act: Callable[[], object], before: Callable[[], None] = lambda: None) -> float:
    """The median over ROUNDS."""
    found = []
    for _ in range(ROUNDS):
        before()
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return sorted(found)[ROUNDS // 2] * 1e6


def peer(text: str) -> float | None:
    """Microseconds of the `edtf` package, best of 5; None for what it does not read."""
    found = []
    for _ in range(5):
        begun = time.perf_counter()
        try:
            parsed = parse_edtf(text)
            parsed.lower_strict(), parsed.upper_strict()
        except Exception:  # it raises whatever its parts raise
            return None
        found.append(time.perf_counter() - begun)
    return min(found) * 1e6


def read(text: str) -> object:
    """Read, or refuse: both are answers."""
    try:
        return whens.read(text, said_on=SAID_ON)
    except whens.UnreadableWhen as refusal:
        return refusal


def main() -> None:
    """Print a row a form."""
    print(f"{'form':<28} {'cold us':>9} {'warm us':>9} {'edtf / cold':>12}")
    for text in (*COMMON, *RARE, *WORDS, "sometime soon"):
        cold, warm = microseconds(lambda text=text: read(text), forget), microseconds(lambda text=text: read(text))
        other = peer(text)
        print(f"{text:<28} {cold:>9.1f} {warm:>9.1f} {'' if other is None else f'{other / cold:>11.0f}x':>12}")


if __name__ == "__main__":
    main()

"""JSON (RFC 8259), refused in words for people: what is no UTF-8, NaN, and numbers that nothing has a place for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

_MOST_DIGITS: Final = 4_000
"""Fewer than Python reads (4,300), whose refusal would tell how to set Python."""

Pairs = list[tuple[str, Any]]


class NoJson(ValueError):
    """Octets that are no JSON; its words go on from their name: "is not JSON: ..."."""


def json_of(octets: bytes, pairs: Callable[[Pairs], Any], most_digits: int = _MOST_DIGITS) -> Any:
    """What they say, each object as `pairs` makes it; raises NoJson, what `pairs` raises, and RecursionError."""

    def whole(digits: str) -> int:
        if len(digits) > most_digits:
            raise NoJson(f"holds a number of {len(digits):,} digits, for which there is no place")
        return int(digits)

    try:
        return json.loads(octets.decode(), parse_int=whole, parse_constant=_no_constant, object_pairs_hook=pairs)
    except UnicodeDecodeError as cause:
        raise NoJson(f"is not UTF-8: {cause.reason} at its byte {cause.start + 1}") from cause
    except json.JSONDecodeError as cause:
        line = f"line {cause.lineno}, " if cause.lineno > 1 else ""
        raise NoJson(f"is not JSON: {cause.msg} at its {line}column {cause.colno}") from cause


def _no_constant(name: str) -> Any:
    raise NoJson(f"is not JSON: {name} is no JSON number")

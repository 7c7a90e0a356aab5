"""The types of values as the ABNF of RFC 5545 section 3.3 has them (URI: RFC 3986), each as a yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

_TEXT = r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*"
_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d|60)"
_TIME = r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)"
_DURATION = rf"[+-]?P(?:\d+D(?:T{_TIME})?|T{_TIME}|\d+W)"
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
_OFFSET = r"(?!-00(?:00){1,2}\Z)[+-](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"

_FORMS: dict[str, re.Pattern[str]] = {
    kind: re.compile(form + r"\Z")
    for kind, form in {
        "BINARY": r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
        "BOOLEAN": r"(?i:TRUE|FALSE)",
        "DATE": r"\d{8}",
        "DATE-TIME": rf"\d{{8}}T{_CLOCK}Z?",
        "DURATION": _DURATION,
        "FLOAT": r"[+-]?\d+(?:\.\d+)?",
        "INTEGER": r"[+-]?\d+",
        "TEXT": _TEXT,
        "TEXTS": rf"{_TEXT}(?:,{_TEXT})*",
        "UID": _TEXT,
        "URI": _URI,
        "UTC-OFFSET": _OFFSET,
        "UTC": rf"\d{{8}}T{_CLOCK}Z",  # a DATE-TIME of form 2, which some properties insist on
        "LOCAL": rf"\d{{8}}T{_CLOCK}",  # and one of form 1
    }.items()
}


def _a_day(value: str) -> bool:
    try:
        datetime.strptime(value[:8], "%Y%m%d")  # noqa: DTZ007 (a day of the calendar has no zone)
    except ValueError:
        return False
    return True


def _in_32_bits(value: str) -> bool:
    return -(2**31) <= int(value) < 2**31


_BEYOND_FORM: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(("DATE", "DATE-TIME", "UTC", "LOCAL"), _a_day),
    "INTEGER": _in_32_bits,
}


def is_a(kind: str, value: str) -> bool:
    """Whether `value` as written is one of `kind`: a value type, or TEXTS (a list of them), UTC or LOCAL."""
    further = _BEYOND_FORM.get(kind)
    return bool(_FORMS[kind].match(value)) and (further is None or further(value))

"""Titles that say of what they name that it was not, may not be, or was long ago."""

from __future__ import annotations

import re
from typing import Final

_DENIED: Final = re.compile(
    r"\b(?:no|not|nor|never|none|neither|without|absen(?:t|ce)|skip(?:s|ped|ping)?|miss(?:es|ed|ing)"
    r"|sit(?:s|ting)? out)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_PUT_OFF: Final = re.compile(
    r"\b(?:cancel|postpon|delay|suspend|scrap|deny|denie|doubt|rumou?r|unlikely|unclear|rul(?:e|es|ed|ing) out\b)"
    r"|(?<!kick)(?<!kicks)(?<!kicked)(?<!kicking)\soff\b",
    re.IGNORECASE,
)
_BESIDES: Final = re.compile(
    r"[?\uff1f]|\b(?:whether|why|how|what|if|could|might|explain(?:s|er)?|shows?|shown|showed|showing|photos?|images?|imagery"
    r"|footage|videos?|documentary)\b|\b(?:recall|remember|rehears|prepar)",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")


def is_denied(title: str) -> bool:
    """Whether a title says that somebody was not there, or that something was not."""
    return bool(_DENIED.search(title))


def is_taken_back(title: str, year: int) -> bool:
    """Whether a title read in a year denies, puts off, asks, looks back to another year, or tells of pictures or of
    preparing: then it is not certain that what it names happens. The words are English ones."""
    far = any(abs(int(each[0]) - year) > 1 for each in _YEAR.finditer(title))
    return far or any(words.search(title) for words in (_DENIED, _PUT_OFF, _BESIDES))

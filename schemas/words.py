"""Words as full text compares them: one way for what is kept and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HAN: Final = re.compile("([\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
_BETWEEN: Final = re.compile(r"[\W_]+")
_ACRONYM: Final = re.compile(r"(?<![\w\u2010-\u2015-])[A-Z]{2,5}(?![\w\u2010-\u2015-])")
_OWNER: Final = re.compile(r"(?<=\w)['\u2019]s\b", re.I)
_HANGUL: Final = re.compile("[\u1100-\u11ff\uac00-\ud7ff]")


def folded(text: str) -> str:
    """A spelling made comparable: without marks, case-folded, runs of anything but letters and digits as one space."""
    if text.isascii():
        return _BETWEEN.sub(" ", text.lower()).strip()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", _BETWEEN.sub(" ", bare.casefold()).strip())


def words(text: str) -> list[str]:
    """The words of a text, folded; Chinese characters, which no spaces part, are words each by itself."""
    return _HAN.sub(r" \1 ", folded(text)).split()


def begins(word: str) -> bool:
    """Whether a word that is asked for may be only the beginning of one: Korean hangs particles and titles on names."""
    return bool(_HANGUL.search(word))


def is_acronym(spelling: str) -> bool:
    """Whether a spelling is a short one of capitals alone: folded it would be found in innocent words."""
    return bool(_ACRONYM.fullmatch(spelling))


def spoken(text: str) -> list[str]:
    """The words of a text folded, without the `s` of owners; but what is written as acronyms are, by itself, keeps its
    capitals: `MID` is none of the words of `mid-December`. In a text all of capitals nothing is told apart so."""
    plain = _OWNER.sub("", text)
    if not any(letter.islower() for letter in plain):
        return folded(plain).split()
    found, start = list[str](), 0
    for match in _ACRONYM.finditer(plain):
        found += [*folded(plain[start : match.start()]).split(), match.group()]
        start = match.end()
    return found + folded(plain[start:]).split()

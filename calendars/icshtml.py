"""The text of a description that an entry gives as HTML only (X-ALT-DESC, Outlook).

`html.parser` is not used: it takes time that grows with the square of what it reads where a tag is never closed, as
parsers that build a tree do (lexbor) where elements nest. Here no tag, and no quoted value in one, goes past the next
`<`, so that each letter is looked at a few times at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_TAG: Final = re.compile(r"""<(?>(/?[A-Za-z][A-Za-z0-9]*)|[!?/])(?>[^<>"']|"[^"<]*"|'[^'<]*'|["'])*+>""")
_BEYOND_UNICODE: Final = re.compile(r"&#[0-9]{20,};?")
_BREAKS: Final = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "ul", "ol", "table")
_SILENT: Final = ("script", "style", "head", "title")


def text_of_html(html: str) -> str:
    """Its words, a line for each paragraph; nothing of its markup."""
    lines = (" ".join(line.split()) for line in "".join(_pieces(_without_comments(html))).split("\n"))
    return "\n".join(line for line in lines if line)


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(after if end else comment for comment, end, after in (x.partition("-->") for x in others))


def _pieces(html: str) -> Iterator[str]:
    """The texts between tags, and a line break for each tag that breaks lines."""
    at = silent = 0
    for tag in _TAG.finditer(html):
        if not silent:
            yield _text(html[at : tag.start()])
        at, name = tag.end(), (tag[1] or "").lower()
        if name in _SILENT:
            silent += 1
        elif name[1:] in _SILENT and silent:
            silent -= 1
        if name.removeprefix("/") in _BREAKS:
            yield "\n"
    if not silent:
        yield _text(html[at:])


def _text(html: str) -> str:
    return unescape(_BEYOND_UNICODE.sub("\ufffd", html)).replace(
        "\n", " "
    )  # HTML 13.2.5.80; of so many digits int() is none

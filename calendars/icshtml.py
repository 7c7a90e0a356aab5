"""The text of a description that an entry gives as HTML only (X-ALT-DESC, Outlook)."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_BREAKS: Final = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "ul", "ol", "table")
_SILENT: Final = ("script", "style", "head", "title")


def text_of_html(html: str) -> str:
    """Its words, a line for each paragraph; nothing of its markup."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data.replace("\n", " "))

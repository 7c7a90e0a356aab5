"""Reports: headings, paragraphs and tables, as plain text for a terminal or as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1, 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under their columns; columns named in `figures` stand to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Sequence[str] = ()


Block = Heading | Table | str


def text(blocks: Iterable[Block]) -> str:
    """For a terminal: lines of at most WIDTH letters, but for tables and for words that are longer."""
    return "\n\n".join(map(_text, blocks)) + "\n"


def markdown(blocks: Iterable[Block]) -> str:
    """As Markdown, with pipe tables."""
    return "\n\n".join(map(_markdown, blocks)) + "\n"


def _text(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{block.text}\n{'=-~'[block.level - 1] * len(block.text)}"
    if isinstance(block, Table):
        widths = [max(map(len, column)) for column in zip(block.columns, *block.rows, strict=True)]
        lines = (_padded(row, widths, block) for row in (block.columns, *block.rows))
        return "\n".join(lines)
    return textwrap.fill(_plain(block), WIDTH, break_long_words=False, break_on_hyphens=False)


def _padded(row: Sequence[str], widths: Sequence[int], table: Table) -> str:
    cells = zip(row, widths, table.columns, strict=True)
    padded = (cell.rjust(width) if column in table.figures else cell.ljust(width) for cell, width, column in cells)
    return "  ".join(padded).rstrip()


def _plain(words: str) -> str:
    """Words of Markdown as they are read: a link is its text and its address."""
    return re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1: \2", words).replace("`", "")


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Table):
        marks = ("---:" if column in block.figures else "---" for column in block.columns)
        lines = (" | ".join(_escaped(cell) for cell in row) for row in (block.columns, *block.rows))
        head, *rest = (f"| {line} |" for line in lines)
        return "\n".join((head, f"|{'|'.join(marks)}|", *rest))
    return block


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")

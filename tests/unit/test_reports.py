"""Reports: the same blocks for a terminal and as Markdown."""

from __future__ import annotations

from service.reports import WIDTH, Block, Heading, Table, markdown, text

BLOCKS: list[Block] = [
    Heading("What led up", 1),
    "See [the answer](http://127.0.0.1:8000/x). " + "Words " * 30,
    Table(("meeting", "events"), [("Plenary | one", "5"), ("Congress", "12.5")], ("events",)),
]


def test_a_terminal_gets_aligned_columns_and_lines_that_fit() -> None:
    lines = text(BLOCKS).splitlines()
    assert lines[:2] == ["What led up", "==========="]
    assert "the answer: http://127.0.0.1:8000/x." in lines[3]
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[-3:] == ["meeting        events", "Plenary | one       5", "Congress         12.5"]


def test_markdown_keeps_links_and_escapes_what_would_part_cells() -> None:
    written = markdown(BLOCKS)
    assert written.startswith("# What led up\n\nSee [the answer](http://127.0.0.1:8000/x).")
    assert written.endswith("| meeting | events |\n|---|---:|\n| Plenary \\| one | 5 |\n| Congress | 12.5 |\n")

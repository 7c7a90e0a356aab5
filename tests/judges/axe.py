"""axe-core (npm): which rules of WCAG 2.2 AA, and which good practices, a page in a browser breaks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from playwright.sync_api import Page

from tests.judges.nodes import PROGRAMS

_RUN = """
async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}});
  return found.violations.map(each => [each.id, each.help, each.nodes.map(node => node.html.slice(0, 160))]);
}
"""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@lru_cache(maxsize=1)
def _source() -> str:
    return (PROGRAMS / "node_modules" / "axe-core" / "axe.min.js").read_text()


def violations(page: Page) -> list[Any]:
    """[rule, what it asks, where it is broken] for each that is."""
    page.evaluate(_source())
    found: list[Any] = page.evaluate(_RUN, list(TAGS))
    return found

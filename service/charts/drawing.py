"""How every chart is drawn: one look in light, dark and grey, words for who does not see it, the same bytes each time.

The colours differ in lightness, not in hue alone, so that a chart printed in grey says the same. In the dark a style
inside the file takes other colours for them; a program that knows no styles shows the light ones.

What a channel is made of is given to it at once (`alt.X(field, title=..., scale=...)`): Altair's methods for that
(`alt.X(field).title(...)`) hold in what all threads share whose they are, and two charts drawn at once mix fields.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:  # altair takes a quarter of a second to load: it is where a chart is drawn, not at start
    import altair as alt

_WIDTH: Final = 620
"""Of the plot, without its axis, in pixels of the file: pages scale it."""

PAPER, INK, SOFT, LINE, ACCENT, TINT = "#fbfaf7", "#1d1f21", "#5b6067", "#ddd8cd", "#8a2b1d", "#d9d3c5"
IN_THE_DARK: Final = {
    PAPER: "#16181a",
    INK: "#e8e6e1",
    SOFT: "#a9adb2",
    LINE: "#33373b",
    ACCENT: "#f0a08e",
    TINT: "#3a4046",
}
STYLE: Final = (
    "@media (prefers-color-scheme: dark) {"
    + "".join(f'[fill="{a}"]{{fill:{b}}}[stroke="{a}"]{{stroke:{b}}}' for a, b in IN_THE_DARK.items())
    + "}"
)
STYLE_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""What a Content-Security-Policy names to let a chart that is opened by itself have its style (CSP 3, 2.3.1)."""

_KEY: Final = {"subtitleColor": SOFT, "subtitleFontSize": 12, "subtitlePadding": 5}
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
_OPENING: Final = re.compile(r"<svg [^>]*?width=\"(\d+)\" height=\"(\d+)\"[^>]*>")


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart is called, what it shows in a sentence, for those who do not see it, and by what knowledge."""

    title: str
    sentence: str
    standing: str


def svg(layers: Sequence[alt.Chart], height: int, words: Words, key: str) -> str:
    """A chart as an SVG file of its own: its layers, the last on top, in a plot of `height`; its title and its sentence
    (SVG 2, 5.7); both schemes of colour. Under the title stands the `key`, which says what its marks are."""
    import altair as alt
    import vl_convert

    chart = alt.layer(
        *layers, title=_title(words.title, f"{key} {words.standing}"), width=_WIDTH, height=height
    ).configure(**_look())
    drawn: str = vl_convert.vegalite_to_svg(chart.to_json())
    return _OPENING.sub(lambda found: _opening(found, words), drawn, count=1)


def rows(given: list[dict[str, Any]]) -> alt.InlineData:
    """Rows as a chart takes them: written into it."""
    import altair as alt

    return alt.InlineData(values=given)


def _title(text: str, key: str) -> alt.TitleParams:
    import altair as alt

    return alt.TitleParams(text=_broken(text, 76), subtitle=_broken(key, 100), anchor="start", frame="group")


def _broken(text: str, longest: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _opening(found: re.Match[str], words: Words) -> str:
    width, height = found.groups()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-labelledby="title desc">'
        f'<title id="title">{escape(words.title)}</title>'
        f'<desc id="desc">{escape(f"{words.sentence} {words.standing}")}</desc>'
        f"<style>{STYLE}</style>"
    )


def _look() -> dict[str, Any]:
    words = {
        "labelColor": SOFT,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    return {
        "background": PAPER,
        "font": _FONT,
        "padding": 12,
        "view": {"stroke": None},
        "axis": {"domainColor": SOFT, "labelPadding": 6, "tickColor": SOFT, "gridColor": LINE, **words},
        "title": {"color": INK, "fontSize": 14, "fontWeight": "bold", "offset": 12, **_KEY},
        "aria": False,
    }

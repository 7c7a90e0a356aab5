"""Charts are whole SVG files with words, the same each time, legible in light, dark and grey."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.charts import drawing, leads, ratios, waiting
from service.charts.drawing import Words

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words(
    "Visits & <ceremonies> before plenaries", 'They came 1.3 times as often ("season").', "As known on 2025-12-05."
)
LEADS = [leads.Lead(each, 0.1 + each / 1000, 0.12, 0.06, 0.19) for each in range(1, 61)]
WEEKS = [leads.WeekBar(1, 7, 0.1, 0.05, 0.2), leads.WeekBar(8, 14, None, None, None)]
EPOCHS = [
    leads.Epoch("Plenary, 2023-12-26", dots=[leads.Dot(3, 3), leads.Dot(10, 14)]),
    leads.Epoch("Plenary, 2024-06-28", dots=[leads.Dot(30, 30)]),
]
RATIOS = [
    ratios.RatioRow("season", 1.3, 0.9, 1.9, 1.05, 1.6),
    ratios.RatioRow("elsewhere", 0.8, 0.0, math.inf, 0.66, 1.0),
]
STEPS = [waiting.Step(3, 0.25, 0.1, 0.5), waiting.Step(12, 0.75, 0.5, 0.9)]
CHARTS: dict[str, Callable[[], str]] = {
    "profile": lambda: leads.profile(LEADS, WEEKS, WORDS),
    "profile without chance": lambda: leads.profile([leads.Lead(1, 0.1), leads.Lead(2, 0.2)], WEEKS, WORDS),
    "epochs": lambda: leads.epochs(EPOCHS, 60, WORDS),
    "ratios": lambda: ratios.ratios(RATIOS, WORDS),
    "waiting": lambda: waiting.waiting(STEPS, [5, 40], WORDS),
    "profile of nothing": lambda: leads.profile([], [], WORDS),
    "epochs of nothing": lambda: leads.epochs([], 60, WORDS),
    "ratios of nothing": lambda: ratios.ratios([], WORDS),
    "waiting of nothing": lambda: waiting.waiting([], [], WORDS),
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {name: draw() for name, draw in CHARTS.items()}


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_rows_give_the_same_bytes(drawn: dict[str, str], name: str) -> None:
    assert CHARTS[name]() == drawn[name]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_with_its_title_and_its_sentence(drawn: dict[str, str], name: str) -> None:
    root = ET.fromstring(drawn[name])
    title, sentence = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert sentence is not None
    assert (title.text, sentence.text) == (WORDS.title, f"{WORDS.sentence} {WORDS.standing}")
    assert root.get("aria-labelledby") == f"{title.get('id')} {sentence.get('id')}"
    assert "NaN" not in drawn[name]
    assert "Infinity" not in drawn[name]


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_asked_of_another_host_and_nothing_runs(drawn: dict[str, str], name: str) -> None:
    addresses = set(re.findall(r"[a-z]+://[^\"' )]+", drawn[name]))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in drawn[name]


@pytest.mark.parametrize("name", CHARTS)
def test_every_colour_has_another_in_the_dark(drawn: dict[str, str], name: str) -> None:
    style = drawing.STYLE
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{3,6})"', drawn[name].replace(style, "")))
    assert used <= {drawing.PAPER, drawing.INK, drawing.SOFT, drawing.LINE, drawing.ACCENT, drawing.TINT}
    assert all(f'[fill="{each}"]' in style for each in used)


def luminance(colour: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_lines_stand_out_from_what_they_are_drawn_on_in_grey_too(scheme: str) -> None:
    light = (drawing.PAPER, drawing.TINT, drawing.INK, drawing.SOFT, drawing.ACCENT)
    paper, tint, ink, soft, accent = light if scheme == "light" else (drawing.IN_THE_DARK[each] for each in light)
    for words in (ink, soft):
        assert contrast(words, paper) >= 4.5
    for line in (ink, soft, accent):
        assert contrast(line, tint) >= 3


def test_an_interval_without_bound_reaches_the_edge(drawn: dict[str, str]) -> None:
    edges = [text for text in re.findall(r">([^<>]+)</text>", drawn["ratios"]) if re.fullmatch(r"1/\d+|\d+", text)]
    assert edges[0] == "1/16"
    assert edges[-1] == "16"


def test_leads_run_towards_the_meeting(drawn: dict[str, str]) -> None:
    marks = [int(text) for text in re.findall(r">(\d+)</text>", drawn["epochs"])]
    assert marks
    places = [float(x) for x in re.findall(r'translate\(([\d.]+),[\d.]+\)"[^>]*>\d+</text>', drawn["epochs"])]
    assert sorted(zip(places, marks, strict=True), key=lambda each: each[0]) == sorted(
        zip(places, marks, strict=True), key=lambda each: -each[1]
    )


def test_charts_drawn_at_once_are_as_those_drawn_alone() -> None:
    drawn = [draw for draw in CHARTS.values() for _ in range(3)]
    alone = {draw: draw() for draw in CHARTS.values()}
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda draw: draw(), drawn))
    assert [draw for draw, found in zip(drawn, at_once, strict=True) if found != alone[draw]] == []

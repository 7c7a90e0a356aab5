"""Findings: what a calendar answers to the questions that its pack asks, as a report; whatever the answers are.

The questions stand in `findings.toml` of the pack: `[[studies]]` as `leadup study` takes them, `[[gaps]]` as
`leadup gaps` does, each with a `title`, and with an `as_known_on` of its own where it is not that of the whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from schemas.errors import CalendarUnreadable
from schemas.queries import values_of
from schemas.wire import answers
from service import reporting, studying, waiting
from service.gathering import Question
from service.reports import Block, Heading, Table
from service.store.asknown import AsKnown

AsKnownOn = Callable[[date], AbstractContextManager[AsKnown]]
"""Opens the standpoint of a day."""

HALF = 0.5


def find_out(calendar: str, file: Path, as_known_on: AsKnownOn, public_url: str) -> list[Block]:
    """The report of a pack's questions; raises CalendarUnreadable without its file, and what the answers raise."""
    asked = read(file)
    day = asked["as_known_on"]
    blocks: list[Block] = [Heading("Findings", 1), _preface(calendar, day)]
    for each in asked.get("studies", ()):
        blocks += _study(calendar, each, each.get("as_known_on", day), as_known_on, public_url)
    for each in asked.get("gaps", ()):
        blocks += _gaps(calendar, each, each.get("as_known_on", day), as_known_on, public_url)
    with as_known_on(day) as at:
        checks = [answers.check(each) for each in at.calendars[calendar].checks]
        claims = [answers.coverage(each) for each in at.calendars[calendar].coverage]
    held: list[Block] = [
        Heading("What the calendar claims to hold, and where that is thin"),
        reporting.coverage({"coverage": claims}),
    ]
    return [*blocks, *held, *reporting.checks({"checks": checks})]


def _preface(calendar: str, day: date) -> str:
    return (
        f"What the calendar `{calendar}` answers, as known on {day}. Made by `make docs` and never edited; every answer"
        " can be had again at its address. How to read them: [leadups.md](leadups.md); how far such answers can be"
        " trusted: [statistics.md](statistics.md)."
    )


def read(file: Path) -> dict[str, Any]:
    """The questions of a pack; raises CalendarUnreadable."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise _unreadable(file, f"{file.parent.name} asks no questions: it has no {file.name}.") from cause
    except tomllib.TOMLDecodeError as cause:
        raise _unreadable(file, f"This is no TOML: {cause}.") from cause


def _unreadable(file: Path, detail: str) -> CalendarUnreadable:
    return CalendarUnreadable([{"file": file.name, "line": None, "detail": detail}])


def _study(
    calendar: str, asked: Mapping[str, Any], day: date, as_known_on: AsKnownOn, public_url: str
) -> Iterator[Block]:
    question = Question(
        calendar=calendar,
        anchors=asked["anchors"],
        activities=tuple(asked["activity"]),
        lead_days=asked["lead_days"],
    )
    with as_known_on(day) as at:
        answer = studying.study(at, question, public_url)
    activities = answer["activities"]
    yield Heading(asked["title"])
    yield from _said(activities)
    if any(each["ratios"] for each in activities):
        yield _side_by_side(activities)
    if any(each["nearest"] for each in activities):
        yield _nearest(activities)
    yield _link(answer)


def _said(activities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "\n".join(f"- {each['headline']}" for each in activities)


def _side_by_side(activities: Iterable[Mapping[str, Any]]) -> Table:
    """Each activity against each baseline, with p of the windows of other lengths."""
    columns = (
        "activity",
        "season",
        "before",
        "elsewhere",
        "free share",
        "p of 30, 60, 90 days",
        "windows above, below",
    )
    rows = [
        (
            each["label"],
            *(_against(each, name) for name in columns[1:4]),
            reporting.number((each["separation"] or {}).get("free_share")),
            ", ".join(reporting.number(at["p"], 3) for at in each["p_by_window"]),
            f"{each['epochs']['above']}, {each['epochs']['below']}" if each["epochs"] else "-",
        )
        for each in activities
    ]
    return Table(columns, rows, columns[1:])


def _against(activity: Mapping[str, Any], baseline: str) -> str:
    for each in activity["ratios"]:
        if each["baseline"] == baseline:
            return f"{reporting.number(each['ratio'])} ({reporting.interval(each['low'], each['high'])})"
    return "-"


def _nearest(activities: Iterable[Mapping[str, Any]]) -> Table:
    """The nearest-event window beside chance."""
    columns = ("activity", "days back to the nearest", "by chance", "to either side", "by chance either side")
    rows = []
    for each in activities:
        found = each["nearest"]
        if found:
            cells = (cell for side in ("back", "either") for cell in _distance(found[side]))
            rows.append((each["label"], *cells))
    return Table(columns, rows, columns[1:])


def _distance(found: Mapping[str, Any]) -> tuple[str, str]:
    chance = f"{reporting.number(found['by_chance'], 1)} ({reporting.interval(found['low'], found['high'], 1)})"
    return reporting.number(found["mean_days"], 1), chance if found["by_chance"] is not None else "-"


def _gaps(
    calendar: str, asked: Mapping[str, Any], day: date, as_known_on: AsKnownOn, public_url: str
) -> Iterator[Block]:
    question = waiting.GapQuestion(
        calendar=calendar,
        from_kinds=values_of(asked["from_kind"]),
        to_kinds=values_of(asked["to_kind"]),
        programme=values_of(asked.get("programme", "")),
        theme=values_of(asked.get("theme", "")),
        text=asked.get("from_q"),
        within_days=asked.get("within_days"),
    )
    with as_known_on(day) as at:
        answer = waiting.gaps(at, question, public_url)
    yield Heading(asked["title"])
    if "as_known_on" in asked:
        yield f"As known on {day}:"
    yield answer["headline"]
    yield from _within(answer)
    if "looked_back_on" in asked:
        with as_known_on(asked["looked_back_on"]) as at:
            later = waiting.gaps(at, question, public_url)
        yield from _looked_back(answer, later)
    elif answer["curve"]:
        yield _quartiles(answer)
    yield _link(answer)


def _within(answer: Mapping[str, Any]) -> Iterator[str]:
    """The share that was over so soon, and of how many sites that waited as long."""
    within = answer["within"]
    if within is None or within["share"] is None:
        return
    days, sites = within["days"], [each for each in answer["sites"] if each["days"] is not None]
    seen = [each for each in sites if each["opened"] or each["days"] >= days]
    soon = sum(each["opened"] and each["days"] <= days for each in seen)
    known = f" ({reporting.interval(within['low'], within['high'])})" if within["low"] is not None else ""
    yield (
        f"Of {len(seen)} sites that were seen so long {soon or 'none'} had opened within {days} days of the first"
        f" visit: a share of {reporting.number(within['share'])}{known}. {expected(within)}"
    )


def expected(within: Mapping[str, Any]) -> str:
    """Whether an opening so soon was to be expected, going by the share that had opened, and by its interval."""
    low, high = within["low"], within["high"]
    if not within["share"]:
        most = reporting.number(high)
        return f"So few sites do not rule out that up to a share of {most} open so soon: it cannot be told."
    if high is not None and high < HALF:
        return "By what was known then, an opening so soon was not to be expected."
    if low is not None and low > HALF:
        return "By what was known then, an opening so soon was to be expected."
    return "By what was known then, it could not be told whether an opening so soon was to be expected."


def _looked_back(answer: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[Block]:
    """What became of the sites that had not opened by the day asked."""
    became = {each["first"]["id"]: each for each in later["sites"]}
    rows = []
    for each in answer["sites"]:
        then = became.get(each["first"]["id"])
        if not each["opened"] and then is not None:
            opened = str(then["opening"]["starts"][0]) if then["opening"] else "not yet"
            rows.append((each["first"]["title"], str(each["first"]["starts"][0]), opened, _days(then)))
    yield f"What became of the sites that had not opened by then, as known on {later['as_known_on']}:"
    yield Table(("first visit", "on", "opened", "days"), rows, ("days",))


def _days(site: Mapping[str, Any]) -> str:
    return "-" if site["days"] is None else f"{site['days']}{'' if site['opened'] else ' and still'}"


def _quartiles(answer: Mapping[str, Any]) -> Table:
    rows = []
    for each in answer["quantiles"]:
        days = "not reached" if each["days"] is None else f"{each['days']:.0f}"
        rows.append((reporting.number(each["share"]), days, reporting.interval(each["low"], each["high"], 0)))
    columns = ("share opened", "after days", "95 % interval")
    return Table(columns, rows, columns)


def _link(answer: Mapping[str, Any]) -> str:
    return f"[The whole answer]({answer['permalink']}) (method {answer['method']}, data {answer['data']})"

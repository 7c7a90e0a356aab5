"""Reporting: an answer of the analyses as a report that a person reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.reports import Block, Heading, Table

Answer = Mapping[str, Any]

BAR_WIDTH: Final = 24
LEFT_OUT: Final = {
    "part_of_meeting": "part of a meeting",
    "part_of_activity": "part of another such event",
    "day_uncertain": "of a day that is too uncertain",
    "on_meeting_days": "on days of a meeting",
    "in_windows_left_out": "in the window of a meeting that was left out",
    "not_covered": "on days that are not covered",
}


def study(answer: Answer) -> list[Block]:
    """The whole of an answer about lead-ups."""
    question = answer["question"]
    rules = f"windows of {question['lead_days']} days, overlap {question['overlap']}, parts {question['parts']}"
    title = Heading(f"What led up to {question['anchors']} ({question['calendar']})", 1)
    blocks: list[Block] = [title, _standing(answer, rules)]
    for activity in answer["activities"]:
        blocks += _activity(activity)
    return [*blocks, *checks(answer), f"The same again: {answer['permalink']}"]


def _standing(answer: Answer, asked: str) -> str:
    return (
        f"As known on {answer['as_known_on']} ({answer['zone']}) through change {answer['through']}; {asked}; method"
        f" {answer['method']}, data {answer['data']}."
    )


def checks(answer: Answer) -> Iterator[Block]:
    """The outside counts beside the calendar's own; nothing where there are none."""
    if answer["checks"]:
        yield Heading("Outside counts beside the calendar's own")
        columns = ("publisher", "year", "what", "theirs", "ours")
        rows = [tuple(str(each[column]) for column in columns) for each in answer["checks"]]
        yield Table(columns, rows, ("theirs", "ours"))


def _activity(activity: Answer) -> Iterator[Block]:
    yield Heading(activity["label"])
    yield activity["headline"]
    if activity["ratios"]:
        yield ratios(activity)
    for each in activity["refused"]:
        yield f"Not against {each['baseline']}: {each['reason']}."
    yield from sentences(activity)
    if any(week["days"] for week in activity["profile"]):
        yield profile(activity)
    if activity["refusal"]:
        yield from _list(activity)
    yield from _meetings(activity)
    yield from _coverage(activity)


def ratios(activity: Answer) -> Table:
    """The three baselines side by side."""
    columns = ("against", "events in windows", "expected", "ratio", "95 % interval", "if independent", "p", "q")
    rows = [
        (
            each["baseline"],
            f"{each['inside']['count']:g} in {each['inside']['days']} days",
            number(each["inside"]["expected"], 1),
            number(each["ratio"]),
            interval(each["low"], each["high"]),
            interval(*each["if_independent"]),
            number(each["p"], 3),
            number(each["q"], 3),
        )
        for each in activity["ratios"]
    ]
    return Table(columns, rows, columns[2:])


def _list(activity: Answer) -> Iterator[Block]:
    if activity["events"]:
        yield Heading("The list", 3)
        rows = [(str(each["starts"][0] or "-"), each["title"]) for each in activity["events"]]
        yield Table(("from", "event"), rows)


def sentences(activity: Answer) -> Iterator[str]:
    """What else the figures of an activity say, a sentence for each."""
    if apart := activity["separation"]:
        yield (
            f"Season and run-up: a share of {number(apart['free_share'])} of the windows is free of season and level;"
            f" {apart['clean_years']} of {activity['anchors_used']} meetings have a year in which the same days are in"
            f" no window; {number(apart['covered_years'], 1)} covered years."
        )
    for each in activity["ratios"]:
        if each["growth"] is not None:
            yield f"Growth alone would make the ratio against {each['baseline']} {number(each['growth'])}."
    if chance := activity["chance"]:
        by_window = ", ".join(f"{each['lead_days']} days: {number(each['p'], 3)}" for each in activity["p_by_window"])
        yield (
            f"Chance: p = {number(chance['p'], 3)} (as much or more {number(chance['p_up'], 3)}, as little or less"
            f" {number(chance['p_down'], 3)}) of {chance['turns']} turns of the windows. Windows of {by_window}."
        )
    if epochs := activity["epochs"]:
        yield (
            f"Window by window: more than in itself turned in {epochs['above']}, less in {epochs['below']}, the same in"
            f" {epochs['ties']} (sign test p = {number(epochs['p'], 3)})."
        )
    if activity["nearest"]:
        yield nearest(activity["nearest"])
    dispersion = activity["dispersion"]
    if dispersion["index"] is not None:
        yield (
            f"Clusters: counts in {dispersion['blocks']} blocks of 30 days have {number(dispersion['index'], 1)} times"
            " the variance of chance alone."
        )
    if band := activity["band"]:
        yield (
            f"By lead: the smoothed rate lies outside what chance leaves at {band['leads_outside']} of"
            f" {len(activity['curve'])} leads (p = {number(band['p'], 3)} of any)."
        )


def nearest(found: Answer) -> str:
    """The nearest-event window in words, beside what chance gives."""
    words = []
    for name, side in (("back", "back"), ("either", "to either side")):
        each = found[name]
        chance = f" (by chance {number(each['by_chance'], 1)}, {interval(each['low'], each['high'], 1)})"
        words.append(f"{number(each['mean_days'], 1)} days {side}{chance if each['by_chance'] is not None else ''}")
    return f"Nearest event: on average {' and '.join(words)}."


def profile(activity: Answer) -> Table:
    """Week by week, with a bar for the rate."""
    columns = ("days before", "events", "covered days", "a day", "95 % if independent", "")
    most = max((week["rate"] or 0 for week in activity["profile"]), default=0)
    rows = [
        (
            f"{week['lead_from']} to {week['lead_to']}",
            number(week["count"], 1),
            str(week["days"]),
            number(week["rate"], 3),
            interval(week["low"], week["high"], 3) if week["low"] is not None else "-",
            "#" * round(BAR_WIDTH * (week["rate"] or 0) / most) if most else "",
        )
        for week in activity["profile"]
    ]
    return Table(columns, rows, columns[:-1])


def _meetings(activity: Answer) -> Iterator[Block]:
    cases = [
        (each["title"], str(each["starts"]), f"{each['count']:g}", str(each["days"])) for each in activity["cases"]
    ]
    if cases:
        yield Heading("Meetings", 3)
        yield Table(("meeting", "opened", "events", "covered days"), cases, ("events", "covered days"))
    if left_out := activity["anchors_left_out"]:
        yield Heading("Meetings left out", 3)
        rows = [(each["title"], each["starts"] or "-", each["reason"]) for each in left_out]
        yield Table(("meeting", "opened", "reason"), rows)
    uncounted = [f"{count:g} {LEFT_OUT[name]}" for name, count in activity["left_out"].items() if count]
    if uncounted:
        yield f"Events not counted: {', '.join(uncounted)}."


def _coverage(activity: Answer) -> Iterator[Block]:
    if activity["coverage"]:
        yield Heading("Coverage", 3)
        yield coverage(activity)


def coverage(answer: Answer) -> Table:
    """What the calendar claims to hold, and where that is thin."""
    rows = [
        (
            ", ".join(each["kinds"]) + (f" of {each['programme']}" if each["programme"] else ""),
            f"{each['from']} to {each['to']}",
            "; ".join(f"{thin['from']} to {thin['to']}: {thin['reason']}" for thin in each["thin"]) or "-",
        )
        for each in answer["coverage"]
    ]
    return Table(("kinds", "covered", "thin"), rows)


def gaps(answer: Answer) -> list[Block]:
    """The whole of an answer about waits."""
    question = {name: value for name, value in answer["question"].items() if name not in ("calendar", "rel")}
    asked = ", ".join(f"{name} {value}" for name, value in question.items())
    title = Heading(f"From the first visit to the opening ({answer['question']['calendar']})", 1)
    blocks: list[Block] = [title, _standing(answer, asked), answer["headline"]]
    if answer["curve"]:
        blocks += [waits(answer), *_within(answer)]
    blocks += [Heading("Sites"), sites(answer), Heading("Coverage"), coverage(answer)]
    return [*blocks, f"The same again: {answer['permalink']}"]


def waits(answer: Answer) -> Table:
    """The share opened by each day."""
    columns = ("days", "waiting", "opened", "share opened by then", "95 % interval")
    rows = [
        (
            str(each["day"]),
            str(each["at_risk"]),
            str(each["opening"]),
            number(each["share"]),
            interval(each["low"], each["high"]) if each["low"] is not None else "-",
        )
        for each in answer["curve"]
    ]
    return Table(columns, rows, columns)


def _within(answer: Answer) -> Iterator[str]:
    if within := answer["within"]:
        known = f" ({interval(within['low'], within['high'])})" if within["low"] is not None else ""
        share = number(within["share"]) if within["share"] is not None else "not known"
        yield f"Opened within {within['days']} days of the first visit: a share of {share}{known}."


def sites(answer: Answer) -> Table:
    """Site by site: first visit, opening, wait."""
    rows = [
        (
            each["first"]["title"],
            str(each["first"]["starts"][0]),
            str(each["opening"]["starts"][0]) if each["opening"] else "-",
            "-" if each["days"] is None else f"{each['days']}{'' if each['opened'] else ' and still'}",
            each["reason"] or "",
        )
        for each in answer["sites"]
    ]
    return Table(("first visit", "on", "opened", "days", "not counted since"), rows, ("days",))


def number(value: float | None, decimals: int = 2) -> str:
    """A figure, or a dash where there is none."""
    return "-" if value is None else f"{value:.{decimals}f}"


def interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    """`0.47 to 1.11`; an end without bound in words."""
    upper = "no bound" if high is None else f"{high:.{decimals}f}"
    return f"{number(low, decimals)} to {upper}"

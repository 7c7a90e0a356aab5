"""Tabling: the figures behind each chart of an answer as rows of cells, ready for CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.wire import columns

Answer = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Table:
    columns: Sequence[str]
    rows: Callable[[Answer], Iterator[Row]]


def csv(answer: Answer, tables: Mapping[str, _Table], name: str) -> bytes:
    """One table of an answer as CSV (RFC 4180): a line of its columns, then its rows; an empty cell where there is no
    figure."""
    table = tables[name]
    rows = ([_cell(row.get(column)) for column in table.columns] for row in table.rows(answer))
    return columns.text([table.columns, *rows]).encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _of_each(name: str) -> Callable[[Answer], Iterator[Row]]:
    """The rows of a list of each activity, with its label."""

    def rows(answer: Answer) -> Iterator[Row]:
        for activity in answer["activities"]:
            yield from ({"activity": activity["label"], **row} for row in activity[name])

    return rows


def _ratios(answer: Answer) -> Iterator[Row]:
    for activity in answer["activities"]:
        for each in activity["ratios"]:
            low, high = each["if_independent"]
            yield {"activity": activity["label"], **each, "independent_low": low, "independent_high": high} | {
                f"{side}_{name}": each[side].get(name)
                for side in ("inside", "outside")
                for name in ("count", "days", "expected")
            }
        yield from ({"activity": activity["label"], **each} for each in activity["refused"])


def _epochs(answer: Answer) -> Iterator[Row]:
    """A row for each event before each used meeting; a meeting without any has a row of its own."""
    for activity in answer["activities"]:
        for case in activity["cases"]:
            meeting = {"activity": activity["label"], "meeting": case["id"], "meeting_title": case["title"]}
            meeting["meeting_starts"] = case["starts"]
            for event in case["events"] or [{}]:
                fewest, most = event.get("lead_days", (None, None))
                place = event.get("place") or {}
                leads = {"lead_fewest": fewest, "lead_most": most}
                yield {**meeting, **event, **place, "place": place.get("name"), **leads}


def _meetings(answer: Answer) -> Iterator[Row]:
    for activity in answer["activities"]:
        used = [{**case, "used": True} for case in activity["cases"]]
        yield from ({"activity": activity["label"], **each} for each in (*used, *activity["anchors_left_out"]))


def _events(answer: Answer) -> Iterator[Row]:
    for row in _of_each("events")(answer):
        yield row | dict(zip(("starts_min", "starts_max"), row["starts"], strict=True))


def _sites(answer: Answer) -> Iterator[Row]:
    for site in answer["sites"]:
        place, opening = site["place"] or {}, site["opening"] or {}
        yield {**site, **place, "place": place.get("name")} | {
            "first": site["first"]["id"],
            "first_starts": site["first"]["starts"][0],
            "opening": opening.get("id"),
            "opening_starts": opening.get("starts", [None])[0],
        }


LEADUPS: Final = {
    "profile": _Table(
        ("activity", "lead_from", "lead_to", "count", "days", "rate", "low", "high"), _of_each("profile")
    ),
    "curve": _Table(("activity", "lead", "rate", "mean", "low", "high", "outside"), _of_each("curve")),
    "epochs": _Table(
        (
            *("activity", "meeting", "meeting_title", "meeting_starts", "id", "title", "kind"),
            *("lead_fewest", "lead_most", "place", "county", "province", "country"),
        ),
        _epochs,
    ),
    "ratios": _Table(
        (
            *("activity", "baseline", "ratio", "low", "high", "independent_low", "independent_high"),
            *("inside_count", "inside_days", "inside_expected", "outside_count", "outside_days"),
            *("anchors", "growth", "p", "q", "reason"),
        ),
        _ratios,
    ),
    "windows": _Table(("activity", "lead_days", "anchors", "p"), _of_each("p_by_window")),
    "meetings": _Table(("activity", "id", "title", "starts", "used", "reason", "count", "days"), _meetings),
    "events": _Table(("activity", "id", "title", "kind", "starts_min", "starts_max", "use"), _events),
}
"""The tables of an answer about lead-ups."""

GAPS: Final = {
    "curve": _Table(("day", "at_risk", "opening", "share", "low", "high"), lambda answer: iter(answer["curve"])),
    "sites": _Table(
        (
            *("first", "first_starts", "visits", "opening", "opening_starts", "days", "opened", "reason"),
            *("place", "county", "province", "country"),
        ),
        _sites,
    ),
}
"""The tables of an answer about waits."""

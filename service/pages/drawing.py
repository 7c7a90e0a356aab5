"""What the drawings of pages are made of: bands on lines of time, each with its words. Templates only write them."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.events import Event, LinkSeen, Recorded, SaidBy
from schemas.vocabulary import RELS
from schemas.when import When
from schemas.wording import short_day
from service.charts.axes import Axis, Band, around

LINKS_DRAWN = 12
SHORTEST_AHEAD = timedelta(30)
LONGEST_AHEAD = timedelta(400)
LONGEST_WORDS = 80
"""Characters of a label; where a page is too narrow for them, their end is cut off: a list below says all of it."""
NARROWEST_WORDS = 44
"""Characters that have room on a page 320 px wide."""

_MONTH = re.compile(rf"\b({'|'.join(month_name[1:])})\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a drawing: its words, its band (None: no day is known), how it is drawn, where it leads."""

    words: str
    band: Band | None
    look: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows on one line of time, and in a sentence what they show."""

    axis: Axis
    rows: list[Row]
    sentence: str
    mark: float | None = None


def look_of(status: str, who: str | None, *, exact: bool) -> str:
    """How sure a date is, as every drawing has it: `held` (`held wide` on a day not exactly known), `cancelled`,
    `given` where it is announced and the body itself is named as who gave it, else `guessed`."""
    if status == "held":
        return "held" if exact else "held wide"
    if status == "cancelled":
        return status
    return "given" if status == "announced" and who == "body" else "guessed"


def _look(status: str, said_by: SaidBy | None, when: When) -> str:
    return look_of(status, said_by.who if said_by else None, exact=not when.uncertain)


def funnel(history: Sequence[tuple[Recorded | None, Recorded]]) -> Drawing | None:
    """How a date firmed up: a row for each thing that was said of it, oldest on top. None where it never moved."""
    said = [each.event for before, each in history if not each.replaced and _moved(before, each)]
    days = [day for event in said for day in (event.when.starts_min, event.when.starts_max) if day]
    if len({event.when for event in said}) < 2 or not days:
        return None
    axis = around(min(days), max(days))
    rows = [
        Row(
            shortened(_with_short_months(f"{short_day(event.known_on)}: {event.when.text}")),
            axis.band(event.when.starts_min, event.when.starts_max) if event.when.starts_min else None,
            _look(event.status, event.said_by, event.when),
        )
        for event in said
    ]
    widths = " to ".join(_width(event.when) for event in (said[0], said[-1]))
    return Drawing(axis, rows, f"What was said of the day it begins, {len(said)} times: from {widths}.")


def _moved(before: Recorded | None, now: Recorded) -> bool:
    return before is None or (before.event.when, before.event.status) != (now.event.when, now.event.status)


def _ends(when: When) -> list[date]:
    return [day for day in (when.starts_min, when.starts_max, when.ends_min, when.ends_max) if day]


def _width(when: When) -> str:
    if when.starts_min is None or when.starts_max is None:
        return "no date"
    days = (when.starts_max - when.starts_min).days + 1
    return "a single day" if days == 1 else f"a window of {days:,} days"


def linked(event: Event, links: Sequence[LinkSeen]) -> Drawing | None:
    """The events that an event is linked with on a line of time, nearest first. None where no day is known."""
    own = event.when.starts_min
    dated = [link for link in links if link.other_when.starts_min]
    if own is None or not dated:
        return None
    shown = sorted(dated, key=lambda link: (abs((_first(link) - own).days), link.other_id))[:LINKS_DRAWN]
    days = [*_ends(event.when), *(day for link in shown for day in _ends(link.other_when))]
    axis = around(min(days), max(days))
    rows = [_link_row(axis, link) for link in sorted(shown, key=lambda link: (_first(link), link.other_id))]
    mark = axis.band(own, event.when.starts_max or own)
    sentence = f"{len(shown)} of {len(links)} linked events on a line of time; the upright line is this event."
    return Drawing(axis, rows, sentence, round(mark.x + mark.width / 2, 2) if mark else None)


def ahead(coming: Sequence[Event], day: date) -> Drawing | None:
    """The windows of what is coming on a line of time that begins on `day`: none beyond LONGEST_AHEAD, and those of no
    known end as far as the line goes. None where there is nothing to draw."""
    dated = [event for event in coming if event.when.starts_min and event.when.starts_max]
    if not dated:
        return None
    ends = [min(event.when.ends_max or event.when.starts_max or day, day + LONGEST_AHEAD) for event in dated]
    axis = Axis(day, max(*ends, day + SHORTEST_AHEAD))
    rows = [
        Row(
            shortened(event.title),
            axis.band(event.when.starts_min, event.when.starts_max),
            _look(event.status, event.said_by, event.when),
            f"/events/{event.id}",
        )
        for event in dated
    ]
    sentence = f"When {len(rows)} coming meeting{'' if len(rows) == 1 else 's'} may open, from this day on."
    return Drawing(axis, [row for row in rows if row.band], sentence)


def _first(link: LinkSeen) -> date:
    return link.other_when.starts_min or date.min


def _link_row(axis: Axis, link: LinkSeen) -> Row:
    words = f"{RELS[link.rel].words(link.direction)}, {gap_words(link.gap_days)}"
    look = _look(link.other_status, link.other_said_by, link.other_when)
    band = axis.band(link.other_when.starts_min, link.other_when.starts_max or link.other_when.starts_min)
    return Row(shortened(words), band, look, f"/events/{link.other_id}")


def gap_words(gap: tuple[int, int | None]) -> str:
    """`46 days between`; `11 to 20 days between`; `on the same day`."""
    least, most = gap
    if (least, most) == (0, 0):
        return "on the same day"
    if most is None:
        return "no bound on the days between"
    days = f"{most:,} day{'' if most == 1 else 's'} between"
    return days if least == most else f"{least:,} to {days}"


def _with_short_months(text: str) -> str:
    """A label with its months in three letters, as `short_day` has them, where it is too long for a narrow page."""
    return _MONTH.sub(lambda month: month[0][:3], text) if len(text) > NARROWEST_WORDS else text


def shortened(text: str, longest: int = LONGEST_WORDS) -> str:
    """A text that fits where a label stands."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"

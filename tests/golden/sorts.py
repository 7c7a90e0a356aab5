"""The sorts of event whose feeds are kept as files beside this one, and what any calendar program must see in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from calendars.feeds import FeedHead, join
from calendars.vevent import Style, render
from schemas.events import EventView, SaidBy
from tests.builders import a_link, a_source, a_view, an_event
from tests.judges.shown import Shown

STYLE = Style(public_url="https://leadup.example")
HEAD = FeedHead(
    name="Demo: key meetings",
    description="Made-up events, known until 30 April 2026",
    color="firebrick",
    source="https://leadup.example/calendars/demo.ics",
    url="https://leadup.example/",
    zone="Asia/Pyongyang",
)
MID_DECEMBER = "[2025-12-11..2025-12-20]"
PARTY = SaidBy("body", "the party")
PRESS = SaidBy("press")


@dataclass(frozen=True, kw_only=True)
class Golden:
    """A feed of `views` in `style` and the entries, in order, that it must show."""

    views: tuple[EventView, ...]
    shows: tuple[Shown, ...]
    style: Style = STYLE

    def feed(self) -> bytes:
        """The feed as it is rendered now."""
        return join(HEAD, (render(view, self.style) for view in self.views))


def path(name: str) -> Path:
    """Where the golden file of a sort lies."""
    return Path(__file__).with_name(f"{name}.ics")


def _exact_day() -> Golden:
    event = an_event(
        "2025-12-09",
        place=("Party hall", "Central District", "Capital", "XX"),
        people=("Ann Lee", "Bo Kim"),
        bodies=("Central Committee",),
        themes=("party", "economy"),
        sources=(a_source(day="2025-12-10"),),
        known_on=date(2025, 12, 10),
    )
    shown = Shown("2025-12-09", "2025-12-10", "Plenary of the Central Committee", "CONFIRMED")
    return Golden(views=(a_view(event),), shows=(shown,))


def _interval() -> Golden:
    view = a_view(an_event("2025-12-29/2025-12-31", known_on=date(2026, 1, 1)))
    return Golden(
        views=(view,), shows=(Shown("2025-12-29", "2026-01-01", "Plenary of the Central Committee", "CONFIRMED"),)
    )


def _begun_and_open_ended() -> Golden:
    view = a_view(an_event("2025-12-09/..", known_on=date(2025, 12, 10), sequence=1), before=MID_DECEMBER)
    title = "Plenary of the Central Committee (opened 9 December 2025)"
    return Golden(views=(view,), shows=(Shown("2025-12-09", "2025-12-10", title, "CONFIRMED"),))


def _mid_month() -> Golden:
    event = an_event(MID_DECEMBER, status="announced", said_by=PARTY, sources=(a_source(),))
    title = "Plenary of the Central Committee (mid-December 2025, the party)"
    return Golden(views=(a_view(event),), shows=(Shown("2025-12-11", "2025-12-21", title, "TENTATIVE"),))


def _month() -> Golden:
    event = an_event("2026-01", status="announced", said_by=PRESS)
    title = "Plenary of the Central Committee (January 2026, press)"
    return Golden(views=(a_view(event),), shows=(Shown("2026-01-01", "2026-01-02", title, "TENTATIVE"),))


def _month_as_band() -> Golden:
    return replace(
        _month(),
        style=replace(STYLE, uncertain="span", alarms=(7, 1)),
        shows=(
            Shown("2026-01-01", "2026-02-01", "Plenary of the Central Committee (January 2026, press)", "TENTATIVE"),
        ),
    )


def _undated() -> Golden:
    event = an_event("[2025-06-24..]", status="announced", said_by=PARTY, known_on=date(2025, 6, 24), title="Congress")
    title = "Congress (announced, no date, the party)"
    return Golden(views=(a_view(event),), shows=(Shown("2025-06-24", "2025-06-25", title, "TENTATIVE"),))


def _time_of_day() -> Golden:
    east = a_view(an_event("2026-02-19T09:00+09:00", title="Opening session"))
    half = a_view(an_event("2016-05-06T10:30+08:30", id="spring01", title="Congress"))
    west = a_view(an_event("2025-07-01T18:00+02:00", id="summer01", title="Press briefing", zone="Europe/Berlin"))
    return Golden(
        views=(half, west, east),
        shows=(
            Shown("2016-05-06T02:00:00Z", "2016-05-06T02:00:00Z", "Congress", "CONFIRMED", SPRING),
            Shown("2025-07-01T16:00:00Z", "2025-07-01T16:00:00Z", "Press briefing", "CONFIRMED", SUMMER),
            Shown("2026-02-19T00:00:00Z", "2026-02-19T00:00:00Z", "Opening session", "CONFIRMED"),
        ),
    )


def _overdue() -> Golden:
    event = an_event(
        "[2026-03-18..2026-04-30]", status="expected", said_by=PRESS, known_on=date(2026, 3, 18), title="First session"
    )
    title = "First session (between 18 March and 30 April 2026, press)"
    return Golden(views=(a_view(event),), shows=(Shown("2026-03-18", "2026-03-19", title, "TENTATIVE"),))


def _cancelled() -> Golden:
    event = an_event("2025-10-10", status="cancelled", title="Parade", kind="parade", sequence=2)
    return Golden(
        views=(a_view(event, before="[2025-10-01..2025-10-10]"),),
        shows=(Shown("2025-10-10", "2025-10-11", "Cancelled: Parade", "CANCELLED"),),
    )


def _retracted() -> Golden:
    event = an_event("2025-10-10", status="retracted", title="Parade", kind="parade", sequence=1)
    return Golden(
        views=(a_view(event),), shows=(Shown("2025-10-10", "2025-10-11", "Entered in error: Parade", "CANCELLED"),)
    )


def _renamed() -> Golden:
    event = an_event(title="Plenary of the Executive Committee", bodies=("Executive Committee",), sequence=1)
    return Golden(
        views=(a_view(event, changed_at="2026-01-02T03:04:05Z"),),
        shows=(Shown("2025-12-09", "2025-12-10", "Plenary of the Executive Committee", "CONFIRMED"),),
    )


def _moved() -> Golden:
    event = an_event("2026-02-19", status="announced", said_by=PARTY, title="Congress", sequence=3)
    view = a_view(event, before="[2026-02-21..2026-02-28]", before_said_by=PARTY, known_since=date(2025, 10, 30))
    return Golden(views=(view,), shows=(Shown("2026-02-19", "2026-02-20", "Congress", "TENTATIVE"),))


def _linked() -> Golden:
    plenary = an_event(MID_DECEMBER, status="announced", said_by=PARTY)
    congress = an_event("[2026-02-21..2026-02-28]", id="spring01", title="Congress")
    visit = an_event("2025-12-03", id="visit001", title="Visit to the new hospital")
    report = an_event("2025-11-01", id="report01", title="Report of the Politburo")
    season = an_event("2025-12", id="season01", title="Year-end meetings")
    links = (
        a_link("announces", report, plenary, direction="in"),
        a_link("leads_up_to", visit, plenary, direction="in"),
        a_link("leads_up_to", congress, plenary),
        a_link("part_of", season, plenary),
    )
    title = "Plenary of the Central Committee (mid-December 2025, the party)"
    return Golden(views=(a_view(plenary, links=links),), shows=(Shown("2025-12-11", "2025-12-21", title, "TENTATIVE"),))


def _other_scripts() -> Golden:
    korean, chinese = (
        "조선로동당 중앙위원회 제8기 제13차 전원회의 확대회의가 당중앙위원회 본부청사에서 진행",
        "朝鲜劳动党第九次代表大会" * 4,
    )
    views = (
        a_view(an_event(title=korean)),
        a_view(an_event("2026-02-19", id="spring01", title=chinese, note="一" * 90)),
    )
    return Golden(
        views=views,
        shows=(
            Shown("2025-12-09", "2025-12-10", korean, "CONFIRMED"),
            Shown("2026-02-19", "2026-02-20", chinese, "CONFIRMED", SPRING),
        ),
    )


def _long_note() -> Golden:
    note = ("The meeting took stock of the year; what comes next, it left open. " * 15)[:1000]
    return Golden(
        views=(a_view(an_event(note=note)),),
        shows=(Shown("2025-12-09", "2025-12-10", "Plenary of the Central Committee", "CONFIRMED"),),
    )


def _escapes() -> Golden:
    title = 'Bread, water; a back\\ slash: "quoted" & <b>bold</b> 100 %'
    event = an_event(
        title=title,
        themes=("food, water", "a;b"),
        place=('Hall "A"; east, wing',),
        note="line one\nline two; C:\\New, \\n\r\nEND:VEVENT",
        sources=(a_source('The "Daily"', title="Says: ^caret, semi; colon:", url="https://news.example/a b?c=d;e,f"),),
    )
    return Golden(views=(a_view(event),), shows=(Shown("2025-12-09", "2025-12-10", title, "CONFIRMED"),))


def _every_escape() -> Golden:
    """Each character that something in a content line must not hold as it is, in each sort of place for a text."""
    hostile = 'back\\slash, comma; semicolon: colon "quotes" ^caret ^n tab\there line\nfeed return\r\nbell\x07 del\x7f'
    hostile += " next\x85line \u2028 and \u2029 END:VEVENT"
    event = an_event(
        MID_DECEMBER,
        status="announced",
        title=hostile,
        said_by=SaidBy("body", hostile),
        place=(hostile, hostile, hostile, "XX"),
        people=(hostile,),
        bodies=(hostile,),
        themes=(hostile,),
        programme=hostile,
        note=hostile,
        sources=(
            a_source(hostile, title=hostile, url='https://news.example/ä "<>\\^`{|}\n?q=조선;a,b#c'),
            a_source(hostile, title=hostile, url=None, day=""),
        ),
    )
    other = an_event(id="spring01", title=hostile)
    shown = 'back\\slash, comma; semicolon: colon "quotes" ^caret ^n tab here line feed return bell del'
    shown += " next line   and   END:VEVENT"
    title = f"{shown} (mid-December 2025, {shown})"
    return Golden(
        views=(a_view(event, links=(a_link("announces", other, event),)),),
        shows=(Shown("2025-12-11", "2025-12-21", title, "TENTATIVE"),),
    )


def _empty() -> Golden:
    return Golden(views=(), shows=())


SPRING, SUMMER = "spring01@demo.leadup", "summer01@demo.leadup"

GOLDENS: dict[str, Callable[[], Golden]] = {
    "exact-day": _exact_day,
    "interval": _interval,
    "begun-and-open-ended": _begun_and_open_ended,
    "mid-month": _mid_month,
    "month": _month,
    "month-as-band-with-alarms": _month_as_band,
    "undated": _undated,
    "time-of-day": _time_of_day,
    "overdue": _overdue,
    "cancelled": _cancelled,
    "retracted": _retracted,
    "renamed": _renamed,
    "moved": _moved,
    "linked": _linked,
    "other-scripts": _other_scripts,
    "long-note": _long_note,
    "escapes": _escapes,
    "every-escape": _every_escape,
    "empty": _empty,
}

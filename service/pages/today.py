"""/ - what is coming and how sure it is, what is overdue, what is new, how old all this is."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response

from schemas.calendars import Calendar
from schemas.events import Event
from schemas.vocabulary import RELS
from schemas.wording import day_words
from service import news, publishing, windows
from service.briefing import Age, Coming, Custom, brief
from service.doors import asking
from service.pages import drawing, runups
from service.pages.conventions import days_words, page, standing, who_words

door = Blueprint("today", __name__)


@door.route("/")
@asking
def show_today() -> Response:
    """The first page."""
    with standing() as at:
        briefing = brief(at)
        mornings = [
            calendar.showcase for calendar in at.calendars.values() if calendar.showcase and calendar.showcase < at.day
        ]
        return page(
            "today.html",
            at,
            briefing=briefing,
            windows=drawing.ahead([each.event for each in briefing.coming], at.day),
            record=windows.beside(at, briefing.coming[0].event) if briefing.coming else None,
            week=news.of_week(at),
            runup=runups.present(at, briefing.coming),
            rels=RELS,
            ahead_words=ahead_words,
            given_words=given_words,
            custom_words=custom_words,
            age_words=age_words,
            covered_words=covered_words,
            window_words=window_words,
            weekday_words=weekday_words,
            mornings=mornings,
            calendars=list(at.calendars.values()),
            feeds=publishing.key_meeting_feeds(at),
        )


def ahead_words(coming: Coming) -> str:
    """In how many days a window opens, with as much as is known: `in 6 to 15 days`, `any day now`."""
    opens, closes = coming.opens_in_days, coming.closes_in_days
    if opens is None or closes is None:
        return "no date is known"
    if opens == closes:
        return "today" if opens == 0 else f"in {days_words(opens)}"
    if opens == 0:
        return f"any day now, at the latest in {days_words(closes)}"
    return f"in {opens:,} to {days_words(closes)}"


def given_words(event: Event) -> str:
    """`Announced. The date is given by the body itself`; what others give is what they expect, as letters have it."""
    who = who_words(event.said_by)
    if event.said_by is not None and event.said_by.who != "body":
        return f"Expected by {who}"
    return f"{event.status.capitalize()}. The date is given by {who}"


def custom_words(custom: Custom) -> str:
    """`A plenary opened in December in 6 of 7 years (2019 to 2025), between the 9th and the 28th.`"""
    month = date(2000, custom.month, 1).strftime("%B")
    article = "An" if custom.label[:1] in "AEIOU" else "A"
    label = custom.label[:1].lower() + custom.label[1:]
    first, last = _ordinal(custom.first_day), _ordinal(custom.last_day)
    days = f"on the {first}" if first == last else f"between the {first} and the {last}"
    years = f"{custom.years} of {len(custom.since)} years ({custom.since[0]} to {custom.since[-1]})"
    return f"{article} {label} opened in {month} in {years}, {days}."


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def age_words(age: Age) -> str:
    """`North Korea: newest report known 27 April 2026, 210 days ago.`"""
    if age.newest_known_on is None or age.days_ago is None:
        return f"{age.calendar.name}: nothing is recorded yet."
    ago = "today" if age.days_ago == 0 else f"{days_words(age.days_ago)} ago"
    return f"{age.calendar.name}: newest report known {day_words(age.newest_known_on)}, {ago}."


def covered_words(calendar: Calendar, until: date, kinds: tuple[str, ...]) -> str:
    """`Plenaries, leader's visits and speeches covered until 31 March 2026.`"""
    plurals = [kind.plural for slug in kinds if (kind := calendar.kind(slug))]
    lower = [plural[:1].lower() + plural[1:] for plural in plurals]
    listed = ", ".join(lower[:-1]) + f" and {lower[-1]}" if len(lower) > 1 else lower[0]
    return f"{listed[:1].upper()}{listed[1:]} covered until {day_words(until)}."


def window_words(event: Event) -> str:
    """`mid-December 2025, read as 11 to 20 December 2025`: words with the days that they are taken for."""
    when, text = event.when, event.when.text
    first, last = when.starts_min, when.starts_max
    if first is None or last is None or first == last or not text[:1].isalpha() or text.startswith("between"):
        return text
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{text}, read as {first.day if same_month else day_words(first)} to {day_words(last)}"


def weekday_words(day: date) -> str:
    """`Friday 5 December 2025`."""
    return f"{day:%A} {day_words(day)}"

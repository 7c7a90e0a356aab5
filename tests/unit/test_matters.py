"""The rules of who is told of what: which matter a revision is, and when a lead-day letter goes."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events import SaidBy
from schemas.matters import (
    comes_to,
    generation,
    lead_days_of,
    leads_of,
    matter_of,
    moment_on,
    moved_later,
    raises,
    why_no_lead,
    window_from,
)
from schemas.subscriptions import Choices
from schemas.when import parse
from schemas.windows import Told

WINDOW, NARROW, LATER = "[2025-12-11..2025-12-20]", "[2025-12-15..2025-12-18]", "[2025-12-21..2025-12-24]"
PYONGYANG = "Asia/Pyongyang"


def told(when: str = WINDOW, status: str = "announced", known_on: str = "2025-12-01", who: str | None = "body") -> Told:
    return Told(date.fromisoformat(known_on), parse(when), status, SaidBy(who) if who else None)


@pytest.mark.parametrize(
    ("before", "after", "matter"),
    [
        (None, told(), "announced"),
        (None, told(status="expected"), None),
        (None, told("2025-12-09", "held"), None),
        (told(status="expected"), told(), "announced"),
        (told(status="cancelled"), told(), "announced"),
        (told(), told(), None),
        (told(), told("[2025-12-15..2025-12-18]"), "firmed"),
        (told("[2025-12-11..]"), told(), "announced"),
        (told("[2025-12-11..]", who="press"), told(who="press"), "firmed"),
        (told("[2025-12-11..]"), told("[2025-12-12..]"), None),
        (told(), told("[2025-12-12..]"), "moved"),
        (told(who="press"), told(), "announced"),
        (told(who="press"), told("[2025-12-15..2025-12-18]"), "announced"),
        (told(who=None), told("[2025-12-21..2025-12-24]"), "announced"),
        (told(), told(who="press"), None),
        (told("[2025-12-11..]"), told("[2025-12-12..]", who="press"), None),
        (told(), told("2025-12-11/2025-12-13"), "firmed"),
        (told(), told("[2025-12-15..2025-12-24]"), "moved"),
        (told(), told("[2025-12-11..2025-12-25]"), "moved"),
        (told(), told("[2025-12-08..2025-12-10]"), "moved"),
        (told(status="expected"), told("2026-01", "expected"), "moved"),
        (told(), told(status="cancelled"), "cancelled"),
        (told(), told("2025-12-09/..", "held"), "opened"),
        (told("2025-12-09/..", "held"), told("2025-12-09/2025-12-11", "held"), None),
    ],
)
def test_which_matter_a_revision_is(before: Told | None, after: Told, matter: str | None) -> None:
    assert matter_of(before, after) == matter


@pytest.mark.parametrize(
    ("before", "after", "last", "matter"),
    [
        (told(), told(LATER), None, "moved"),
        (told(LATER), told(), told(), None),
        (told(LATER), told(NARROW), told(), "firmed"),
        (told(LATER), told(who="press"), told(), None),
        (told(LATER), told(LATER), told(who="press"), "announced"),
        (told(), told("2025-12-12", "held"), told(status="cancelled"), "opened"),
        (told(), told(status="cancelled"), told(LATER), "cancelled"),
    ],
)
def test_what_a_change_comes_to_hangs_on_what_was_told_last(
    before: Told, after: Told, last: Told | None, matter: str | None
) -> None:
    assert comes_to(before, after, last) == matter


def test_only_fresh_news_of_what_lies_ahead_raises_letters() -> None:
    today = date(2025, 12, 4)
    assert raises(None, told(known_on="2025-12-01"), today) == "announced"
    assert raises(None, told(known_on="2025-11-30"), today) is None
    assert raises(None, told("[2025-11-11..2025-11-20]", known_on="2025-12-04"), today) is None
    assert raises(told("[2025-11-11..2025-11-20]"), told(known_on="2025-12-04"), today) == "moved"
    assert raises(told("[2025-11-11..2025-11-20]"), told("2025-12-01", "held", "2025-12-02"), today) == "opened"


@pytest.mark.parametrize(
    ("before", "now", "later"),
    [
        (WINDOW, "[2025-12-15..2025-12-20]", False),
        (WINDOW, "[2025-12-15..2025-12-18]", False),
        (WINDOW, "[2025-12-11..2025-12-25]", False),
        (WINDOW, "[2025-12-08..2025-12-10]", False),
        (WINDOW, "[2025-12-15..2025-12-24]", True),
        (WINDOW, "2025-12-22", True),
        (WINDOW, "[2025-12-22..]", False),
    ],
    ids=["narrowed", "firmed", "widened", "earlier", "later in part", "later", "no window"],
)
def test_a_window_moved_later_opens_later_and_closes_later(before: str, now: str, later: bool) -> None:
    assert moved_later(parse(before), parse(now)) is later


def test_only_the_body_moves_its_own_window() -> None:
    later = "[2025-12-21..2025-12-24]"
    assert generation([(0, told()), (1, told(later))]) == 1
    assert generation([(0, told()), (1, told(later, who="press")), (2, told())]) == 0
    assert generation([(0, told()), (1, told(later)), (2, told("2026-01"))]) == 2
    assert generation([(0, told()), (1, told(later, who=None))]) == 0


@pytest.mark.parametrize(
    ("state", "choices", "why"),
    [
        (told(), Choices(), None),
        (told("2025-12"), Choices(), None),
        (told(status="expected"), Choices(), "it was expected, not announced"),
        (told("[2025-12-11..]"), Choices(), "no window was announced"),
        (told(who="press"), Choices(), "the window was given by the press"),
        (told(who=None), Choices(), "the window was given by nobody named"),
        (told(who="press"), Choices(given_by=("body", "press")), None),
        (told("[2025-12-01..2026-01-01]"), Choices(), "the window was 32 days wide"),
        (told("[2025-12-01..2026-01-01]"), Choices(widest_days=32), None),
        (told(), Choices(widest_days=9), "the window was 10 days wide"),
    ],
)
def test_lead_day_letters_are_for_narrow_windows_given_by_the_body(
    state: Told, choices: Choices, why: str | None
) -> None:
    assert why_no_lead(state, choices) == why


def test_of_several_lead_days_each_is_of_use_until_the_next() -> None:
    found = lead_days_of(date(2025, 12, 11), PYONGYANG, Choices(lead_days=(1, 30, 7)))
    assert [(each.days, str(each.moment.date()), str(each.until)) for each in found] == [
        (30, "2025-11-11", "2025-12-04"),
        (7, "2025-12-04", "2025-12-10"),
        (1, "2025-12-10", "2025-12-11"),
    ]


def test_a_letter_goes_at_the_hour_of_the_subscriber_on_the_day_of_the_calendar() -> None:
    day = date(2025, 12, 4)
    berlin = moment_on(day, PYONGYANG, Choices(zone="Europe/Berlin"))
    assert berlin.isoformat() == "2025-12-04T07:00:00+01:00"
    honolulu = moment_on(day, PYONGYANG, Choices(zone="Pacific/Honolulu", hour=time(23)))
    assert honolulu.isoformat() == "2025-12-03T23:00:00-10:00"
    assert honolulu.astimezone(ZoneInfo(PYONGYANG)).date() == day


def test_with_weekdays_only_a_letter_goes_before_the_weekend() -> None:
    sunday = date(2025, 12, 7)
    assert moment_on(sunday, PYONGYANG, Choices(weekdays=True)).date() == date(2025, 12, 5)
    assert moment_on(sunday, PYONGYANG, Choices()).date() == sunday


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["Asia/Pyongyang", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "America/New_York"]),
    st.sampled_from(["Asia/Pyongyang", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "America/New_York"]),
    st.times(),
    st.booleans(),
)
def test_no_letter_goes_later_than_its_day_or_days_before_it(
    day: date, zone: str, own: str, hour: time, weekdays: bool
) -> None:
    choices = Choices(zone=own, hour=hour.replace(tzinfo=None), weekdays=weekdays)
    moment: datetime = moment_on(day, zone, choices)
    there = moment.astimezone(ZoneInfo(zone)).date()
    assert 0 <= (day - there).days <= (3 if weekdays else 1)
    assert not weekdays or moment.weekday() < 5


def test_a_window_stands_from_the_revision_on_that_brought_it_and_not_from_one_that_others_came_between() -> None:
    states = [(0, told()), (1, told(LATER)), (2, told(known_on="2025-12-03")), (3, told(known_on="2025-12-04"))]
    assert window_from(states)[0] == 2
    assert window_from(states[:1])[0] == 0


@pytest.mark.parametrize(
    ("known_on", "went", "about"),
    [
        ("2025-12-01", set(), ["14", "7"]),
        ("2025-12-01", {("announced", "0")}, ["7"]),
        ("2025-12-05", {("announced", "0")}, []),
        ("2025-12-05", {("announced", "9"), ("lead", "0")}, ["14", "7"]),
    ],
)
def test_a_window_that_became_known_after_a_lead_day_needs_no_second_letter(
    known_on: str, went: set[tuple[str, str]], about: list[str]
) -> None:
    choices = Choices(lead_days=(14, 7))
    found = leads_of([(0, told(known_on=known_on))], PYONGYANG, choices, lambda *key: key in went)
    assert [each for _, each in found] == about


def test_a_lead_day_comes_again_under_another_key_once_the_body_moved_its_window_later() -> None:
    states = [(0, told()), (1, told(LATER))]
    assert [each for _, each in leads_of(states, PYONGYANG, Choices(), lambda *key: False)] == ["7/1"]
    assert not list(leads_of([*states, (2, told("2025-12-21", "held"))], PYONGYANG, Choices(), lambda *key: False))

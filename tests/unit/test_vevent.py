"""VEVENT: what each sort of event becomes, field by field. Whole entries stand in tests/golden."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendars.vevent import Entry, Style, digest, entry, render
from schemas.events import EventView, Place, SaidBy
from tests.builders import a_link, a_source, a_view, an_event
from tests.icalendar_grammar import content_lines, values

STYLE = Style(public_url="https://leadup.example")
MID_DECEMBER = "[2025-12-11..2025-12-20]"
LATE_FEBRUARY = "[2026-02-21..2026-02-28]"
FIRST_QUARTER = "[2026-01-01..2026-03-31]"


def shown(when: str, style: Style = STYLE, **changes: object) -> dict[str, str]:
    """The properties of the VEVENT of an event on `when`."""
    return values(render(a_view(an_event(when, **changes)), style))


def days(when: str, uncertain: str = "auto", **changes: object) -> tuple[str, str]:
    """First day and end (exclusive) of the entry."""
    seen = shown(when, replace(STYLE, uncertain=uncertain), **changes)
    return seen["DTSTART"], seen["DTEND"]


def all_of(view: EventView, name: str) -> list[str]:
    """Every value of a property, read as TEXT."""
    return [line.text for line in content_lines(render(view, STYLE)) if line.name == name]


class TestIdentity:
    def test_the_uid_is_made_of_the_id_and_the_calendar_alone(self) -> None:
        assert shown("2025-12-09")["UID"] == "autumn01@demo.leadup"
        assert shown("2026-01", title="Renamed", sequence=4)["UID"] == "autumn01@demo.leadup"

    def test_the_sequence_is_that_of_the_state_shown(self) -> None:
        assert shown("2025-12-09", sequence=2, last_sequence=5)["SEQUENCE"] == "2"

    def test_both_stamps_are_the_newest_change_that_the_view_shows(self) -> None:
        seen = values(render(a_view(changed_at="2025-12-10T08:09:10.987654Z"), STYLE))

        assert seen["DTSTAMP"] == seen["LAST-MODIFIED"] == "20251210T080910Z"

    def test_the_address_and_the_concept_are_under_the_public_address(self) -> None:
        seen = shown("2025-12-09")

        assert seen["URL"] == "https://leadup.example/events/autumn01"
        assert seen["CONCEPT"] == "https://leadup.example/api/v1/kinds#plenary"


class TestDays:
    def test_an_exact_day_is_that_day(self) -> None:
        assert days("2025-12-09") == ("20251209", "20251210")

    def test_the_end_of_an_interval_is_exclusive_across_the_year(self) -> None:
        assert days("2025-12-29/2025-12-31") == ("20251229", "20260101")

    def test_an_exact_interval_stays_a_band_however_long(self) -> None:
        assert days("2025-12-01/2025-12-29") == ("20251201", "20251230")

    def test_what_has_begun_is_one_entry_on_its_first_day_in_every_style(self) -> None:
        for uncertain in ("auto", "span", "first", "skip"):
            assert days("2025-12-09/..", uncertain, known_on=date(2025, 12, 14)) == ("20251209", "20251210")

    def test_a_span_of_ten_days_is_a_band(self) -> None:
        assert days(MID_DECEMBER) == ("20251211", "20251221")

    def test_a_span_of_eleven_days_is_one_day(self) -> None:
        assert days("[2025-12-10..2025-12-20]") == ("20251210", "20251211")

    def test_a_wide_span_stands_on_the_day_it_became_known_if_that_is_later(self) -> None:
        assert days("2026-01", known_on=date(2025, 11, 1)) == ("20260101", "20260102")
        assert days("2026-01", known_on=date(2026, 1, 12)) == ("20260112", "20260113")

    def test_a_wide_span_known_after_its_end_stands_on_its_last_day(self) -> None:
        assert days("2025-06", known_on=date(2025, 11, 1)) == ("20250630", "20250701")

    def test_an_undated_event_stands_on_the_later_of_its_bound_and_the_day_it_became_known(self) -> None:
        assert days("[2025-06-24..]", known_on=date(2025, 6, 24)) == ("20250624", "20250625")
        assert days("[2025-06-24..]", known_on=date(2025, 7, 1)) == ("20250701", "20250702")

    def test_span_draws_every_closed_span_as_a_band(self) -> None:
        assert days(FIRST_QUARTER, "span") == ("20260101", "20260401")
        assert days("[2025-06-24..]", "span") == ("20251101", "20251102")

    def test_first_draws_the_earliest_day(self) -> None:
        assert days(MID_DECEMBER, "first") == ("20251211", "20251212")
        assert days("[2025-06-24..]", "first") == ("20250624", "20250625")

    def test_skip_leaves_out_uncertain_days_only(self) -> None:
        skip = replace(STYLE, uncertain="skip")

        assert render(a_view(an_event(MID_DECEMBER)), skip) == b""
        assert render(a_view(an_event("2025-12-09")), skip) == render(a_view(an_event("2025-12-09")), STYLE)

    def test_the_last_day_of_the_calendar_has_no_end(self) -> None:
        assert "DTEND" not in shown("9999-12-31")

    def test_an_unknown_style_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'sometimes'; it must be one of auto, span, first, skip"):
            Style(public_url="https://leadup.example", uncertain="sometimes")


class TestStatus:
    @pytest.mark.parametrize(
        ("when", "status", "shown_as"),
        [
            ("2025-12-09", "held", "CONFIRMED"),
            ("2025-12-09/2025-12-11", "held", "CONFIRMED"),
            ("2025-12-09/..", "held", "CONFIRMED"),
            ("2025-12-09?/..", "held", "TENTATIVE"),
            ("2025-12-09~", "held", "TENTATIVE"),
            ("2025-12-09?", "held", "TENTATIVE"),
            (MID_DECEMBER, "held", "TENTATIVE"),
            ("2025-12-09", "announced", "TENTATIVE"),
            (MID_DECEMBER, "announced", "TENTATIVE"),
            ("2025-12-09", "expected", "TENTATIVE"),
            ("2025-12-09", "cancelled", "CANCELLED"),
            (MID_DECEMBER, "cancelled", "CANCELLED"),
            ("2025-12-09", "retracted", "CANCELLED"),
        ],
    )
    def test_only_what_is_held_on_a_sure_day_is_confirmed(self, when: str, status: str, shown_as: str) -> None:
        assert shown(when, status=status)["STATUS"] == shown_as

    @pytest.mark.parametrize("status", ["expected", "announced", "held", "cancelled"])
    def test_no_entry_makes_its_reader_busy(self, status: str) -> None:
        assert shown("2025-12-09", status=status)["TRANSP"] == "TRANSPARENT"


class TestTitle:
    def test_an_exact_date_adds_nothing(self) -> None:
        assert shown("2025-12-09")["SUMMARY"] == "Plenary of the Central Committee"
        assert shown("2025-12-09", status="announced")["SUMMARY"] == "Plenary of the Central Committee"

    def test_an_uncertain_date_ahead_carries_its_words_and_whose_they_are(self) -> None:
        seen = shown(MID_DECEMBER, status="announced", said_by=SaidBy("body", "the party"))

        assert seen["SUMMARY"] == "Plenary of the Central Committee (mid-December 2025, the party)"

    @pytest.mark.parametrize(
        ("who", "words"), [("body", "the body itself"), ("government", "a government"), ("press", "press")]
    )
    def test_without_a_name_the_sort_of_sayer_stands(self, who: str, words: str) -> None:
        seen = shown(MID_DECEMBER, status="announced", said_by=SaidBy(who))

        assert seen["SUMMARY"] == f"Plenary of the Central Committee (mid-December 2025, {words})"

    def test_a_first_day_still_ahead_has_not_opened(self) -> None:
        assert shown("2026-02-19/..")["SUMMARY"] == "Plenary of the Central Committee (opened 19 February 2026)"

        ahead = shown("2026-02-19/..", status="announced")["SUMMARY"]
        assert ahead == "Plenary of the Central Committee (opens 19 February 2026, the body itself)"

    def test_an_exact_date_that_is_merely_expected_says_so(self) -> None:
        seen = shown("2025-12-09", status="expected", said_by=SaidBy("press"))

        assert seen["SUMMARY"] == "Plenary of the Central Committee (expected, press)"

    def test_an_uncertain_date_of_the_past_needs_no_sayer(self) -> None:
        assert shown(MID_DECEMBER)["SUMMARY"] == "Plenary of the Central Committee (mid-December 2025)"

    def test_a_calendar_program_that_ignores_the_status_still_shows_it(self) -> None:
        assert shown("2025-12-09", status="cancelled")["SUMMARY"] == "Cancelled: Plenary of the Central Committee"
        assert (
            shown("2025-12-09", status="retracted")["SUMMARY"] == "Entered in error: Plenary of the Central Committee"
        )


class TestEntry:
    def test_it_is_what_the_bytes_show(self) -> None:
        event = an_event(MID_DECEMBER, status="announced", said_by=SaidBy("body", "the party"))
        title = "Plenary of the Central Committee (mid-December 2025, the party)"
        assert entry(event, "auto") == Entry(date(2025, 12, 11), date(2025, 12, 20), None, title, "TENTATIVE")

    def test_a_time_of_day_is_told_as_the_clocks_of_the_calendar_show_it(self) -> None:
        seen = entry(an_event("2026-02-19T23:30Z", zone="Asia/Pyongyang"), "auto")
        moment = datetime(2026, 2, 20, 8, 30, tzinfo=ZoneInfo("Asia/Pyongyang"))
        assert seen
        assert (seen.first, seen.last, seen.moment) == (moment.date(), moment.date(), moment)

    def test_what_is_skipped_is_none(self) -> None:
        assert entry(an_event(MID_DECEMBER), "skip") is None


class TestTimeOfDay:
    def test_it_stands_as_local_time_of_the_calendar_and_ends_there(self) -> None:
        seen = {line.name: line for line in content_lines(render(a_view(an_event("2026-02-19T09:00+09:00")), STYLE))}

        assert seen["DTSTART"].parameters == {"TZID": "Asia/Pyongyang"}
        assert seen["DTSTART"].value == "20260219T090000"
        assert "DTEND" not in seen

    def test_a_zone_of_the_longest_name_is_not_folded(self) -> None:
        view = a_view(an_event("2026-02-19T09:00-03:00", zone="America/Argentina/ComodRivadavia"))

        assert b"\r\nDTSTART;TZID=America/Argentina/ComodRivadavia:20260219T090000\r\n" in render(view, STYLE)


class TestDescription:
    def test_an_uncertain_date_says_how_it_is_read_by_whom_it_is_given_and_since_when(self) -> None:
        told = shown(MID_DECEMBER, status="announced")["DESCRIPTION"]

        assert told.startswith(
            "Date: mid-December 2025 (read as 11 December 2025 to 20 December 2025), given by the body itself.\n"
            "Status: announced. Known since 1 November 2025.\n"
        )

    def test_a_single_doubtful_day_needs_no_reading(self) -> None:
        told = shown("2025-12-09?")["DESCRIPTION"]

        assert told.startswith("Date: 9 December 2025 (source in doubt), given by the body itself.\n")

    def test_it_says_what_the_date_was_before(self) -> None:
        told = values(render(a_view(an_event(LATE_FEBRUARY), before="2026-02"), STYLE))["DESCRIPTION"]

        assert "\nBefore: February 2026 (read as 1 February 2026 to 28 February 2026), given by press.\n" in told

    def test_since_when_is_the_views_own_answer_where_it_has_one(self) -> None:
        told = values(render(a_view(known_since=date(2025, 10, 30)), STYLE))["DESCRIPTION"]

        assert told.startswith("Status: held. Known since 30 October 2025.")

    def test_the_note_comes_first_and_the_page_last(self) -> None:
        told = shown("2025-12-09", note="First line\nsecond line")["DESCRIPTION"]

        assert told.startswith("First line\nsecond line\n\nStatus: held.")
        assert told.endswith("\n\nhttps://leadup.example/events/autumn01")

    @pytest.mark.parametrize(
        ("when", "other", "words"),
        [
            ("2025-12-03", "2025-12-05", "2 days later"),
            ("2025-12-05", "2025-12-04", "1 day earlier"),
            ("2025-12-05", "2025-12-05", "the same day"),
            ("2025-12-09", LATE_FEBRUARY, "74 to 81 days later"),
            ("2025-12-15", MID_DECEMBER, "0 to 5 days apart"),
            ("2025-05-24", "[2025-06-24..]", "at least 31 days later"),
        ],
    )
    def test_a_link_says_the_days_between_and_which_way_where_that_is_sure(
        self, when: str, other: str, words: str
    ) -> None:
        event, congress = an_event(when), an_event(other, id="spring01", title="Congress")
        view = a_view(event, links=(a_link("leads_up_to", congress, event),))

        told = values(render(view, STYLE))["DESCRIPTION"]

        assert f"Leads up to: Congress ({congress.when.text}), {words}\n" in told

    def test_a_link_from_the_other_end_has_its_inverse_words(self) -> None:
        event, visit = an_event("2025-12-05"), an_event("2025-12-03", id="visit001", title="Visit to the site")
        view = a_view(event, links=(a_link("completes", visit, event, direction="in"),))

        assert (
            "\nCompleted by: Visit to the site (3 December 2025), 2 days earlier\n"
            in values(render(view, STYLE))["DESCRIPTION"]
        )

    def test_each_source_has_publisher_day_gist_and_address(self) -> None:
        told = shown("2025-12-09", sources=(a_source("Agency"), a_source("Radio", "", title=None, url=None)))[
            "DESCRIPTION"
        ]

        assert (
            "\n\nSource: Agency, 1 November 2025: Meeting convened\nhttps://news.example/1\nSource: Radio\n\n" in told
        )


class TestMachineReadable:
    def test_categories_are_the_kind_and_the_themes_each_escaped(self) -> None:
        event = an_event(themes=("party", "food, water"))

        assert b"\r\nCATEGORIES:plenary,party,food\\, water\r\n" in render(a_view(event), STYLE)

    def test_the_place_is_said_from_small_to_large_without_repeats(self) -> None:
        assert shown("2025-12-09", place=("Hall", "Pyongyang", "Pyongyang", "KP"))["LOCATION"] == "Hall, Pyongyang, KP"
        assert "LOCATION" not in shown("2025-12-09", place=Place())

    def test_a_part_names_its_parent_and_a_whole_its_child(self) -> None:
        event, other = an_event(), an_event(id="whole001")

        assert related(a_view(event, links=(a_link("part_of", other, event),))) == [("PARENT", "whole001@demo.leadup")]
        assert related(a_view(event, links=(a_link("part_of", other, event, direction="in"),)))[0][0] == "CHILD"

    def test_our_own_relations_are_named_from_this_end(self) -> None:
        event, other = an_event(), an_event(id="other001")
        links = (a_link("leads_up_to", other, event), a_link("completes", other, event, direction="in"))

        assert [reltype for reltype, _ in related(a_view(event, links=links))] == [
            "X-LEADUP-LEADS-UP-TO",
            "X-LEADUP-COMPLETED-BY",
        ]

    def test_a_source_with_an_address_is_a_link_and_one_without_is_kept_too(self) -> None:
        sources = (a_source(url="https://news.example/a b"), a_source("Radio", "", title="Said so", url=None))
        lines = {line.name: line for line in content_lines(render(a_view(an_event(sources=sources)), STYLE))}

        assert lines["LINK"].value == "https://news.example/a%20b"
        assert lines["LINK"].parameters == {
            "LINKREL": "via",
            "LABEL": "Meeting convened",
            "X-LEADUP-PUBLISHER": "State news agency",
            "X-LEADUP-PUBLISHED": "20251101",
            "VALUE": "URI",
        }
        assert lines["X-LEADUP-SOURCE"].value == "Said so"

    def test_the_date_stands_as_edtf_with_its_bounds_and_the_day_it_became_known(self) -> None:
        seen = shown(MID_DECEMBER)

        assert seen["X-LEADUP-EDTF"] == MID_DECEMBER.replace(",", "\\,")
        assert (seen["X-LEADUP-STARTS-MIN"], seen["X-LEADUP-STARTS-MAX"]) == ("20251211", "20251220")
        assert (seen["X-LEADUP-ENDS-MIN"], seen["X-LEADUP-ENDS-MAX"]) == ("20251211", "20251220")
        assert seen["X-LEADUP-KNOWN-ON"] == "20251101"

    def test_an_open_bound_is_absent(self) -> None:
        assert "X-LEADUP-ENDS-MAX" not in shown("2025-12-09/..")

    def test_what_ical_cannot_say_is_kept_for_our_own_import(self) -> None:
        event = an_event(
            MID_DECEMBER,
            status="announced",
            said_by=SaidBy("government", "a neighbour"),
            people=("Ann Lee", "Bo Kim"),
            bodies=("Central Committee",),
            programme="New sites",
            note="One\ntwo",
        )
        view = a_view(event)

        assert all_of(view, "X-LEADUP-TITLE") == ["Plenary of the Central Committee"]
        assert all_of(view, "X-LEADUP-STATUS") == ["announced"]
        assert all_of(view, "X-LEADUP-SAID-BY") == ["government"]
        assert all_of(view, "X-LEADUP-PERSON") == ["Ann Lee", "Bo Kim"]
        assert all_of(view, "X-LEADUP-BODY") == ["Central Committee"]
        assert all_of(view, "X-LEADUP-PROGRAMME") == ["New sites"]
        assert all_of(view, "X-LEADUP-NOTE") == ["One\ntwo"]

    def test_alarms_stand_before_what_lies_ahead_only(self) -> None:
        style = replace(STYLE, alarms=(7, 1))
        ahead = content_lines(render(a_view(an_event(status="announced")), style))

        assert [line.value for line in ahead if line.name == "TRIGGER"] == ["-P7D", "-P1D"]
        assert b"VALARM" not in render(a_view(an_event(status="held")), style)


HOSTILE = 'x\r\nSTATUS:CONFIRMED\nEND:VEVENT\rBEGIN:VEVENT\x85A\u2028B\x0bC\x00;D,E\\n"^:'


class TestNothingIsInjected:
    def test_no_text_of_any_field_can_begin_a_content_line(self) -> None:
        event = an_event(
            MID_DECEMBER,
            id=HOSTILE,
            kind=HOSTILE,
            title=HOSTILE,
            said_by=SaidBy("press", HOSTILE),
            place=(HOSTILE,) * 4,
            people=(HOSTILE,),
            bodies=(HOSTILE,),
            themes=(HOSTILE,),
            programme=HOSTILE,
            note=HOSTILE,
            sources=(a_source(HOSTILE, title=HOSTILE, url=HOSTILE), a_source(HOSTILE, title=HOSTILE, url=None)),
            status="announced",
        )
        view = a_view(event, links=(a_link("announces", event, event),))

        plain = an_event(MID_DECEMBER, id="a", kind="a", title="a", said_by=SaidBy("press", "a"), place=("a",) * 4,
                         people=("a",), bodies=("a",), themes=("a",), programme="a", note="a", status="announced",
                         sources=(a_source("a", title="a", url="a"), a_source("a", title="a", url=None)))  # fmt: skip
        harmless = a_view(plain, links=(a_link("announces", plain, plain),))

        names = [line.name for line in content_lines(render(view, STYLE))]
        assert names == [line.name for line in content_lines(render(harmless, STYLE))]
        assert names.count("BEGIN") == names.count("END") == names.count("STATUS") == 1


class TestPurity:
    def test_two_equal_views_give_the_same_bytes_and_digest(self) -> None:
        one, other = a_view(an_event(MID_DECEMBER)), a_view(an_event(MID_DECEMBER))

        assert render(one, STYLE) == render(other, STYLE)
        assert digest(one, STYLE) == digest(other, STYLE)

    @pytest.mark.parametrize(
        "changed",
        [
            a_view(an_event(title="Congress")),
            a_view(before="2025-12"),
            a_view(changed_at="2025-11-02T03:04:06Z"),
            a_view(links=(a_link("same_place", an_event(id="other001"), an_event()),)),
        ],
        ids=["title", "before", "changed_at", "links"],
    )
    def test_the_digest_moves_with_whatever_is_shown(self, changed: EventView) -> None:
        assert digest(changed, STYLE) != digest(a_view(), STYLE)

    def test_the_digest_moves_with_the_style(self) -> None:
        assert digest(a_view(), replace(STYLE, uncertain="first")) != digest(a_view(), STYLE)

    @pytest.mark.slow
    def test_hash_seed_and_local_zone_change_nothing(self) -> None:
        told = {_rendered_elsewhere(seed, zone) for seed, zone in (("0", "UTC"), ("1", "Pacific/Kiritimati"))}

        assert len(told) == 1
        assert len(told.pop()) > 500


def _rendered_elsewhere(seed: str, zone: str) -> bytes:
    """The bytes of one view, rendered by a process of its own."""
    program = (
        "import sys; from tests.builders import *; from calendars.vevent import Entry, Style, digest, entry, render;"
        "style = Style(public_url='https://leadup.example');"
        "view = a_view(an_event('2026-02-19', themes=('b', 'a'), sources=(a_source(),)), before='2026-02');"
        "sys.stdout.buffer.write(render(view, style) + digest(view, style).encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True).stdout


def related(view: EventView) -> list[tuple[str, str]]:
    """(RELTYPE, UID) of every RELATED-TO."""
    lines = content_lines(render(view, STYLE))
    return [(line.parameters["RELTYPE"], line.text) for line in lines if line.name == "RELATED-TO"]

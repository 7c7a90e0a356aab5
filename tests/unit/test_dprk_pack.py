"""The shipped North Korea pack: what it holds, and that nothing in it tells what became known later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import calendars
from calendars.packfiles import Pack, PackEvent, known_then, read_pack
from calendars.writtendays import days_in_address, days_in_date, days_in_words
from schemas.events import EventDraft
from schemas.names import Name
from schemas.words import folded

pytestmark = pytest.mark.slow

FOLDER = Path(calendars.__file__).parent / "packs" / "dprk"

TOLD_AHEAD = {("nampho-shipyard-destroyer-rally", date(2026, 10, 10))}
"""Later days that no date of the pack names but that a report of the day told: a pledge to build a ship by then."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(FOLDER)


def known(draft: EventDraft) -> date:
    assert draft.known_on is not None
    return draft.known_on


def the_event(pack: Pack, id_: str) -> PackEvent:
    return next(event for event in pack.events if event.id == id_)


def state_of(pack: Pack, id_: str, day: date) -> tuple[str, str]:
    last = the_event(known_then(pack, day), id_).revisions[-1]
    return last.status, last.when.edtf


def names_in(draft: EventDraft) -> set[str]:
    place = (draft.place.name, draft.place.county, draft.place.province) if draft.place else ()
    named = (*draft.people, *draft.bodies, *draft.themes, draft.programme, *place)
    return {name for name in named if name}


def addresses_in(draft: EventDraft) -> set[str]:
    return {source.url for source in draft.sources if source.url}


def sentences_in(draft: EventDraft) -> list[str]:
    told = [text for source in draft.sources for text in (source.publisher, source.title) if text]
    return [draft.title, *told]


def words_in(draft: EventDraft) -> set[str]:
    return split([*sentences_in(draft), *names_in(draft), *addresses_in(draft)])


def split(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in folded(text).split()}


def each(found_in: Callable[[EventDraft], set[str]], drafts: Iterable[EventDraft]) -> set[str]:
    return {found for draft in drafts for found in found_in(draft)}


@dataclass(frozen=True)
class Eve:
    """An event as known on the day before one of its later revisions, and what was to come."""

    day: date
    event: PackEvent
    later: list[EventDraft]
    known_events: set[str]


@pytest.fixture(scope="module")
def eves(pack: Pack) -> list[Eve]:
    return list(eves_of(pack))


def eves_of(pack: Pack) -> Iterator[Eve]:
    days = {known(draft) - timedelta(1) for event in pack.events for draft in event.revisions[1:]}
    for day in sorted(days):
        shown = {event.id: event for event in known_then(pack, day).events}
        for event in pack.events:
            later = [draft for draft in event.revisions if known(draft) > day]
            if event.id in shown and later and known(later[0]) == day + timedelta(1):
                yield Eve(day, shown[event.id], later, set(shown))


def test_the_pack_holds_what_the_collection_holds(pack: Pack) -> None:
    assert len(pack.events) == 849
    assert sum(len(event.revisions) for event in pack.events) == 1115 + 8
    assert sum(len(draft.sources) for event in pack.events for draft in event.revisions) == 1310
    assert sum(len(event.links) for event in pack.events) == 314
    assert len(pack.names) == 367
    assert (FOLDER / "events.jsonl").stat().st_size < 2**20


def test_events_stand_in_the_order_in_which_they_became_known(pack: Pack) -> None:
    order = [(known(event.revisions[0]), event.id) for event in pack.events]

    assert order == sorted(order)
    assert order[0][0] == pack.calendar.known_on == date(1946, 8, 30)


def test_every_later_revision_has_its_eve(eves: list[Eve]) -> None:
    assert len(eves) == 1115 + 8 - 849


def test_nothing_published_or_drawn_later_is_shown(eves: list[Eve]) -> None:
    for eve in eves:
        drafts, links = eve.event.revisions, eve.event.links
        assert all(known(draft) <= eve.day for draft in drafts)
        assert all((source.published or eve.day) <= eve.day for draft in drafts for source in draft.sources)
        assert all(link.known_on <= eve.day and link.to in eve.known_events for link in links)


def test_no_link_is_older_than_its_ends(pack: Pack) -> None:
    first = {event.id: known(event.revisions[0]) for event in pack.events}

    assert all(link.known_on >= max(first[e.id], first[link.to]) for e in pack.events for link in e.links)


def test_no_name_or_address_that_first_appears_in_a_later_entry_is_shown(pack: Pack, eves: list[Eve]) -> None:
    told_in: dict[str, dict[str, date]] = defaultdict(dict)
    for event in pack.events:
        for draft in event.revisions:
            for word in words_in(draft):
                told_in[word].setdefault(event.id, known(draft))
    for eve in eves:
        named = each(names_in, eve.event.revisions)
        to_be_named = split(each(names_in, eve.later) - named) - split(named)
        for word in to_be_named & each(words_in, eve.event.revisions):
            told_by = {id_ for id_, day in told_in[word].items() if day <= eve.day}
            assert told_by - {eve.event.id}, f"{eve.event.id} tells {word!r} by {eve.day}"
        assert not each(addresses_in, eve.later) & each(addresses_in, eve.event.revisions), eve.event.id


def test_until_an_event_is_held_its_people_site_and_themes_and_undated_sources_are_not_shown(pack: Pack) -> None:
    cases = 0
    for event in pack.events:
        for draft, after in pairwise(event.revisions):
            if draft.status != "held":
                cases += 1
                assert (draft.people, draft.themes, draft.place and draft.place.name) == ((), (), None), event.id
                assert all(source.published for source in draft.sources), event.id
            else:
                assert replace(after, known_on=None, when=draft.when, sources=()) == replace(
                    draft, known_on=None, sources=(), said_by=after.said_by
                ), event.id
    assert cases == 91


def test_no_day_after_known_on_stands_outside_the_date(pack: Pack) -> None:
    named: dict[date, date] = {}
    revisions = [(event, draft) for event in pack.events for draft in event.revisions]
    for _, draft in revisions:
        for day in days_in_date(draft.when.edtf):
            named[day] = min(known(draft), named.get(day, known(draft)))
    told_ahead = set()
    for event, draft in revisions:
        near = draft.when.starts_min or known(draft)
        days = [day for text in sentences_in(draft) for day in days_in_words(text, near)]
        days += [first for address in addresses_in(draft) for first, _ in days_in_address(address)]
        until = draft.when.ends_max or date.max
        later = {day for day in days if day > known(draft) and not near <= day <= until}
        told_ahead |= {(event.id, day) for day in later if named.get(day, date.max) > known(draft)}
    assert told_ahead == TOLD_AHEAD


def test_no_note_is_shipped(pack: Pack) -> None:
    assert all(draft.note is None for event in pack.events for draft in event.revisions)
    assert '"note"' not in (FOLDER / "names.jsonl").read_text("utf-8")


def test_ids_hold_no_day_that_became_known_later(pack: Pack) -> None:
    assert all(first <= known(e.revisions[0]) for e in pack.events for first, _ in days_in_address(e.id))


def words(text: str) -> str:
    return f" {folded(text)} "


def bearing(name: Name, pack: Pack) -> set[str]:
    """The slugs of a name and of what stands for it when borne: its parts, and the joint place that names it."""
    found = {name.slug}
    while (
        more := {
            other.slug
            for other in pack.names
            if other.type == name.type and (other.part_of in found or found & {*other.all_of})
        }
        - found
    ):
        found |= more
    return found


def test_a_name_is_listed_once_an_event_known_by_then_bears_it_and_no_earlier(pack: Pack) -> None:
    told: dict[str, dict[str, date]] = defaultdict(dict)
    for draft in sorted((draft for event in pack.events for draft in event.revisions), key=known):
        place = (draft.place.name, draft.place.county, draft.place.province) if draft.place else ()
        fields = {"person": draft.people, "body": draft.bodies, "programme": (draft.programme,), "place": place}
        for type_, texts in fields.items():
            for text in texts:
                told[type_].setdefault(words(text or ""), known(draft))
    names = {(name.type, name.slug): name for name in pack.names}
    alike = {slug for name in pack.names for slug in name.one_of}
    unborne = []
    for name in pack.names:
        if name.slug in alike:
            continue
        days = [told[name.type].get(words(text)) for text in name.spellings()]
        if not any(days):
            days = [day for text, day in told["place"].items() if any(words(s) in text for s in name.spellings())]
        parts = (names[name.type, slug] for slug in bearing(name, pack))
        days += [told[name.type].get(words(text)) for part in parts for text in part.spellings()]
        unborne += [name.slug] if not any(days) else []
        assert name.known_on == min((day for day in days if day), default=date(2026, 4, 27)), name
    assert unborne == ["amur-oblast"]


@pytest.mark.parametrize("province", ["North Pyongan", "South Pyongan"])
def test_of_the_two_counties_written_alike_each_is_known_with_its_own_events(pack: Pack, province: str) -> None:
    county = next(name for name in pack.names if name.name == f"Unsan, {province}")

    drafts = [draft for event in pack.events for draft in event.revisions if draft.place]
    there = [d for d in drafts if d.place and (d.place.county, d.place.province) == ("Unsan", province)]
    assert county.known_on == min(known(draft) for draft in there)


@pytest.mark.parametrize("day", [date(1960, 1, 1), date(2019, 3, 1), date(2021, 4, 29), date(2025, 12, 5)])
def test_a_name_is_never_part_of_one_that_is_not_known_yet(pack: Pack, day: date) -> None:
    names = known_then(pack, day).names
    slugs = {(name.type, name.slug) for name in names}

    assert names
    assert all(name.part_of is None or (name.type, name.part_of) in slugs for name in names)


def test_a_renamed_body_is_called_what_it_was_called_then(pack: Pack) -> None:
    def league(day: date) -> str:
        return next(
            name.name for name in known_then(pack, day).names if name.slug == "socialist-patriotic-youth-league"
        )

    assert league(date(2021, 4, 29)) == "Kimilsungist-Kimjongilist Youth League"
    assert league(date(2021, 4, 30)) == "Socialist Patriotic Youth League"


def test_no_place_is_called_what_it_was_only_called_later(pack: Pack) -> None:
    renamed = [name for name in pack.names if name.former]
    for event in pack.events:
        for draft in event.revisions:
            for name in renamed:
                later = {name.name} - {name.spelling(known(draft))}
                assert not later & {draft.place.name if draft.place else None}, (event.id, draft.known_on)


def test_the_readme_lists_the_records_that_rest_on_memory() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    memory = readme.split("### Records that rest on memory (7)")[1].split("###")[0]

    assert memory.split() == [
        *("-", "`wpk-6cc-plenary-2010`"),
        *("-", "`wpk-1st-primary-committee-chairpersons-conference`"),
        *("-", "`kumsusan-day-of-the-sun-2019`"),
        *("-", "`kim-jong-il-death-anniversary-2019`"),
        *("-", "`600mm-mlrs-drill-2024-11`"),
        *("-", "`sinuiju-greenhouse-groundbreaking`"),
        *("-", "`pyongyang-general-hospital-visit-2025-02`"),
    ]
    assert "### Notes on events (253)" in readme


def test_key_meetings_are_plenaries_and_congresses(pack: Pack) -> None:
    assert len(pack.calendar.kinds) == 15
    assert pack.calendar.key_meetings() == ("plenary", "congress")
    assert {kind.slug for kind in pack.calendar.kinds} == {d.kind for e in pack.events for d in e.revisions}


def test_what_is_a_selection_is_not_covered(pack: Pack) -> None:
    covered = {kind for claim in pack.calendar.coverage for kind in claim.kinds}

    assert {kind.slug for kind in pack.calendar.kinds} - covered == {
        "appearance",
        "anniversary",
        "conference",
        "politburo-meeting",
        "other",
    }


def test_that_a_span_is_thin_is_known_once_it_is_over(pack: Pack) -> None:
    spans = [span for claim in pack.calendar.coverage for span in claim.thin]
    assert len(spans) == 8
    assert all(span.known_on and span.known_on >= span.until for span in spans)


def test_coverage_and_checks_tell_nothing_later(pack: Pack) -> None:
    then = pack.calendar.as_known_on(date(2025, 12, 5))

    assert {claim.until for claim in then.coverage} == {date(2025, 12, 5)}
    assert [thin for claim in then.coverage for thin in claim.thin] == []
    assert [check.year for check in then.checks] == [2019, 2020]
    assert pack.calendar.as_known_on(date(2018, 12, 31)).coverage[-1].kinds == (
        "assembly-session",
        "election",
        "parade",
    )


def test_a_programme_that_is_covered_is_a_name_of_the_pack(pack: Pack) -> None:
    programmes = {name.slug for name in pack.names if name.type == "programme"}

    assert {claim.programme for claim in pack.calendar.coverage if claim.programme} <= programmes


def test_the_13th_plenary_opened_two_days_before_the_span_that_was_announced(pack: Pack) -> None:
    plenary = "wpk-8cc-13th-plenary"

    assert state_of(pack, plenary, date(2025, 11, 30)) == ("announced", "[2025-12-11..2025-12-20]")
    assert state_of(pack, plenary, date(2025, 12, 10)) == ("held", "2025-12-09/..")
    assert state_of(pack, plenary, date(2025, 12, 12)) == ("held", "2025-12-09/2025-12-11")


def test_the_9th_congress_firmed_up_in_eight_steps(pack: Pack) -> None:
    congress = the_event(pack, "wpk-9th-congress")

    assert [draft.when.edtf for draft in congress.revisions] == [
        "[2025-06-24..]",
        "[2026-01-01..2026-03-31]",
        "[2026-01-01..2026-02-28]",
        "[2026-02-01..2026-02-10]",
        "[2026-02-02..2026-02-20]",
        "[2026-02-21..2026-02-28]",
        "2026-02-19/..",
        "2026-02-19/2026-02-25",
    ]
    said = [draft.said_by.who if draft.said_by else None for draft in congress.revisions]
    assert said == ["body", "press", "press", "government", "press", "body", "body", "body"]


@pytest.mark.parametrize("county", ["sinyang", "pukchang"])
def test_an_opening_completes_the_visit_of_3_december(pack: Pack, county: str) -> None:
    visit, opening = (the_event(pack, f"{county}-factories-{act}") for act in ("visit", "opening"))

    assert visit.revisions[-1].when.edtf == "2025-12-03"
    assert [(link.rel, link.to, link.known_on) for link in opening.links] == [
        ("completes", visit.id, date(2025, 12, 5))
    ]
    assert state_of(pack, opening.id, date(2025, 12, 5)) == ("announced", "[2025-12-05..2025-12-31]")


def test_the_first_session_of_the_15th_assembly_is_still_expected(pack: Pack) -> None:
    state = state_of(pack, "spa-15th-1st-session", date(2026, 11, 24))

    assert state == ("expected", "[2026-03-18..2026-04-30]")

"""The rules that suggest links: what each gives points for, on made-up events of no country."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from schemas.links import EventFacts
from schemas.when import parse
from schemas.words import folded
from service.analysis.pairs import STRONG, Scored, scored
from service.analysis.titles import Weights, begins, numbered_apart, ordinal_next, ordinal_shared, ordinals


def facts(id_: str, when: str, title: str, group: str = "visit", **changes: Any) -> EventFacts:
    span = parse(when)
    known = span.ends_max or span.starts_min or date(2030, 1, 1)
    fields: dict[str, Any] = {
        "calendar": "demo",
        "kind": group,
        "key_meeting": False,
        "status": "held",
        "known_since": known,
        "known_on": known,
        "words": frozenset(folded(title).split()),
    }
    for name in ("sites", "around", "themes", "people", "bodies"):
        changes[name] = frozenset(changes.get(name, ()))
    return EventFacts(id=id_, group=group, title=title, when=span, **fields | changes)


VISIT = facts("visit", "2030-03-01", "The governor inspects the Hill dairy", sites=["hill-dairy"], around=["hill"])
OPENING = facts("opening", "2030-03-20", "The Hill dairy opens", "ceremony", sites=["hill-dairy"], around=["hill"])
SUMMONS = facts("summons", "2030-05-01", "The bureau calls the 3rd synod", "meeting", kind="bureau")
SYNOD = facts(
    "synod",
    "2030-06-10/2030-06-12",
    "3rd synod of the order",
    "meeting",
    key_meeting=True,
    known_since=date(2030, 5, 2),
    convened=(date(2030, 5, 2),),
    sites=["great-hall"],
)
SERMON = facts("sermon", "2030-06-11", "Sermon at the 3rd synod of the order", "speech", sites=["great-hall"])


def rated(*events: EventFacts, weights: Iterable[EventFacts] = ()) -> dict[tuple[str, str, str], Scored]:
    every = (*events, *weights)
    titles = Weights((each.words for each in every), (each.people | each.bodies for each in every))
    return {(each.rel, each.subject.id, each.target.id): each for each in scored(events, titles)}


def strong(*events: EventFacts) -> set[tuple[str, str, str]]:
    return {key for key, pair in rated(*events).items() if pair.points >= STRONG}


def test_an_opening_completes_the_inspection_at_its_site() -> None:
    found = rated(VISIT, OPENING)["completes", "opening", "visit"]
    assert found.points == 45 + 26 + 10
    assert found.reasons == ("same place: hill-dairy", "titles share dairy, hill, the", "within 400 days")


def test_an_opening_completes_no_inspection_elsewhere_or_later() -> None:
    elsewhere = facts("visit", "2030-03-01", "The governor inspects the Marsh mill", sites=["marsh-mill"])
    later = facts("visit", "2030-04-01", "The governor inspects the Hill dairy", sites=["hill-dairy"])
    assert not [key for key in rated(elsewhere, OPENING) if key[0] == "completes"]
    assert not [key for key in rated(later, OPENING) if key[0] == "completes"]


def test_a_ceremony_that_begins_work_completes_nothing_and_is_completed() -> None:
    begun = facts("begun", "2029-05-01", "Ground-breaking at the Hill dairy", "ceremony", sites=["hill-dairy"])
    early = facts("early", "2029-01-01", "The governor inspects the Hill dairy", sites=["hill-dairy"])
    assert {key for key in strong(early, begun, OPENING) if key[0] == "completes"} == {
        ("completes", "opening", "begun"),
        ("completes", "opening", "early"),
    }


def test_of_two_openings_the_likelier_completes_an_inspection() -> None:
    other = facts("other", "2030-03-15", "The Hill school opens", "ceremony", around=["hill"])
    assert {key for key in rated(VISIT, other, OPENING) if key[0] == "completes"} == {("completes", "opening", "visit")}


def test_stages_that_are_numbered_apart_do_not_complete_each_other() -> None:
    begun = facts("begun", "2030-02-01", "Ground-breaking of the fourth stage at Hill", "ceremony", sites=["hill"])
    third = facts("third", "2030-03-01", "The 3rd stage at Hill opens", "ceremony", sites=["hill"])
    fourth = facts("fourth", "2030-12-01", "The 4th stage at Hill opens", "ceremony", sites=["hill"])
    assert {key for key in rated(begun, third, fourth) if key[0] == "completes"} == {("completes", "fourth", "begun")}


def test_a_meeting_announces_the_one_whose_date_came_out_as_it_ended() -> None:
    assert ("announces", "summons", "synod") in strong(SUMMONS, SYNOD)
    late = facts("summons", "2030-05-03", "The bureau calls the 3rd synod", "meeting", kind="bureau")
    assert ("announces", "summons", "synod") not in rated(late, SYNOD)


def test_a_speech_within_a_meetings_days_is_part_of_it() -> None:
    assert ("part_of", "sermon", "synod") in strong(SERMON, SYNOD)
    after = facts("sermon", "2030-06-13", "Sermon at the 3rd synod of the order", "speech", sites=["great-hall"])
    assert ("part_of", "sermon", "synod") not in rated(after, SYNOD)


def test_an_uncertain_span_holds_no_part() -> None:
    coming = facts("synod", "[2030-06-10..2030-06-20]", "3rd synod of the order", "meeting", sites=["great-hall"])
    assert ("part_of", "sermon", "synod") not in rated(SERMON, coming)


def test_the_next_visit_to_a_site_follows_up_the_last_one() -> None:
    first = facts("first", "2029-11-01", "The governor inspects the Hill dairy", sites=["hill-dairy"])
    assert {key for key in strong(first, VISIT) if key[0] == "follows_up"} == {("follows_up", "visit", "first")}


def test_neighbours_in_a_programme_do_not_follow_each_other_up() -> None:
    one = facts("one", "2030-03-01", "Ground is broken in Hill", "ceremony", around=["hill"], programme="dairies")
    two = facts("two", "2030-03-03", "Ground is broken in Marsh", "ceremony", around=["marsh"], programme="dairies")
    assert not [key for key in rated(one, two) if key[0] == "follows_up"]


def test_of_two_acts_of_one_day_only_an_appearance_follows_up_the_other() -> None:
    feast = facts("feast", "2030-03-01", "Harvest feast of the Hill", "ceremony")
    march = facts("march", "2030-03-01", "Harvest march of the Hill", "ceremony")
    picture = facts("picture", "2030-03-01", "Picture after the Harvest feast of the Hill", "appearance")
    assert not [key for key in rated(feast, march) if key[0] == "follows_up"]
    assert strong(feast, picture)


def test_an_act_leads_up_to_a_key_meeting_only_if_that_was_known_to_be_coming() -> None:
    act = facts("act", "2030-06-01", "The bureau prepares the 3rd synod", "meeting", themes=["faith"])
    assert ("leads_up_to", "act", "synod") in rated(act, SYNOD)
    unforeseen = facts("synod", "2030-06-10", "3rd synod of the order", "meeting", key_meeting=True)
    assert ("leads_up_to", "act", "synod") not in rated(act, unforeseen)


def test_what_is_done_abroad_within_a_visit_there_is_part_of_it() -> None:
    journey = facts("journey", "2030-03-01/2030-03-09", "The governor goes to Overland", abroad="OL")
    abroad = facts("abroad", "2030-03-04", "A walk by the lake", "appearance", abroad="OL")
    home = facts("home", "2030-03-04", "A dinner in the hall", "appearance")
    assert strong(journey, abroad, home) == {("part_of", "abroad", "journey")}


def test_what_is_done_with_the_guests_named_on_the_day_of_talks_is_part_of_them() -> None:
    talks = facts("talks", "2030-03-04", "Talks with Duke Olm", "diplomacy", people=["governor", "olm"])
    welcome = facts("welcome", "2030-03-04", "Welcome of Duke Olm", "ceremony", people=["governor", "olm"])
    pair = rated(talks, welcome)["part_of", "welcome", "talks"]
    assert "both with governor, olm" in pair.reasons
    busy = [facts(f"day{day}", f"2031-01-{day:02}", f"x{day}", people=["governor"]) for day in range(1, 30)]
    pair = rated(talks, welcome, weights=busy)["part_of", "welcome", "talks"]
    assert "both with olm" in pair.reasons


def test_an_appearance_with_a_guest_that_is_not_named_follows_the_talks() -> None:
    talks = facts("talks", "2030-03-04", "Talks about fishing", "diplomacy", people=["olm"], sites=["hall"])
    concert = facts("concert", "2030-03-04", "A concert", "appearance", people=["olm"], sites=["theatre"])
    pair = rated(talks, concert)["follows_up", "concert", "talks"]
    assert pair.points == 65
    assert pair.reasons == ("with olm, after talks", "on the same day")


def test_the_stops_of_a_tour_of_a_province_are_parts_of_it() -> None:
    tour = facts("tour", "2030-03-04", "Tour of the dairies of the Marshes", province="marshes")
    stop = facts("stop", "2030-03-04", "The dairy at Hill", around=["hill"], province="marshes")
    other = facts("other", "2030-03-04", "The dairy at Dale", around=["dale"], province="uplands")
    assert strong(tour, stop, other) == {("part_of", "stop", "tour")}


def test_a_test_within_the_days_of_a_longer_one_is_part_of_it() -> None:
    drill = facts("drill", "2030-03-01/2030-03-09", "Nine days of drills", "test")
    shot = facts("shot", "2030-03-04", "A rocket flies", "test")
    assert strong(drill, shot) == {("part_of", "shot", "drill")}


def test_an_appearance_as_a_meeting_ends_follows_it_up_and_its_parts_are_left_to_it() -> None:
    speech = facts("speech", "2030-06-12", "Sermon at the end of the 3rd synod of the order", "speech")
    photo = facts("photo", "2030-06-12", "Picture of the 3rd synod of the order", "appearance")
    assert strong(SYNOD, speech, photo) == {("part_of", "speech", "synod"), ("follows_up", "photo", "synod")}


def test_a_day_known_about_is_compared_as_its_middle() -> None:
    about = facts("visit", "2030-03-18~", "The governor inspects the Hill dairy", sites=["hill-dairy"])
    assert ("completes", "opening", "visit") in strong(about, OPENING)
    same = facts("visit", "2030-03-20~", "The governor inspects the Hill dairy", sites=["hill-dairy"])
    assert ("completes", "opening", "visit") not in rated(same, OPENING)


def test_a_visit_on_the_same_day_of_another_year_is_completed_by_no_ceremony() -> None:
    tower = facts("tower", "2029-03-21", "Visit to the Hill tower", sites=["tower"])
    wreath = facts("wreath", "2030-03-20", "A wreath at the Hill tower", "ceremony", sites=["tower"])
    assert not [key for key in strong(tower, wreath) if key[0] == "completes"]
    earlier = facts("tower", "2029-05-21", "Visit to the Hill tower", sites=["tower"])
    assert [key for key in strong(earlier, wreath) if key[0] == "completes"]


def test_the_next_of_a_counted_series_follows_up_the_last_one() -> None:
    first = facts("first", "2030-03-01", "First trial of the great kite", "test")
    second = facts("second", "2030-04-01", "Second trial of the great kite", "test")
    fourth = facts("fourth", "2030-04-20", "Fourth trial of the great kite", "test")
    assert strong(first, second, fourth) == {("follows_up", "second", "first")}
    late = facts("second", "2030-06-01", "Second trial of the great kite", "test")
    assert not strong(first, late)


def test_the_meeting_of_a_number_follows_up_what_chose_it() -> None:
    vote = facts("vote", "2030-03-01", "Vote for the 9th Diet", "meeting", kind="vote", bodies=["diet"])
    diet = facts("diet", "2030-04-01", "The 9th Diet", "meeting", kind="session", bodies=["diet"])
    assert strong(vote, diet) == {("follows_up", "diet", "vote")}
    other = facts("diet", "2030-04-01", "The 8th Diet", "meeting", kind="session", bodies=["diet"])
    assert not strong(vote, other)


def test_visits_to_different_sites_and_key_meetings_follow_nothing_up() -> None:
    mill = facts("mill", "2030-03-03", "The governor inspects the Marsh dairy", sites=["marsh-dairy"])
    assert not [key for key in rated(VISIT, mill) if key[0] == "follows_up"]
    eve = facts("eve", "2030-06-09", "Eve of the 3rd synod of the order", "meeting")
    assert not [key for key in rated(eve, SYNOD) if key[0] == "follows_up"]


def test_two_words_that_few_titles_say_are_a_name() -> None:
    wake = facts("wake", "2030-03-01", "Wake of Old Tom", "appearance")
    burial = facts("burial", "2030-03-02", "Burial of Old Tom", "ceremony")
    ofs = [facts(f"of{number}", "2029-01-01", f"Day of x{number}", "other") for number in range(40)]
    named = rated(wake, burial, weights=ofs)["follows_up", "burial", "wake"]
    assert "few titles say old, tom" in named.reasons
    assert named.points >= STRONG
    often = [facts(f"old{number}", "2029-01-01", "Old Tom of the hill sings", "other") for number in range(9)]
    assert ("follows_up", "burial", "wake") not in rated(wake, burial, weights=[*ofs, *often])
    few = rated(wake, burial)["follows_up", "burial", "wake"]
    assert not [reason for reason in few.reasons if reason.startswith("few")]


def test_two_events_are_suggested_by_one_rel_where_one_is_strong() -> None:
    rels = [key[0] for key in rated(SERMON, SYNOD) if {key[1], key[2]} == {"sermon", "synod"}]
    assert rels == ["part_of"]


def test_sharing_a_place_or_a_programme_is_weak() -> None:
    one = facts("one", "2030-01-01", "Harvest feast", "ceremony", sites=["green"], programme="feasts")
    two = facts("two", "2032-01-01", "Parade", "ceremony", sites=["green"], programme="feasts")
    assert {key[0]: pair.points for key, pair in rated(one, two).items()} == {"same_place": 50, "same_programme": 50}


def test_the_order_of_events_changes_nothing() -> None:
    events = [VISIT, OPENING, SUMMONS, SYNOD, SERMON]
    assert list(rated(*events)) == list(rated(*reversed(events)))


def test_an_event_without_a_first_day_is_left_alone() -> None:
    assert not rated(facts("never", "../2030", "The Hill dairy opens", "ceremony", sites=["hill-dairy"]), VISIT)


@pytest.mark.parametrize(
    "title", ["Ground-breaking at Hill", "Groundbreaking for a mill", "Ground is broken", "착공식"]
)
def test_titles_that_say_that_work_begins(title: str) -> None:
    assert begins(title)


def test_other_titles_say_no_such_thing() -> None:
    assert not begins("The Hill dairy opens")
    assert not begins("Seen on the ground")


def test_numbers_in_titles_are_compared_however_they_are_written() -> None:
    assert numbered_apart("The 3rd stage", "The fourth stage")
    assert not numbered_apart("The 3rd stage", "The third stage")
    assert not numbered_apart("10,000 flats of the 3rd stage", "10,000 flats")


def test_ordinals_in_titles_are_read_in_words_figures_and_korean() -> None:
    assert ordinals("The ninth synod of the 12th order") == {9, 12}
    assert ordinals("제9차 대회") == {9}
    assert ordinals("10,000 flats, 3 weeks") == frozenset()
    assert ordinal_next("Second trial", "Trial")
    assert not ordinal_next("Second trial", "Fifth trial")
    assert ordinal_shared("9th synod", "Song of the ninth synod") == 9
    assert ordinal_shared("First song", "First synod") is None


def test_a_word_in_many_titles_tells_nothing() -> None:
    titles = [frozenset({"visit", f"place{number}"}) for number in range(20)]
    weights = Weights([*titles, frozenset({"visit", "dairy"}), frozenset({"opening", "dairy"})])
    assert weights.share(frozenset({"visit", "place1"}), frozenset({"visit", "place2"})) == 0
    assert 0 < weights.share(frozenset({"visit", "dairy", "hill"}), frozenset({"opening", "dairy"})) < 1
    assert weights.telling(["visit", "dairy"]) == ["dairy"]

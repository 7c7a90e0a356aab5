"""Names: which spelling is in force when, whose a spelling is, and which places lie in which."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.names import Former, Name, Register, Sought, slug_of

FIRST = date(2020, 1, 1)


def a_name(slug: str, name: str = "", type_: str = "place", **more: Any) -> Name:
    return Name(slug=slug, type=type_, name=name or slug.title(), **{"known_on": FIRST, **more})


RENAMED = a_name(
    "office",
    "New Office",
    "body",
    native="새청",
    variants=("N.O.",),
    former=(Former("Middle Office", date(2023, 6, 30)), Former("Old Office", date(2021, 12, 31))),
)


@pytest.mark.parametrize(
    ("day", "spelling"),
    [
        ("2020-01-01", "Old Office"),
        ("2021-12-31", "Old Office"),
        ("2022-01-01", "Middle Office"),
        ("2023-06-30", "Middle Office"),
        ("2023-07-01", "New Office"),
    ],
)
def test_until_is_the_last_day_of_a_former_name_in_whatever_order_they_stand(day: str, spelling: str) -> None:
    assert RENAMED.spelling(date.fromisoformat(day)) == spelling
    assert RENAMED.as_known_on(date.fromisoformat(day)).name == spelling


def test_before_a_renaming_nothing_of_the_later_name_is_known() -> None:
    then = RENAMED.as_known_on(date(2022, 3, 1))
    assert then.spellings() == ("Middle Office", "Old Office")
    assert RENAMED.as_known_on(date(2023, 7, 1)) == RENAMED


def test_whose_a_spelling_is_depends_on_no_order() -> None:
    """The slug before the preferred name, the native one, a variant, a former name; then the earlier known."""
    rivals = [
        a_name("a", former=(Former("Rex", FIRST),), type_="person"),
        a_name("b", variants=("Rex",), type_="person"),
        a_name("c", native="Rex", type_="person"),
        a_name("e", "Rex", type_="person"),
        a_name("d", "Rex", type_="person", known_on=date(2021, 1, 1)),
        a_name("rex", "Somebody", type_="person"),
    ]
    for order in permutations(rivals):
        register = Register(order)
        assert [(clash.type, clash.key, clash.slugs) for clash in register.clashes()] == [
            ("person", "rex", ("rex", "e", "d", "c", "b", "a"))
        ]
        assert register.slug("person", "REX") == "rex"
    without = Register(rivals[:-1])
    assert without.slug("person", "Rex") == "e"


def test_a_spelling_is_of_its_type_alone() -> None:
    register = Register([a_name("chongjin", variants=("Port",)), a_name("chongjin", "Chongjin", "body")])
    assert register.clashes() == []
    assert register.slug("body", "Port") == "port"
    assert register.known("place", "PORT")
    assert not register.known("body", "Port")


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Kim Jong-un", "kim-jong-un"), ("김정은", "김정은"), ("Ŏrang", "orang"), ("  A  b ", "a-b"), ("!?", "!?")],
)
def test_an_unknown_spelling_has_the_slug_of_its_words(text: str, slug: str) -> None:
    assert slug_of(text) == slug
    assert Register().slug("person", text) == slug
    assert Register().spelling("person", text, FIRST) == text


def test_a_place_lies_in_what_it_is_part_of_and_a_joint_place_in_its_parts() -> None:
    register = Register(
        [
            a_name("north"),
            a_name("ember", part_of="north"),
            a_name("mill", part_of="ember"),
            a_name("ash", part_of="south"),
            a_name("ember-and-ash", all_of=("ember", "ash")),
        ]
    )
    assert register.within("north") == {"north", "ember", "mill", "ember-and-ash"}
    assert register.places({"ember-and-ash"}) == {"ember-and-ash", "ember", "ash", "north", "south"}
    assert register.places({"mill"}) == {"mill", "ember", "north"}


def test_of_places_written_alike_the_province_says_which_is_meant() -> None:
    register = Register(
        [
            a_name("north"),
            a_name("south"),
            a_name("unsan", one_of=("unsan-north", "unsan-south")),
            a_name("unsan-north", part_of="north"),
            a_name("unsan-south", part_of="south"),
        ]
    )
    assert register.places({"unsan", "south"}) == {"unsan", "unsan-south", "south"}
    assert register.places({"unsan"}) == {"unsan"}
    assert register.places({"unsan-north"}) == {"unsan-north", "unsan", "north"}


slugs = st.sampled_from([f"p{number}" for number in range(7)])
few = st.lists(slugs, max_size=2, unique=True).map(tuple)
entries = st.builds(
    lambda slug, part_of, all_of, one_of, variant: a_name(
        slug, part_of=part_of, all_of=all_of, one_of=one_of, variants=(variant,)
    ),
    slugs,
    st.none() | slugs,
    few,
    few,
    st.sampled_from(["p5", "also p1", "also p2"]),
)


@given(st.lists(entries, max_size=7), st.sets(slugs | st.just("also-p1"), max_size=4), slugs)
def test_a_place_is_found_by_exactly_the_events_that_bear_it(names: list[Name], keys: set[str], place: str) -> None:
    """What the store seeks (`sought`, as keys) and what a list counts (`places`, from the keys) are the same."""
    register = Register(names)
    sought = register.sought("place", place)
    assert _found(sought, keys) == (register.slug("place", place) in register.places(keys))


def _found(sought: Sought, keys: set[str]) -> bool:
    return bool(sought.keys & keys) or any(one & keys and other & keys for one, other in sought.pairs)

"""Headlines with the calendar's words come first; each is dealt with once; and which event one may tell of."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemas.errors import HeadlineNotFound
from schemas.headlines import Taken, same_address
from schemas.names import Name, Register
from schemas.vocabulary import Kind
from service import sifting
from service.__main__ import main
from service.sifting import Lexicon, Sifted
from service.store import inbox
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.builders import a_calendar, a_store, tell
from tests.feedserver import answering, feed_server, rss

TODAY = date(2026, 11, 24)
NAMES = (
    Name(slug="ann-bo", type="person", name="Ann Bo", native="안보", variants=("A. Bo",), known_on=date(2025, 1, 1)),
    Name(slug="ann-bo-street", type="place", name="Ann Bo Street", known_on=date(2025, 1, 1)),
    Name(
        slug="mill-inspection-desk",
        type="body",
        name="Mill Inspection Desk",
        variants=("MID",),
        known_on=date(2025, 1, 1),
    ),
    Name(slug="north", type="place", name="North", native="北部", known_on=date(2025, 1, 1)),
)
OTHER = Kind("other", "other", "Other event", "Other events")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_store(tmp_path / "var" / "leadup.sqlite3", TODAY)
    with store.transaction("test") as tx:
        for name in NAMES:
            append(tx, Assertion("name", f"name/{name.type}/{name.slug}", "demo", name.known_on, plain(name)))
    return store


def put(store: Store, *titles: str, published: str | None = "2026-11-23T06:00:00Z") -> None:
    with store.transaction("clock") as tx:
        entries = [
            Taken(title, f"https://news.example/{n}-{title[:9]}", "", published) for n, title in enumerate(titles)
        ]
        inbox.take(tx, "https://news.example/rss", entries)


def waiting(store: Store) -> list[Sifted]:
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        return sifting.with_likely(at, sifting.opened(at, 9).waiting)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("ANN BO visits a farm", ("Ann Bo", "visits")),
        ("A. Bo's plenaries", ("Ann Bo", "plenaries")),
        ("On Ann Bo Street", ("Ann Bo Street",)),
        ("안보가 북쪽에", ("Ann Bo",)),
        ("他在北部视察", ("North",)),
        ("Northern Annbo visited", ()),
        ("Another event of no other kind", ()),
        ("Ann Bo to convene plenary in mid-December", ("Ann Bo", "plenary")),
        ("MID-December plenary, mid December, Mid December", ("plenary",)),
        ("The MID's visits", ("Mill Inspection Desk", "visits")),
        ("MID: visits", ("Mill Inspection Desk", "visits")),
        ("IN MID DECEMBER ANN BO VISITS", ("Ann Bo", "visits")),
        ("", ()),
    ],
)
def test_words_are_found_in_every_spelling_and_as_whole_words(title: str, found: tuple[str, ...]) -> None:
    lexicon = Lexicon(Register(NAMES), [a_calendar(kinds=(*a_calendar().kinds, OTHER))])
    names, kinds = lexicon.found_in(title)
    assert (*names.values(), *kinds) == found


def test_headlines_with_the_calendars_words_come_first(store: Store) -> None:
    put(store, "Weather", "A plenary opens", "Ann Bo at a plenary in the North", "More weather", "Ann Bo sings")
    assert [each.headline.title for each in waiting(store)][:3] == [
        "Ann Bo at a plenary in the North",
        "Ann Bo sings",
        "A plenary opens",
    ]
    assert waiting(store)[0].words == ("Ann Bo", "North", "plenary")


@pytest.mark.parametrize(
    ("when", "place", "likely"),
    [
        ("2026-11-22", {"county": "North"}, True),
        ("2026-11-23", {"name": "A mill", "county": "北部"}, True),
        ("2026-11-19", {"county": "North"}, False),
        ("2026-11-24", {"county": "North"}, False),
        ("2026-11", {"county": "North"}, False),
        ("2026-11-22", {"county": "South"}, False),
    ],
)
def test_an_event_of_the_day_and_place_is_likely_what_a_headline_tells_of(
    store: Store, when: str, place: dict[str, str], likely: bool
) -> None:
    tell(store, "event001", when, "2026-11-23", kind="visit", status="held", place=place)
    put(store, "Ann Bo goes to the North")
    (found,) = waiting(store)
    assert (found.likely.id if found.likely else None) == ("event001" if likely else None)


def test_of_two_events_alike_none_is_likely_and_a_person_counts_with_the_kind(store: Store) -> None:
    put(store, "Ann Bo visits a mill", "Ann Bo sings", "Ann Bo in the North")
    for id_ in ("event001", "event002"):
        tell(store, id_, "2026-11-22", "2026-11-23", kind="visit", status="held", place={"county": "North"})
    tell(store, "event003", "2026-11-22", "2026-11-23", kind="visit", status="held", people=["Ann Bo"])
    found = {each.headline.title: each.likely.id if each.likely else None for each in waiting(store)}
    assert found == {"Ann Bo visits a mill": "event003", "Ann Bo sings": None, "Ann Bo in the North": None}


def test_one_that_was_recorded_is_dealt_with_before_the_clock_looks(store: Store) -> None:
    put(store, "One", "Two")
    first = waiting(store)[0].headline
    source = {"publisher": "News", "url": first.url, "published": "2026-11-23"}
    tell(store, "event001", "2026-11-22", "2026-11-23", sources=[source])
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        found = sifting.opened(at, 9)
        assert [each.headline.title for each in found.waiting] == ["One" if first.title == "Two" else "Two"]
        (done,) = found.settled
        assert (done.state, done.settled_by, done.event) == ("recorded", "test", "event001")
        assert sifting.shown_events(at, found.settled)["event001"].id == "event001"


def test_dismissing_says_who_and_the_second_is_told_who_was_first(store: Store) -> None:
    put(store, "One")
    number = waiting(store)[0].headline.number
    assert sifting.dismiss(store, number, by="alice").settled_by == "alice"
    again = sifting.dismiss(store, number, by="bob")
    assert (again.state, again.settled_by) == ("dismissed", "alice")
    with pytest.raises(HeadlineNotFound):
        sifting.dismiss(store, number + 1, by="bob")


def test_what_was_recorded_while_it_lay_dismissed_does_not_wait_once_it_is_put_back(store: Store) -> None:
    put(store, "One", "Two")
    first = waiting(store)[0].headline
    sifting.dismiss(store, first.number, by="alice")
    source = {"publisher": "News", "url": first.url, "published": "2026-11-23"}
    tell(store, "event001", "2026-11-22", "2026-11-23", sources=[source])
    sifting.dismiss(store, waiting(store)[0].headline.number, by="alice")  # by which all sources are looked through
    sifting.put_back(store, first.number, by="bob")
    assert waiting(store) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://News.example/a/", "https://news.example/a#top"),
        ("https://news.example/a?b=1&utm_source=x", "https://news.example/a?b=1"),
    ],
)
def test_addresses_of_one_page_are_the_same(one: str, other: str) -> None:
    assert same_address(one) == same_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://a.example/A", "https://a.example/a"), ("https://a.example/?a=1", "https://a.example/?a=2")],
)
def test_addresses_of_two_pages_are_not(one: str, other: str) -> None:
    assert same_address(one) != same_address(other)


def assert_fetching_asks_what_it_is_told(env: dict[str, str]) -> None:
    with feed_server() as house:
        url = house.url("/rss?key=SECRET")
        house.at = {"/rss?key=SECRET": answering(503, Retry_After="7200")}
        env = {**env, "LEADUP_INBOX_FEEDS": url}
        shown = house.url("/rss?...")
        done = [CliRunner().invoke(main, ["inbox", "fetch", *given], env=env) for given in ([], [], ["--force"], [url])]
        assert [each.exit_code for each in done] == [1, 0, 1, 1]
        assert {each.stdout for each in done[::2]} == {f"{shown}: It answers 503 (Service Unavailable).\n"}
        assert re.fullmatch(
            rf"{re.escape(shown)}: not asked: it wants to be left alone until \S+ \S+ UTC\. "
            r"--force asks it all the same\.\n",
            done[1].stdout,
        )
        other = CliRunner().invoke(main, ["inbox", "fetch", house.url("/y?key=SECRET")], env=env)
        assert (other.exit_code, "SECRET" in other.output) == (2, False)
        assert "LEADUP_INBOX_FEEDS does not name it" in other.output


def test_the_commands_fetch_list_and_dismiss(tmp_path: Path, store: Store) -> None:
    with feed_server() as house:
        house.at = {"/rss": rss("Ann Bo sings", "Weather")}
        told = {"LEADUP_INBOX_FEEDS": f"{house.url('/rss')} {house.url('/x')}", "LEADUP_INBOX_PRIVATE": "allow"}
        env = {"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat(), **told}
        done = CliRunner().invoke(main, ["inbox", "fetch"], env=env)
        assert (done.exit_code, done.stdout) == (1, f"{house.url('/rss')}: 2 new\n{house.url('/x')}: It answers 404.\n")
    first, second = CliRunner().invoke(main, ["inbox", "list"], env=env).stdout.splitlines()
    number, day, title, words, address = first.split("\t")
    assert day == TODAY.isoformat()
    assert (title, words, address[:20]) == ("Ann Bo sings", "Ann Bo", "https://news.example")
    assert "Weather" in second
    done = CliRunner().invoke(main, ["inbox", "dismiss", number], env=env)
    assert done.stdout == "Ann Bo sings: dismissed by leadup.\n"
    assert_fetching_asks_what_it_is_told(env)
    none = CliRunner().invoke(main, ["inbox", "fetch"], env={**env, "LEADUP_INBOX_FEEDS": ""})
    assert (none.exit_code, none.stdout) == (0, "LEADUP_INBOX_FEEDS names no address.\n")

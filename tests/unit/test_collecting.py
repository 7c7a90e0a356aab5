"""Collecting headlines over real HTTP: politely, within limits, each headline once and for all."""

from __future__ import annotations

import gzip
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from schemas.headlines import Headline
from service import collecting
from service.clock import instant
from service.collecting import Collector
from service.reading import visiting
from service.settings import SettingRefused, Settings, read_settings
from service.standings import standings
from service.store import inbox
from service.store.database import Store
from service.store.inbox import Address
from tests.builders import a_store, tell
from tests.feedserver import FeedServer, answering, atom, feed_server, rss

pytestmark = pytest.mark.slow


@pytest.fixture
def house() -> Iterator[FeedServer]:
    with feed_server() as house:
        yield house


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "var" / "leadup.sqlite3", date(2026, 11, 24))


def settings_for(store: Store, *urls: str, private: str = "allow") -> Settings:
    told = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_INBOX_FEEDS": " ".join(urls)}
    return read_settings({**told, "LEADUP_INBOX_PRIVATE": private})


def collect(store: Store, *urls: str, private: str = "allow") -> list[collecting.Asked]:
    return Collector(store, settings_for(store, *urls, private=private)).collect_now(force=True)


def waiting(store: Store) -> list[Headline]:
    with store.reading() as conn:
        return inbox.waiting(conn)


def addresses(store: Store) -> dict[str, Address]:
    with store.reading() as conn:
        return inbox.addresses(conn)


def address(store: Store, url: str) -> Address:
    return addresses(store)[url]


def test_rss_and_atom_are_read_and_each_headline_comes_once(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One", "Two"), "/atom": atom("Three &amp; <b>four</b>")}
    urls = house.url("/rss"), house.url("/atom")
    assert [(each.taken, each.failure) for each in collect(store, *urls)] == [(2, None), (1, None)]
    assert {each.title for each in waiting(store)} == {"One", "Two", "Three & four"}
    assert next(each for each in waiting(store) if "Three" in each.title).url.startswith(house.url("/a/"))
    assert [each.taken for each in collect(store, *urls)] == [0, 0]
    assert (address(store, urls[0]).title, address(store, urls[1]).title) == ("News", "Atom news")


def test_an_address_is_asked_only_for_what_is_new(store: Store, house: FeedServer) -> None:
    def changed(handler: BaseHTTPRequestHandler) -> None:
        held = handler.headers["If-None-Match"] == '"a"' and handler.headers["If-Modified-Since"] == "yesterday"
        told = {"ETag": '"a"', "Last_Modified": "yesterday"}
        answering(304 if held else 200, b"" if held else rss("One"), **told)(handler)

    house.at = {"/rss": changed}
    assert [each.taken for each in collect(store, house.url("/rss"))] == [1]
    assert [(each.taken, each.failure) for each in collect(store, house.url("/rss"))] == [(0, None)]
    assert [headers.get("if-none-match") for path, headers in house.asked if path == "/rss"] == [None, '"a"']
    assert {headers["user-agent"] for _, headers in house.asked} == {"leadup"}


def test_an_address_is_asked_when_its_time_has_come(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One")}
    collector = Collector(store, settings_for(store, house.url("/rss")))
    assert len(collector.collect()) == 1
    assert collector.collect() == []
    soon = datetime.fromisoformat(address(store, house.url("/rss")).next_at) - datetime.now(UTC)
    assert timedelta(minutes=20) < soon < timedelta(minutes=40)


def test_a_dismissed_and_a_forgotten_headline_never_return(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One", "Two"), "/again": rss("Two")}
    collect(store, house.url("/rss"))
    one, two = sorted(waiting(store), key=lambda each: each.title)
    with store.transaction("alice") as tx:
        inbox.settle(tx, one.number, "dismissed")
        inbox.forget(tx, "9999", 0)
    assert waiting(store) == []
    assert [each.taken for each in collect(store, house.url("/rss"), house.url("/again"))] == [0, 0]
    with store.reading() as conn:
        assert {tuple(row) for row in conn.execute("SELECT title, url, state, settled_by FROM headline")} == {
            ("", "", "forgotten", None)
        }
    assert two.state == "waiting"


def test_old_headlines_and_those_beyond_the_bound_are_forgotten(
    store: Store, house: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_WAITING", 3)
    house.at = {"/old": rss("Old", ago_days=61), "/rss": rss(*(f"Title {n}" for n in range(5)), ago_days=59)}
    collect(store, house.url("/old"), house.url("/rss"))
    assert len(waiting(store)) == 3
    assert "Old" not in {each.title for each in waiting(store)}


def test_a_headline_whose_address_is_a_source_of_an_event_is_recorded(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("Before", "After", "Never")}
    links = {title: f"https://news.example/{abs(hash(title))}" for title in ("Before", "After")}
    source = {"publisher": "News", "url": f"{links['Before']}?utm_source=rss#top"}
    tell(store, "event001", "2026-11-01", "2026-11-02", sources=[source])
    collect(store, house.url("/rss"))
    assert {each.title for each in waiting(store)} == {"After", "Never"}
    tell(store, "event002", "2026-11-03", "2026-11-04", sources=[{"publisher": "News", "url": links["After"]}])
    collecting.tidy(store, ())
    assert {each.title for each in waiting(store)} == {"Never"}
    with store.reading() as conn:
        done = {each.title: (each.state, each.settled_by, each.event) for each in inbox.settled(conn, 10)}
    assert done == {"Before": ("recorded", "test", "event001"), "After": ("recorded", "test", "event002")}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"no feed at all", "What it answers is neither RSS nor Atom."),
        (b"<rss version='2.0'><channel><title>", None),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss version='2.0'></rss>", "declares XML entities of its own"),
        (answering(404), "It answers 404."),
        (answering(410), "it is gone for good"),
        (answering(503), "It answers 503 \\(Service Unavailable\\)."),
        (answering(302, Location="/x"), "redirected in a circle"),
        (answering(302, Location="file:///etc/passwd"), "leads to what is no http or https address"),
        (answering(302, Location="http://a:b@127.0.0.1/"), "leads to what is no http or https address"),
        (answering(302, Location="http://["), "leads to what is no http or https address"),
        (answering(302, Location="http://news.example:99999/"), "leads to what is no http or https address"),
        (answering(302, Location="http://a%5B.example/"), "bars it to robots|cannot be had"),
        (answering(301), "It answers 301."),
        (answering(200, b"x" * 20_000_000), "more than 4,194,304 octets"),
        (answering(200, gzip.compress(b"x" * 20_000_000), Content_Encoding="gzip"), "more than 4,194,304 octets"),
        (answering(200, b"xyz", Content_Encoding="gzip"), "is no gzip"),
        (answering(200, gzip.compress(rss("One"))[:-9], Content_Encoding="gzip"), "breaks off"),
        (answering(200, b""), "neither RSS nor Atom"),
        (answering(200, b"x", Content_Encoding="br"), "Content-Encoding that was not asked for"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    store: Store, house: FeedServer, answer: bytes, said: str | None
) -> None:
    house.at = {"/x": answer}
    (asked,) = collect(store, house.url("/x"))
    if said is None:
        assert asked.failure is None
    else:
        assert re.search(said, asked.failure or "")
        assert address(store, house.url("/x")).said == asked.failure
        assert waiting(store) == []


def test_gzip_and_redirects_are_followed(store: Store, house: FeedServer) -> None:
    packed = answering(200, gzip.compress(rss("One")), Content_Encoding="gzip")
    house.at = {"/a": answering(301, Location="/b"), "/b": answering(308, Location="/c"), "/c": packed}
    assert [each.taken for each in collect(store, house.url("/a"))] == [1]
    assert address(store, house.url("/a")).moved_to == house.url("/c")
    house.at["/a"] = answering(302, Location="/b")
    collect(store, house.url("/a"))
    assert address(store, house.url("/a")).moved_to is None


def test_what_robots_may_not_fetch_is_left_alone(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One"), "/open": rss("Two"), "/robots.txt": b"User-agent: *\nDisallow: /rss\n"}
    house.at["/on"] = answering(302, Location="/rss")
    asked = collect(store, house.url("/rss"), house.url("/open"), house.url("/on"))
    barred = f"{house.url('/robots.txt')} bars it to robots."
    assert [each.failure for each in asked] == [barred, None, barred]
    assert house.paths() == ["/robots.txt", "/open", "/on"]


NOT_READ = "robots.txt cannot be read, which bars the site"


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        ("User-agent: *\nCrawl-delay: \u00b2\n", NOT_READ),
        ("\0\ufffe: x", None),
        ("User-agent: *\nDisallow: http://[\n" * 9, NOT_READ),
        (f"User-agent: *\nCrawl-delay: {'9' * 400}\n", None),
        (f"User-agent: *\nCrawl-delay: {'9' * 5_000}\n", NOT_READ),
    ],
)
def test_robots_in_any_letters_hold_up_nothing(store: Store, house: FeedServer, robots: str, said: str | None) -> None:
    house.at = {"/rss": rss("One"), "/rss?a": rss("Two"), "/robots.txt": robots.encode()}
    told = [each.failure for each in collect(store, house.url("/rss"), house.url("/rss?a"))]
    assert [said is None or said in (each or "") for each in told] == [True, True]
    assert [each is None for each in told] == [said is None] * 2
    assert (address(store, house.url("/rss")).said is None) == (said is None)


@pytest.mark.parametrize("year", [101, 999, 1])
def test_an_entry_of_a_year_long_before_headlines_counts_as_without_a_day(
    store: Store, house: FeedServer, year: int
) -> None:
    told = rss("One").replace(b"<pubDate>", b"<updated>%04d-01-01T00:00:00Z</updated><was>" % year)
    house.at = {"/rss": told.replace(b"</pubDate>", b"</was>")}
    assert [each.taken for each in collect(store, house.url("/rss"))] == [1]
    assert [each.published for each in waiting(store)] == [None]
    assert (address(store, house.url("/rss")).newest_at or "")[:2] == "20"
    assert standings(addresses(store), [house.url("/rss")], datetime.now(UTC))[0].says is None


def test_an_instant_of_an_early_year_is_written_as_the_wire_writes_it() -> None:
    assert instant(datetime(999, 1, 1, 2, 3, 4, 5, tzinfo=UTC)) == "0999-01-01T02:03:04Z"


def test_one_address_that_goes_wrong_in_an_unforeseen_way_holds_up_no_other(
    store: Store, house: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.at = {"/rss": rss("One"), "/x": answering(200, rss("Two"), Content_Type="text/xml\0")}
    assert [(each.taken, each.failure) for each in collect(store, house.url("/x"), house.url("/rss"))] == [
        (1, None),
        (1, None),
    ]
    monkeypatch.setattr(sys, "executable", None)  # stands for whatever nobody thought of
    urls = house.url("/x"), house.url("/rss")
    failed = collect(store, *urls)
    assert [each.failure for each in failed] == ["Reading it went wrong here: TypeError. The log says where."] * 2
    assert address(store, urls[1]).failures == 1


def test_what_is_cut_off_or_empty_is_named(store: Store, house: FeedServer) -> None:
    empty = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
    house.at = {"/cut": rss("One", "Two")[:-40], "/empty": empty, "/rss": rss("Three")}
    urls = [house.url(path) for path in ("/cut", "/empty", "/rss")]
    asked = collect(store, *urls)
    assert [each.failure for each in asked] == [None, None, None]
    says = [each.says for each in standings(addresses(store), urls, datetime.now(UTC))]
    assert says == [
        "What it answers is no well-formed XML (no element found): entries may be missing.",
        "It holds no entries.",
        None,
    ]
    assert address(store, urls[1]).newest_at is None
    house.at["/cut"] = rss("One", "Two")
    collect(store, *urls)
    assert address(store, urls[0]).said is None


def test_a_gzip_of_several_members_is_read_to_its_end(store: Store, house: FeedServer) -> None:
    whole = rss("One", "Two")
    packed = gzip.compress(whole[:90]) + gzip.compress(whole[90:]) + b"\0\0"
    house.at = {"/rss": answering(200, packed, Content_Encoding="gzip")}
    assert [(each.taken, each.failure) for each in collect(store, house.url("/rss"))] == [(2, None)]
    house.at = {"/rss": answering(200, packed[:-8], Content_Encoding="gzip")}
    assert [each.failure for each in collect(store, house.url("/rss"))] == ["Its answer breaks off."]


def test_robots_that_cannot_be_had_bar_the_site_and_may_ask_for_a_delay(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One"), "/robots.txt": answering(500)}
    (asked,) = collect(store, house.url("/rss"))
    assert "robots.txt cannot be had, which bars the site: It answers 500" in (asked.failure or "")
    house.at["/robots.txt"] = b"User-agent: leadup\nCrawl-delay: 7200\n"
    collect(store, house.url("/rss"))
    soon = datetime.fromisoformat(address(store, house.url("/rss")).next_at) - datetime.now(UTC)
    assert timedelta(hours=1.9) < soon < timedelta(hours=2.1)


def test_an_address_that_fails_is_asked_ever_more_seldom_and_recovers(store: Store, house: FeedServer) -> None:
    url, waits = house.url("/rss"), []
    for _ in range(9):
        collect(store, url)
        waits.append((datetime.fromisoformat(address(store, url).next_at) - datetime.now(UTC)).total_seconds() / 60)
    assert 47 < waits[0] < 73
    assert waits[2] > waits[0] * 2
    assert 24 * 60 * 0.79 < waits[-1] < 24 * 60 * 1.21
    failed = address(store, url)
    assert (failed.failures, failed.answered_at, failed.said) == (9, None, "It answers 404.")
    house.at = {"/rss": rss("One")}
    collect(store, url)
    well = address(store, url)
    assert (well.failures, well.failing_since, well.said) == (0, None, None)


@pytest.mark.parametrize(("told", "hours"), [("36000", 10), ("99999999999", 7 * 24), ("soon", 1)])
def test_an_address_that_says_when_is_not_asked_before(
    store: Store, house: FeedServer, told: str, hours: float
) -> None:
    house.at = {"/rss": answering(429, Retry_After=told)}
    (asked,) = collect(store, house.url("/rss"))
    assert asked.failure == "It answers 429 (Too Many Requests)."
    soon = datetime.fromisoformat(address(store, house.url("/rss")).next_at) - datetime.now(UTC)
    assert hours * 0.79 < soon / timedelta(hours=1) < hours * 1.21


def test_addresses_of_this_network_are_refused_unless_allowed(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One")}
    (asked,) = collect(store, house.url("/rss"), private="refuse")
    assert "127.0.0.1 is at a private address: LEADUP_INBOX_PRIVATE=allow permits it." in (asked.failure or "")
    assert house.asked == []


def test_one_that_answers_an_octet_now_and_then_is_cut_off(
    store: Store, house: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "WHOLE_SECONDS", 0.5)

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.1)

    house.at = {"/rss": dripping}
    begun = time.monotonic()
    (asked,) = collect(store, house.url("/rss"))
    assert "takes longer than 0.5 s" in (asked.failure or "")
    assert time.monotonic() - begun < 5


def test_an_address_taken_out_of_the_settings_is_forgotten_by_the_clock_alone_and_its_headlines_stay(
    store: Store, house: FeedServer
) -> None:
    house.at = {"/a": rss("One"), "/b": rss("Two")}
    both = [house.url("/a"), house.url("/b")]
    collect(store, *both)
    collect(store, house.url("/b"))  # by hand, with other settings than the clock's
    collect(store)
    assert list(addresses(store)) == both
    Collector(store, settings_for(store)).collect()  # and a clock without any is one that was told nothing
    assert list(addresses(store)) == both
    Collector(store, settings_for(store, house.url("/b"))).collect()
    assert list(addresses(store)) == [house.url("/b")]
    assert len(waiting(store)) == 2


def test_by_hand_an_address_that_asked_to_be_left_alone_is_asked_only_by_name_or_force(
    store: Store, house: FeedServer
) -> None:
    house.at = {"/wait": answering(429, Retry_After="7200"), "/fails": answering(404), "/rss": rss("One")}
    urls = [house.url(path) for path in ("/wait", "/fails", "/rss")]
    collect(store, *urls)
    collector = Collector(store, settings_for(store, *urls))
    before = len(house.asked)
    left = collector.collect_now()
    assert [(each.url, each.failure) for each in left] == [
        (urls[0], None),
        (urls[1], "It answers 404."),
        (urls[2], None),
    ]
    assert [each.left_until is None for each in left] == [False, True, True]
    assert "/wait" not in [path for path, _ in house.asked[before:]]
    assert [each.failure for each in collector.collect_now([urls[0]])] == ["It answers 429 (Too Many Requests)."]
    house.at["/wait"] = rss("Two")
    assert [each.taken for each in collector.collect_now(force=True)] == [1, 0, 0]
    assert address(store, urls[0]).wait_until is None
    house.at["/robots.txt"] = b"User-agent: leadup\nCrawl-delay: 7200\n"
    slow = Collector(store, settings_for(store, *urls))
    slow.collect_now(force=True)
    assert [each.left_until is None for each in slow.collect_now()] == [False, True, False]


def test_nothing_is_written_where_nothing_is_to_be_done(store: Store, house: FeedServer) -> None:
    house.at = {"/rss": rss("One")}
    collector = Collector(store, settings_for(store, house.url("/rss")))
    collector.collect()
    collector.collect()
    with store.reading() as conn:
        before = conn.execute("PRAGMA data_version").fetchone()[0]
        collector.collect()
        conn.execute("COMMIT")
        assert conn.execute("PRAGMA data_version").fetchone()[0] == before


def test_an_address_is_named_that_cannot_be_asked_of() -> None:
    for told in ("ftp://news.example/rss", "news.example", "https://a:b@news.example/rss", "https:///rss"):
        with pytest.raises(SettingRefused) as refusal:
            read_settings({"LEADUP_INBOX_FEEDS": f"https://ok.example/rss {told}"})
        assert "LEADUP_INBOX_FEEDS names '" in str(refusal.value)
        assert "a:b" not in str(refusal.value)
    with pytest.raises(SettingRefused) as refusal:
        read_settings({"LEADUP_INBOX_FEEDS": "ftp://news.example/rss?key=SECRET"})
    assert "SECRET" not in str(refusal.value)
    assert "?key=SECRET" in read_settings({"LEADUP_INBOX_FEEDS": "https://news.example/rss?key=SECRET"}).secrets


def test_settings_take_addresses_parted_by_any_space() -> None:
    told = read_settings({"LEADUP_INBOX_FEEDS": " https://a.example/x,y\n https://b.example/ https://a.example/x,y"})
    assert told.inbox_feeds == ("https://a.example/x,y", "https://b.example/")
    assert replace(told, inbox_feeds=()).inbox_private == "refuse"

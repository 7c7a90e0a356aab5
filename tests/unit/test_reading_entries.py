"""What others write is read as plain headlines with http addresses, whatever it holds and however long it takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.reading import entries
from service.reading.entries import parse, plain, read
from service.reading.visiting import NotRead

pytestmark = pytest.mark.slow

URL = "https://news.example/feeds/all.xml"


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'.encode()


def item(title: str = "Title", link: str = "https://news.example/1", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A  plain\n title", "A plain title"),
        ("Kim &amp; Co", "Kim & Co"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("<![CDATA[<i>Italic</i> &quot;words&quot;]]>", 'Italic "words"'),
        ("&lt;script&gt;alert(1)&lt;/script&gt;After", "After"),
        ("3 &lt; 4 tests", "3 < 4 tests"),
        ("Turned \u202eround\u0007 and\u200b hidden", "Turned round and hidden"),
        ("김정은 &#xAE40;", "김정은 김"),
        ("x" * 400, "x" * 297 + "..."),
    ],
)
def test_a_title_is_one_line_of_plain_text(written: str, shown: str) -> None:
    (entry,) = parse(rss(item(written)), URL).entries
    assert entry.title == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://news.example/2?a=1&amp;b=2", "https://news.example/2?a=1&b=2"),
        ("/3", "https://news.example/3"),
        ("4", "https://news.example/feeds/4"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://me:secret@news.example/", None),
        (f"https://news.example/{'x' * 1000}", None),
        ("", None),
    ],
)
def test_only_http_addresses_are_taken(written: str, shown: str | None) -> None:
    found = parse(rss(item(link=written)), URL).entries
    assert [entry.url for entry in found] == ([shown] if shown else [])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Tue, 24 Nov 2026 08:00:00 +0900", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("next week", None),
        ("Tue, 99 Nov 99999 88:00:00", None),
    ],
)
def test_days_of_any_sort_are_read_in_utc(written: str, day: datetime | None) -> None:
    (entry,) = parse(rss(item(more=f"<pubDate>{written}</pubDate>")), URL).entries
    assert entry.published == day


def test_of_a_long_answer_the_first_entries_are_looked_at() -> None:
    assert len(parse(rss(*(item(link=f"/{n}") for n in range(300))), URL).entries) == 200


def test_a_charset_that_the_answer_names_is_believed() -> None:
    told = rss(item("Höhe")).decode().encode("latin-1")
    (entry,) = parse(told, URL, "application/rss+xml; charset=iso-8859-1").entries
    assert entry.title == "Höhe"


def test_entities_that_grow_without_end_are_refused_and_do_not_grow_in_other_letters() -> None:
    grown = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    bomb = f"<!DOCTYPE x [<!ENTITY a0 'lol'>{grown}]>" + rss(item("&a9;")).decode()
    with pytest.raises(NotRead, match="declares XML entities of its own"):
        parse(bomb.encode(), URL)
    utf16 = parse(f"<?xml version='1.0' encoding='utf-16'?>{bomb}".encode("utf-16"), URL)
    assert [entry.title for entry in utf16.entries] == ["&a9;"]


def test_no_file_and_no_address_is_opened_for_what_it_says() -> None:
    for told in (b"/etc/passwd", b"http://127.0.0.1:1/", b"file:///etc/passwd"):
        with pytest.raises(NotRead, match="neither RSS nor Atom"):
            parse(told, URL)
    outside = b"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/x.dtd'>" + rss(item())
    assert len(parse(outside, URL).entries) == 1


def test_reading_in_a_process_of_its_own_says_the_same() -> None:
    told = rss(item("김정은 visits", more="<pubDate>Tue, 24 Nov 2026 08:00:00 +0900</pubDate>"), item(link="/2"))
    assert read(told, URL) == parse(told, URL)
    with pytest.raises(NotRead, match="neither RSS nor Atom"):
        read(b"", URL)


def test_what_would_take_hours_to_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "READ_SECONDS", 2)
    endless = rss(f"<item><description>{'&lt;!--' * 150_000}</description></item>")
    with pytest.raises(NotRead, match="takes longer than 2 s to read"):
        read(endless, URL)


def test_a_title_without_words_is_none() -> None:
    assert plain("<br>") == ""
    assert parse(rss(item("&lt;br&gt;")), URL).entries == ()

"""A crawl of every page as known on a day, from link to link: nothing on any of them was first known later.

The shipped calendar is told to April 2026; what the files of the pack say became known after the day must not be seen.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urldefrag, urlsplit

import pytest
from flask.testing import FlaskClient

from schemas.when import parse
from service.importing import PACKS
from service.settings import read_settings
from tests.apps import TODAY, app_over

DAY = "2025-12-05"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ISO = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_WORDED = re.compile(rf"(?<![\d-])(\d{{1,2}}) ({MONTHS}) (\d{{4}})")
_LINK = re.compile(r'href="(/[^"]*)"')
_BACK = re.compile(r'<a href="[^"]*">(?:Back to today|The same choice as known today|Subscribe as of today)</a>')
_NO_PAGE = ("/api/", "/static/", "/openapi.json", "/docs/assets/")


@dataclass
class Crawled:
    """What was found: the addresses asked, the ids that links name, and every line of every page once."""

    addresses: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    without_day: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)


def is_page(address: str) -> bool:
    path = urlsplit(address).path
    return not path.startswith(_NO_PAGE) and not path.endswith((".ics", ".atom", ".csv", ".jsonl"))


def crawl(client: FlaskClient, start: str) -> Crawled:
    """Every page that links lead to from `start`, months and years a few to either side of the day."""
    found, waiting = Crawled({start}), deque([start])
    while waiting:
        asking = waiting.popleft()
        response = client.get(asking, follow_redirects=True)
        if response.status_code != 200:
            found.broken.add(asking)
        text = response.get_data(as_text=True)
        found.lines.update(line.strip() for line in text.splitlines())
        for link in map(unescape, _LINK.findall(_BACK.sub("", text))):
            address = urldefrag(link).url
            asked = parse_qs(urlsplit(address).query)
            if event := re.match(r"/(?:api/v1/)?events/([\w-]+)", address):
                found.ids.add(event[1].removesuffix(".ics").removesuffix(".atom"))
            if "as_known_on" not in asked and is_page(address):
                found.without_day.add(address)
            elif is_page(address) and "through" not in asked and not _far(address) and address not in found.addresses:
                found.addresses.add(address)
                waiting.append(address)
    return found


def _far(address: str) -> bool:
    """Whether an address is of a year long past, a further page of a long list, or one more narrow question: all are
    made alike."""
    year = re.search(r"^/calendar/(\d{4})|[?&]year=(\d{4})|[?&]decade=(\d{4})", address)
    before = re.search(r"[?&]before=(\d{4})", address)
    asked = set(parse_qs(urlsplit(address).query)) - {"as_known_on"}
    return bool(
        (year and int(year[1] or year[2] or year[3]) < 2020)
        or (before and int(before[1]) < 2025)
        or "cursor" in asked
        or (len(asked) > 1 and not before)
        or (asked and address.startswith("/feeds"))
    )


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """Of the pack's files: the ids known by the day, every text that was, every text first known later, and the days of
    windows known by then."""
    by_then, later = list[str](), dict[str, str]()
    ids, days = set[str](), set[date]()
    for line in (PACKS / "dprk" / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        for revision in event["revisions"]:
            texts = [
                revision["title"],
                *revision.get("people", ()),
                *(s.get("title") or "" for s in revision.get("sources", ())),
            ]
            if revision["known_on"] <= DAY:
                ids.add(event["id"])
                by_then += [json.dumps(revision, ensure_ascii=False), *texts]
                when = parse(revision["when"])
                days |= {each for each in (when.starts_min, when.starts_max, when.ends_min, when.ends_max) if each}
            else:
                later |= {text: event["id"] for text in texts if len(text) > 5}
    for line in (PACKS / "dprk" / "names.jsonl").read_text().splitlines():
        name = json.loads(line)
        if name["known_on"] <= DAY:
            by_then.append(json.dumps(name, ensure_ascii=False))
        else:
            later[name["name"]] = name["slug"]
    corpus = "\n".join(by_then)
    return {"ids": ids, "days": days, "later": {text for text in later if text not in corpus}}


@pytest.fixture(scope="module")
def crawled(shipped_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The whole of the pages, as known on the day."""
    home = tmp_path_factory.mktemp("crawled")
    (home / "var").mkdir()
    shutil.copy(shipped_store, home / "var" / "leadup.sqlite3")
    settings = read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": TODAY.isoformat()})
    return crawl(app_over(settings).test_client(), f"/?as_known_on={DAY}")


@pytest.mark.slow
def test_the_crawl_reaches_every_sort_of_page(crawled: Crawled) -> None:
    paths = {urlsplit(each).path.split("/")[1] for each in crawled.addresses}
    assert paths >= {
        *("", "events", "timeline", "calendar", "people", "places", "programmes", "search", "changes", "feeds"),
        *("alerts", "docs", "problems", "about", "record", "inbox", "leadups", "gaps"),
    }
    assert len(crawled.addresses) > 900
    assert crawled.broken == set()


@pytest.mark.slow
def test_every_link_to_a_page_keeps_the_day(crawled: Crawled) -> None:
    assert crawled.without_day == set()


@pytest.mark.slow
def test_no_page_names_an_event_a_name_or_a_title_first_known_later(crawled: Crawled, known: dict[str, Any]) -> None:
    shown = unescape("\n".join(crawled.lines))
    assert len(known["later"]) > 100
    assert crawled.ids - known["ids"] == set()
    assert sorted(text for text in known["later"] if text in shown) == []


@pytest.mark.slow
def test_no_page_names_a_later_day_but_of_windows_known_by_then(crawled: Crawled, known: dict[str, Any]) -> None:
    shown = "\n".join(crawled.lines)
    found = {date.fromisoformat(each) for each in set(_ISO.findall(shown)) if _is_day(each)}
    for number, month, year in set(_WORDED.findall(shown)):
        found.add(datetime.strptime(f"{number} {month} {year}", "%d %B %Y").date())  # noqa: DTZ007
    assert sorted(day for day in found - known["days"] if day > date.fromisoformat(DAY)) == []


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

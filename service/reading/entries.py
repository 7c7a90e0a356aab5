"""The entries of RSS and Atom: what is said, where, and when; nothing of their markup. The only room of feedparser."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import unicodedata
from calendar import timegm
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax import SAXException

from calendars.icshtml import text_of_html
from service.reading.visiting import NotRead, parts_of

MOST_ENTRIES: Final = 200
"""How many entries of one answer are looked at; feeds give the newest first."""

READ_SECONDS: Final = 20
MOST_MEMORY_OCTETS: Final = 1024 * 1024 * 1024
"""What reading one answer may take."""

LONGEST_TITLE: Final = 300
LONGEST_ADDRESS: Final = 1_000
_MARKUP: Final = re.compile(r"<[A-Za-z!/]|&[#A-Za-z]")
_DECLARED: Final = re.compile(rb"<\s*!\s*ENTITY", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its title as plain text, its http or https address, its own id, and when it was published, if told."""

    title: str
    url: str
    id: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What an address publishes: its name, its newest entries, and in a sentence what is wrong with it, though it
    can be read."""

    title: str
    entries: tuple[Entry, ...]
    flaw: str | None = None


def read(octets: bytes, url: str, content_type: str | None = None) -> Publication:
    """What was published at `url`, read in a process of its own that is ended when it takes too long: a file can be
    written so that reading it takes hours, and nothing else would go on meanwhile. Raises NotRead."""
    house = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (house, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "service.reading.entries"]
    # Not as arguments: others may list these, and an address may hold a secret.
    asked = json.dumps([url, content_type]).encode() + b"\n" + octets
    try:
        told = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=READ_SECONDS, env={**os.environ, "PYTHONPATH": path}
        )
    except subprocess.TimeoutExpired as cause:
        raise NotRead(f"It takes longer than {READ_SECONDS} s to read.") from cause
    if told.returncode:
        raise NotRead("It cannot be read: too much memory, or something that the reader does not take.")
    found = json.loads(told.stdout.splitlines()[-1])  # in case a library says something before
    if "refused" in found:
        raise NotRead(found["refused"])
    return Publication(found["title"], tuple(_loaded(each) for each in found["entries"]), found["flaw"])


def _loaded(told: dict[str, Any]) -> Entry:
    published = datetime.fromisoformat(told["published"]) if told["published"] else None
    return Entry(told["title"], told["url"], told["id"], published)


def parse(octets: bytes, url: str, content_type: str | None = None) -> Publication:
    """RSS or Atom that was found at `url`; raises NotRead for what is neither, and for entities of its own, by which a
    small file can be made to grow without end."""
    import feedparser

    if _DECLARED.search(octets):
        raise NotRead("It declares XML entities of its own: such are not read.")
    told = {"content-type": content_type or "application/xml", "content-location": url}
    # As a file: a text or octets by themselves may be taken for an address or a path, and opened.
    found = feedparser.parse(BytesIO(octets), response_headers=told)
    if not found.get("version"):
        raise NotRead("What it answers is neither RSS nor Atom.")
    title = plain(str(found.feed.get("title") or ""))
    return Publication(title, tuple(_entries(found.entries[:MOST_ENTRIES])), _flaw(found))


def _flaw(found: Any) -> str | None:
    broken = found.get("bozo_exception") if found.get("bozo") else None
    if isinstance(broken, SAXException):
        return f"What it answers is no well-formed XML ({broken.getMessage()}): entries may be missing."
    return None if found.entries else "It holds no entries."


def _entries(found: list[Any]) -> Iterator[Entry]:
    for each in found:
        title, url = plain(str(each.get("title") or "")), str(each.get("link") or "").strip()
        if title and _is_address(url):
            yield Entry(title, url, str(each.get("id") or ""), _moment(each))


def plain(text: str) -> str:
    """A title as one line of plain text: without markup, control characters and turns of the writing direction."""
    bare = text_of_html(text) if _MARKUP.search(text) else text
    shown = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in bare)
    line = " ".join("".join(letter for letter in shown if unicodedata.category(letter) not in ("Cf", "Cs")).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 3].rstrip() + "..."


def _is_address(url: str) -> bool:
    try:
        parts_of(url)
    except NotRead:
        return False
    return len(url) <= LONGEST_ADDRESS and not any(letter.isspace() or ord(letter) < 32 for letter in url)


def _moment(entry: Any) -> datetime | None:
    """When it was published, else changed; feedparser gives UTC."""
    # As a plain dict: asked for the one, feedparser gives the other, with a warning.
    told = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        return datetime.fromtimestamp(timegm(told), UTC) if told else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def main() -> None:
    """Read what is on standard input, within bounds of memory and time, and tell it as JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_OCTETS, MOST_MEMORY_OCTETS))
    resource.setrlimit(resource.RLIMIT_CPU, (READ_SECONDS, READ_SECONDS))
    try:
        url, content_type = json.loads(sys.stdin.buffer.readline())
        told = asdict(parse(sys.stdin.buffer.read(), url, content_type))
    except NotRead as refusal:
        told = {"refused": refusal.detail}
    json.dump(told, sys.stdout, default=datetime.isoformat)


if __name__ == "__main__":
    main()

"""What a site lets robots fetch (RFC 9309): asked once a day of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlunsplit
from urllib.robotparser import RobotFileParser

from service.reading.visiting import NotRead, Visitor, parts_of

NAME: Final = "leadup"
"""What a robots.txt calls us."""

KEPT_HOURS: Final = 24
"""RFC 9309 section 2.4."""

LONGEST_DELAY_SECONDS: Final = 7 * 24 * 60 * 60
"""No site is asked more seldom than this, however long the number that it writes."""


class Robots:
    """The rules of the sites that were asked in this process."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._asked: dict[str, tuple[datetime, RobotFileParser]] = {}

    def may(self, url: str, now: datetime) -> None:
        """Raise NotRead for an address that its site's robots.txt bars to us, or whose robots.txt cannot be had: unlike
        one that is not there, that bars everything (RFC 9309 section 2.3.1.4)."""
        parts = parts_of(url)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if url != place and not _allowed(self._rules(place, now), url):
            raise NotRead(f"{place} bars it to robots.")

    def delay_seconds(self, url: str) -> float:
        """How long its site wants a robot to wait between two questions; 0 where it does not say."""
        parts = parts_of(url)
        known = self._asked.get(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
        return float(min(int(known[1].crawl_delay(NAME) or 0), LONGEST_DELAY_SECONDS)) if known else 0

    def _rules(self, place: str, now: datetime) -> RobotFileParser:
        asked, rules = self._asked.get(place, (None, RobotFileParser()))
        if asked is None or now - asked > timedelta(hours=KEPT_HOURS):
            try:
                answer = self._visitor.visit(place, {})
            except NotRead as refusal:
                raise NotRead(f"{place} cannot be had, which bars the site: {refusal.detail}") from refusal
            rules = _parsed(place, answer.octets.decode("utf-8", "replace") if answer.status == 200 else "")
            self._asked[place] = (now, rules)
        return rules


def _allowed(rules: RobotFileParser, url: str) -> bool:
    try:
        return rules.can_fetch(NAME, url)
    except ValueError:  # an address that is none once its letters are decoded
        return False


def _parsed(place: str, text: str) -> RobotFileParser:
    rules = RobotFileParser()
    try:
        rules.parse(text.splitlines())
    except ValueError as cause:  # a delay or an address in it that is none
        raise NotRead(f"{place} cannot be read, which bars the site: a delay or an address in it is none.") from cause
    return rules

"""Private addresses of feeds, for calendar programs, which can send no token: whoever holds a token makes one of a feed
that it may read. It is read there as with the token itself, until either ends. Working data, no part of the record."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date

from schemas.errors import FeedNotFound, StaleRevision
from schemas.feeds import FeedAddress
from schemas.tokens import Token
from service.clock import Clock, instant
from service.publishing import Named, named_feed
from service.store import feedaddresses
from service.store.asknown import AsKnown, standpoint
from service.store.database import Connection, Transaction

Standpoint = tuple[date | None, int | None]
"""A day and a change that are asked for, None for now."""


def readable(
    conn: Connection, clock: Clock, slug: str, only: tuple[str, ...], asked: Standpoint = (None, None)
) -> tuple[AsKnown, Named]:
    """A feed by name, and where a reader limited to the calendars `only` (empty: to none) stands on it.

    Such a reader may ask what names calendars of its own: raises FeedNotFound for a feed that names others or none, as
    for one that there is not.
    """
    named = named_feed(standpoint(conn, clock, *asked, only, only), slug)
    calendars = named.query.calendar
    if only and (not calendars or set(calendars) - set(only)):
        raise FeedNotFound(f"There is no feed {slug} in {', '.join(only)}.")
    return standpoint(conn, clock, *asked, calendars, only), named


def give(tx: Transaction, clock: Clock, slug: str, token: Token, *, closed: bool) -> tuple[FeedAddress, str]:
    """Make an address of a feed with a token that may read it (its limits hold where reading is `closed`); the address
    and its secret, which is kept nowhere. Raises FeedNotFound, as `readable` does."""
    readable(tx.conn, clock, slug, limits(token, closed=closed))
    id_, secret = feedaddresses.make(tx, slug, token.name)
    return feedaddresses.one(tx.conn, slug, id_), secret


def limits(token: Token, *, closed: bool) -> tuple[str, ...]:
    """The calendars that a reader with a token is limited to, empty for none: where reading is open nobody is."""
    return token.calendars if closed else ()


def opened(
    conn: Connection, clock: Clock, secret: str, asked: Standpoint, *, closed: bool
) -> tuple[FeedAddress, AsKnown, Named]:
    """What the address with a secret opens: itself, and as `readable` by its token (whose limits hold where reading is
    `closed`). Raises FeedNotFound, in the same words whatever the reason."""
    address = feedaddresses.of_secret(conn, secret)
    if address and address.token.standing(instant(clock.now())) == "in force":
        with contextlib.suppress(FeedNotFound):
            return address, *readable(conn, clock, address.feed, limits(address.token, closed=closed), asked)
    raise FeedNotFound("There is no feed at this address.")


def owner(token: Token) -> str | None:
    """Whose addresses a token sees and revokes: its own; None for all, with scope admin."""
    return None if token.may("admin") else token.name


def revoke(tx: Transaction, slug: str, id_: str, *, expected: Sequence[str], by: Token) -> None:
    """End an address at once. `expected` are tags of what is ended; raises StaleRevision if it is at none of them, or
    FeedAddressNotFound."""
    address = feedaddresses.one(tx.conn, slug, id_, owner(by))
    if address.tag not in expected:
        yours = " or ".join(expected) or "none of ours"
        detail = f"The address {id_} stands at {address.tag}; If-Match says {yours}: read it again."
        raise StaleRevision(detail, current=address.tag, yours=yours)
    feedaddresses.end(tx, id_)

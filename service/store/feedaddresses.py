"""Private addresses of feeds: each of one token, hashed at rest, shown once."""

from __future__ import annotations

import secrets
import sqlite3

from schemas.errors import FeedAddressNotFound
from schemas.feeds import FeedAddress
from service.store import tokens, uses
from service.store.database import Store, Transaction
from service.store.revisions import fresh_id
from service.store.tokens import digest_of

_COLUMNS = "id, feed, token, created_at, last_used_at"
_BYTES = 24
"""How many random ones a secret is made of: 192 bits."""


def make(tx: Transaction, feed: str, token: str) -> tuple[str, str]:
    """Make an address of a feed with a token; its id, and its secret, of which only a hash is kept."""
    id_, secret = fresh_id(tx.conn), secrets.token_urlsafe(_BYTES)
    tx.conn.execute(
        "INSERT INTO feed_address (id, digest, feed, token, created_at) VALUES (?, ?, ?, ?, ?)",
        (id_, digest_of(secret), feed, token, tx.recorded_at),
    )
    return id_, secret


def every(conn: sqlite3.Connection, feed: str, owner: str | None = None) -> list[FeedAddress]:
    """All addresses of a feed by id, or those that `owner` made."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM feed_address WHERE feed = ? ORDER BY id", (feed,))
    return [_address(conn, row) for row in rows if owner is None or row["token"] == owner]


def one(conn: sqlite3.Connection, feed: str, id_: str, owner: str | None = None) -> FeedAddress:
    """An address of a feed; raises FeedAddressNotFound, in the same words for one that is not of `owner`, if given."""
    found = [each for each in every(conn, feed, owner) if each.id == id_]
    if not found:
        raise FeedAddressNotFound(f"The feed {feed} has no private address {id_}{' of yours' if owner else ''}.")
    return found[0]


def of_secret(conn: sqlite3.Connection, secret: str) -> FeedAddress | None:
    """The address that a secret opens, whether or not its token is in force; None for a secret of none. It is sought by
    its hash, so that how long that takes tells nothing of other secrets."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM feed_address WHERE digest = ?", (digest_of(secret),)).fetchone()
    return _address(conn, row) if row else None


def end(tx: Transaction, id_: str) -> None:
    """Let nobody read at an address any more."""
    tx.conn.execute("DELETE FROM feed_address WHERE id = ?", (id_,))


def end_all(tx: Transaction, feed: str) -> None:
    """Let nobody read at any address of a feed."""
    tx.conn.execute("DELETE FROM feed_address WHERE feed = ?", (feed,))


def note_use(store: Store, address: FeedAddress) -> None:
    """Note that a program just looked there, as `uses.note` does."""
    statement = "UPDATE feed_address SET last_used_at = ? WHERE id = ?"
    uses.note(store, address.token.name, address.last_used_at, statement, address.id)


def _address(conn: sqlite3.Connection, row: sqlite3.Row) -> FeedAddress:
    return FeedAddress(**{**dict(row), "token": tokens.one(conn, row["token"])})

"""Saved queries: kept by slug, changed in place."""

from __future__ import annotations

import sqlite3

from schemas.errors import FeedNotFound
from schemas.feeds import FeedDraft, SavedFeed
from service.store.database import Transaction

_COLUMNS = "slug, title, query AS text, owner, created_at, changed_at"


def every(conn: sqlite3.Connection) -> list[SavedFeed]:
    """All saved queries, by slug."""
    return [SavedFeed(**dict(row)) for row in conn.execute(f"SELECT {_COLUMNS} FROM feed ORDER BY slug")]


def one(conn: sqlite3.Connection, slug: str) -> SavedFeed:
    """A saved query; raises FeedNotFound."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM feed WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        raise FeedNotFound(f"There is no saved query {slug}.")
    return SavedFeed(**dict(row))


def add(tx: Transaction, slug: str, draft: FeedDraft) -> bool:
    """Keep a new one; False, and nothing kept, where the slug is taken."""
    done = tx.conn.execute(
        "INSERT INTO feed (slug, title, query, owner, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (slug, draft.title, draft.text, tx.recorded_by, tx.recorded_at, tx.recorded_at),
    )
    return bool(done.rowcount)


def change(tx: Transaction, slug: str, draft: FeedDraft) -> None:
    """Say something else under the same slug."""
    tx.conn.execute(
        "UPDATE feed SET title = ?, query = ?, changed_at = ? WHERE slug = ?",
        (draft.title, draft.text, tx.recorded_at, slug),
    )


def drop(tx: Transaction, slug: str) -> None:
    """Keep it no longer."""
    tx.conn.execute("DELETE FROM feed WHERE slug = ?", (slug,))

"""Tokens: named, scoped, hashed at rest, shown once."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime

from schemas.errors import (
    ScopeMissing,
    StaleRevision,
    TokenExists,
    TokenMissing,
    TokenNotFound,
)
from schemas.tokens import Token, TokenDraft, check
from service.clock import instant
from service.store import registers, uses
from service.store.database import Store, Transaction

_PREFIX = "leadup_"
_COLUMNS = "name, scope, calendars, created_at, created_by, expires_at, last_used_at, revoked_at"


def create(
    tx: Transaction, name: str, scope: str, *, calendars: tuple[str, ...] = (), expires: date | None = None
) -> str:
    """Make a token, limited to `calendars` (none given: to none) and refused from the day `expires` on, and answer its
    secret, of which only a hash is kept.

    Raises TokenExists for a name that was ever given (the record is signed with it), InvalidRecord for an unknown
    calendar, an expiry that has passed, or a limited administrator.
    """
    draft = TokenDraft(name=name, scope=scope, calendars=calendars, expires=expires)
    if tx.conn.execute("SELECT 1 FROM token WHERE name = ?", (draft.name,)).fetchone():
        raise TokenExists(f"There is a token {draft.name} already, or was: choose another name.", pointer="/name")
    check(draft, registers.calendars(tx.conn), date.fromisoformat(tx.recorded_at[:10]))
    secret = _PREFIX + secrets.token_urlsafe(24)
    tx.conn.execute(
        "INSERT INTO token (name, digest, scope, calendars, expires_at, created_at, created_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            draft.name,
            digest_of(secret),
            draft.scope,
            json.dumps(draft.calendars),
            f"{draft.expires}T00:00:00Z" if draft.expires else None,
            tx.recorded_at,
            tx.recorded_by,
        ),
    )
    return secret


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    # The secret has 192 random bits, so one round of a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def every(conn: sqlite3.Connection) -> list[Token]:
    """All tokens, by name."""
    return [_token(row) for row in conn.execute(f"SELECT {_COLUMNS} FROM token ORDER BY name")]


def one(conn: sqlite3.Connection, name: str) -> Token:
    """A token by name; raises TokenNotFound."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM token WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise TokenNotFound(f"There is no token {name}.")
    return _token(row)


def _token(row: sqlite3.Row) -> Token:
    return Token(**{**dict(row), "calendars": tuple(json.loads(row["calendars"]))})


def in_force(conn: sqlite3.Connection, name: str, now: datetime) -> Token:
    """A token by name that is in force; raises TokenNotFound."""
    token = one(conn, name)
    if token.standing(instant(now)) != "in force":
        raise TokenNotFound(f"No token {name} is in force.")
    return token


def revoke(tx: Transaction, name: str, expected: Callable[[], Sequence[str]] | None = None) -> None:
    """End a token at once; raises TokenNotFound for a name that has none that was not revoked before, and StaleRevision
    for one that stands at none of the `expected` tags, where any are."""
    token = one(tx.conn, name)
    if token.revoked_at:
        raise TokenNotFound(f"No token {name} is in force.")
    tags = expected() if expected else (token.tag,)
    if token.tag not in tags:
        yours = " or ".join(tags) or "none of ours"
        detail = f"The token {name} stands at {token.tag}; If-Match says {yours}: read it again."
        raise StaleRevision(detail, current=token.tag, yours=yours)
    tx.conn.execute("UPDATE token SET revoked_at = ? WHERE name = ?", (tx.recorded_at, name))


def admit(conn: sqlite3.Connection, secret: str | None, scope: str, now: datetime) -> Token:
    """The token of that secret, if it may `scope`; raises TokenMissing (in the same words for one unknown, revoked or
    expired) or ScopeMissing."""
    return _admitted(conn, "digest", digest_of(secret or ""), scope, now)


def admit_named(conn: sqlite3.Connection, name: str, scope: str, now: datetime) -> Token:
    """The token of that name, if it may `scope`, for one who showed its secret before; raises as `admit`. A name is
    given once, so that what was signed for it is never another's."""
    return _admitted(conn, "name", name, scope, now)


def _admitted(conn: sqlite3.Connection, column: str, value: str, scope: str, now: datetime) -> Token:
    row = conn.execute(f"SELECT {_COLUMNS} FROM token WHERE {column} = ?", (value,)).fetchone()
    token = _token(row) if row else None
    if token is None or token.standing(instant(now)) != "in force":
        raise TokenMissing("Send `Authorization: Bearer <token>` with a token that is in force.")
    if not token.may(scope):
        raise ScopeMissing(f"The token {token.name} may {token.scope}, not {scope}.")
    return token


def note_use(store: Store, token: Token) -> None:
    """Note that a token was used just now, as `uses.note` does."""
    uses.note(store, token.name, token.last_used_at, "UPDATE token SET last_used_at = ? WHERE name = ?", token.name)

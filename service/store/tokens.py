"""Tokens: named, scoped, hashed at rest, shown once."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from schemas.errors import ScopeMissing, TokenExists, TokenMissing
from schemas.vocabulary import SCOPES
from service.store.database import Transaction

_PREFIX = "leadup_"


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. A scope holds those before it: admin > write > read."""

    name: str
    scope: str
    created_at: str
    revoked_at: str | None

    def may(self, scope: str) -> bool:
        """Whether the token's scope holds `scope`."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


def create(tx: Transaction, name: str, scope: str) -> str:
    """Make a token and answer its secret, of which only a hash is kept; raises TokenExists for a name in use."""
    if tx.conn.execute("SELECT 1 FROM token WHERE name = ?", (name,)).fetchone():
        raise TokenExists(f"There is a token {name} already: choose another name.")
    secret = _PREFIX + secrets.token_urlsafe(24)
    tx.conn.execute(
        "INSERT INTO token (name, digest, scope, created_at) VALUES (?, ?, ?, ?)",
        (name, _digest(secret), scope, tx.recorded_at),
    )
    return secret


def _digest(secret: str) -> str:
    # The secret has 192 random bits, so one round of a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def every(conn: sqlite3.Connection) -> list[Token]:
    """All tokens, by name."""
    rows = conn.execute("SELECT name, scope, created_at, revoked_at FROM token ORDER BY name")
    return [Token(*row) for row in rows]


def revoke(tx: Transaction, name: str) -> None:
    """End a token; raises TokenMissing for a name that has none in force."""
    done = tx.conn.execute(
        "UPDATE token SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (tx.recorded_at, name)
    )
    if not done.rowcount:
        raise TokenMissing(f"No token {name} is in force.")


def admit(conn: sqlite3.Connection, secret: str | None, scope: str) -> Token:
    """The token of that secret, if it may `scope`; raises TokenMissing or ScopeMissing."""
    row = conn.execute(
        "SELECT name, scope, created_at, revoked_at FROM token WHERE digest = ? AND revoked_at IS NULL",
        (_digest(secret or ""),),
    ).fetchone()
    if row is None:
        raise TokenMissing("Send `Authorization: Bearer <token>` with a token that is in force.")
    token = Token(*row)
    if not token.may(scope):
        raise ScopeMissing(f"The token {token.name} may {token.scope}, not {scope}.")
    return token

"""Answers kept under the key that a client gave (draft-ietf-httpapi-idempotency-key-header): a repeat gets the same.

An answer is kept in the transaction that did what it tells of, so that a process killed at any moment has either done
and kept both or neither. Only what was done is kept: a refusal changed nothing, and is decided anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.errors import DomainError, IdempotencyKeyReused
from service.clock import instant
from service.store.database import Connection, Transaction

KEPT_HOURS: Final = 24


class AnsweredMeanwhile(DomainError):
    """Another request with the same key was carried out first; its answer is kept. Clients are given that answer."""


@dataclass(frozen=True, slots=True)
class Key:
    """A client's key: of which token, at which address; `digest` is that of the whole request."""

    token: str
    path: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def kept(conn: Connection, key: Key, now: datetime) -> Answer | None:
    """The answer kept under a key for less than KEPT_HOURS; raises IdempotencyKeyReused if it was another request's."""
    row = conn.execute(
        "SELECT digest, status, headers, body FROM idempotency"
        " WHERE token = ? AND path = ? AND key = ? AND kept_at > ?",
        (key.token, key.path, key.key, _oldest(now)),
    ).fetchone()
    if row is None:
        return None
    if row["digest"] != key.digest:
        raise IdempotencyKeyReused(
            f"The key {key.key} came with another request before: send a key of its own with each."
        )
    return Answer(row["status"], [(name, value) for name, value in json.loads(row["headers"])], bytes(row["body"]))


def keep(tx: Transaction, key: Key, answer: Answer, now: datetime) -> None:
    """Keep an answer, and let go of those kept for long enough; raises AnsweredMeanwhile for a key that has one."""
    tx.conn.execute("DELETE FROM idempotency WHERE kept_at <= ?", (_oldest(now),))
    done = tx.conn.execute(
        "INSERT INTO idempotency (token, path, key, digest, kept_at, status, headers, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            key.token,
            key.path,
            key.key,
            key.digest,
            instant(now),
            answer.status,
            json.dumps(answer.headers),
            answer.body,
        ),
    )
    if not done.rowcount:
        raise AnsweredMeanwhile(f"The key {key.key} was answered meanwhile.")


def _oldest(now: datetime) -> str:
    return instant(now - timedelta(hours=KEPT_HOURS))

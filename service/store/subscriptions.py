"""Subscriptions as they are kept: asked for, confirmed, paused, ended, erased. Working data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Any

from schemas.errors import SubscriptionNotFound
from schemas.mailboxes import same_mailbox
from schemas.subscriptions import Choices, Subscription, SubscriptionDraft
from service.clock import instant
from service.store.database import Transaction

_COLUMNS = "id, email, calendar, choices, state, created_at, confirmed_at, ended_at, paused_why"

_ADD = """
INSERT INTO subscription (id, email, mailbox, calendar, choices, state, created_at, confirmed_at)
VALUES (:id, :email, :mailbox, :calendar, :choices, :state, :now, :confirmed_at)
"""


def plain(choices: Choices) -> str:
    """Choices as one JSON text."""
    return json.dumps(asdict(choices) | {"hour": choices.hour.isoformat("minutes")}, ensure_ascii=False, sort_keys=True)


def _choices(text: str) -> Choices:
    told: dict[str, Any] = json.loads(text)
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    return Choices(**told | lists | {"hour": time.fromisoformat(told["hour"])})


def subscription_of(row: sqlite3.Row) -> Subscription:
    """A row that has the columns of a subscription, as one."""
    fields = {name: row[name] for name in _COLUMNS.split(", ")}
    return Subscription(**fields | {"choices": _choices(row["choices"])})


def add(
    tx: Transaction, id_: str, draft: SubscriptionDraft, state: str = "waiting", asked_at: datetime | None = None
) -> Subscription:
    """Keep a new subscription: waiting to be confirmed, or active at once. It counts from the moment when it is
    asked for (if none is named, now)."""
    values = {
        "id": id_,
        "email": draft.email,
        "mailbox": same_mailbox(draft.email),
        "calendar": draft.calendar,
        "choices": plain(draft.choices),
        "state": state,
        "now": instant(asked_at) if asked_at else tx.recorded_at,
        "confirmed_at": tx.recorded_at if state == "active" else None,
    }
    tx.conn.execute(_ADD, values)
    return one(tx.conn, id_)


def one(conn: sqlite3.Connection, id_: str) -> Subscription:
    """A subscription; raises SubscriptionNotFound."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM subscription WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise SubscriptionNotFound("There is no such subscription.")
    return subscription_of(row)


def every(conn: sqlite3.Connection, states: Iterable[str] = ()) -> list[Subscription]:
    """All subscriptions, or those in `states`, oldest first."""
    wanted = json.dumps(list(states))
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM subscription WHERE ? = '[]' OR state IN (SELECT value FROM json_each(?))"
        " ORDER BY created_at, id",
        (wanted, wanted),
    )
    return [subscription_of(row) for row in rows]


def active(conn: sqlite3.Connection, calendar: str) -> list[Subscription]:
    """Those that are told of a calendar."""
    return _of_calendar(conn, calendar, "state = 'active'")


def paused(conn: sqlite3.Connection, calendar: str) -> list[Subscription]:
    """Those that will be told of a calendar once they are taken up again."""
    return _of_calendar(conn, calendar, "state = 'paused'")


def _of_calendar(conn: sqlite3.Connection, calendar: str, such: str) -> list[Subscription]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM subscription WHERE {such} AND calendar = ? ORDER BY id", (calendar,))
    return [subscription_of(row) for row in rows]


def of_mailbox(conn: sqlite3.Connection, email: str) -> list[Subscription]:
    """Every subscription of an address, however it is written."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM subscription WHERE mailbox = ? ORDER BY id", (same_mailbox(email),))
    return [subscription_of(row) for row in rows]


def newest_asked(conn: sqlite3.Connection, email: str, count: int) -> list[Subscription]:
    """The last of the subscriptions for which an address was, or is to be, asked, newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM subscription WHERE mailbox = ? ORDER BY created_at DESC, id LIMIT ?",
        (same_mailbox(email), count),
    )
    return [subscription_of(row) for row in rows]


def withdraw(tx: Transaction, id_: str) -> None:
    """Forget a subscription of which nobody was told yet, as if it had never been asked for."""
    tx.conn.execute("DELETE FROM subscription WHERE id = ?", (id_,))


def change(tx: Transaction, id_: str, **columns: Any) -> None:
    """Set columns of a subscription."""
    told = {name: plain(value) if isinstance(value, Choices) else value for name, value in columns.items()}
    tx.conn.execute(
        f"UPDATE subscription SET {', '.join(f'{name} = :{name}' for name in told)} WHERE id = :id", {**told, "id": id_}
    )


def erase(tx: Transaction, email: str) -> list[str]:
    """Forget an address wholly; the ids of what were its subscriptions, whose history stays without it."""
    return [blank(tx, each) for each in of_mailbox(tx.conn, email)]


def waiting_since(conn: sqlite3.Connection, until: datetime) -> list[Subscription]:
    """Those that were asked for by then and still wait to be confirmed."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM subscription WHERE state = 'waiting' AND created_at <= ?", (instant(until),)
    )
    return [subscription_of(row) for row in rows]


def blank(tx: Transaction, each: Subscription) -> str:
    """Forget the address of a subscription, and end it; its id."""
    ended, choices = each.ended_at or tx.recorded_at, replace(each.choices, people=())
    change(tx, each.id, email=None, mailbox=None, state="ended", ended_at=ended, choices=choices, paused_why=None)
    return each.id


def counts(conn: sqlite3.Connection) -> dict[str, int]:
    """How many subscriptions are in which state."""
    return {row[0]: row[1] for row in conn.execute("SELECT state, COUNT(*) FROM subscription GROUP BY state")}

"""When a secret was last used: noted to the minute, beside the reading."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Final

from schemas.errors import StoreBusy, StoreUnreadable
from service.clock import instant
from service.store.database import Store

NOTED_EVERY_SECONDS: Final = 60
"""How exact `last_used_at` is: more often it is not written."""


def note(store: Store, by: str, last_used_at: str | None, statement: str, key: str) -> None:
    """Write the present instant by `statement` (its parameters: the instant, `key`), at most once in
    NOTED_EVERY_SECONDS, in a transaction of its own that never waits: where the store is being written to, the next use
    notes it."""
    now = store.clock.now()
    if last_used_at and last_used_at > instant(now - timedelta(seconds=NOTED_EVERY_SECONDS)):
        return
    try:
        with store.transaction(by, wait_seconds=0) as tx:
            tx.conn.execute(statement, (instant(now), key))
    except (StoreBusy, StoreUnreadable, sqlite3.OperationalError):
        return

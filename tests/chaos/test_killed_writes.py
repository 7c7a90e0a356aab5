"""A process killed between any two statements of a write leaves all of it or nothing, and what derives stays right."""

from __future__ import annotations

import os
import signal
import sqlite3
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.events import EventDraft, LinkDraft
from schemas.when import parse
from service import linking, recording
from service.store import database, derived, feedbytes
from service.store.database import Store
from service.store.derived import DERIVED_TABLES
from tests.builders import a_store, tell

TODAY = date(2026, 3, 1)


def a_draft(title: str) -> EventDraft:
    return EventDraft(
        calendar="demo",
        kind="plenary",
        title=title,
        when=parse("[2026-02-11..2026-02-20]"),
        status="announced",
        known_on=date(2026, 2, 2),
        people=("Kim X",),
    )


def record(store: Store) -> None:
    recording.record(store, a_draft("recorded"), by="test")


def amend(store: Store) -> None:
    recording.amend(store, "autumn01", a_draft("amended"), expected=[(0, 0)], by="test")


def link(store: Store) -> None:
    draft = LinkDraft(rel="follows_up", subject="autumn02", target="autumn01", known_on=date(2026, 2, 2))
    linking.link(store, draft, by="test")


def remake(store: Store) -> None:
    with store.transaction("test") as tx:
        derived.rebuild(tx.conn)
        feedbytes.refresh_all(tx.conn)


def held(store: Store) -> dict[str, list[str]]:
    """Every row of the record and of what derives, but for the numbers that rectangles happen to have."""
    found = {}
    with store.reading() as conn:
        for table in ("change", "revision", *DERIVED_TABLES):
            rows = (dict(row) for row in conn.execute(f"SELECT * FROM {table}"))
            found[table] = sorted(repr({**row, "rectangle": None}) for row in rows)
    return found


def killed_at(statement: int, act: Callable[[Store], None], store: Store) -> bool:
    """Do it in a process of its own that is killed before its `statement`-th statement; whether it came to that."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        left = [statement]

        def count(_: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        connect = database.connect

        def counted(*where: Any) -> sqlite3.Connection:
            conn = connect(*where)
            conn.set_trace_callback(count)
            return conn

        database.connect = counted  # type: ignore[assignment]
        try:
            act(store)
        except BaseException:
            traceback.print_exc()
            os._exit(1)  # else the child would go on running tests
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("act", [record, amend, link, remake], ids=lambda each: each.__name__)
def test_a_write_killed_anywhere_leaves_all_or_nothing(tmp_path: Path, act: Callable[[Store], None]) -> None:
    store = a_store(tmp_path / "store.sqlite3", TODAY)
    for id_ in ("autumn01", "autumn02"):
        tell(store, id_, "2026-01-10", "2026-01-05", people=["Kim X"])
    remake(store)
    before, statement = held(store), 1
    while killed_at(statement, act, store):
        assert held(store) == before, f"killed before statement {statement}"
        statement += 1
    assert statement > 10
    after = held(store)
    assert (after == before) == (act is remake)
    remake(store)
    assert held(store) == after

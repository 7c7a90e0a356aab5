"""Two processes write to one store at once: nothing is lost, nothing is locked, no number is skipped, and who
follows the log meanwhile misses nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from schemas.events import EventDraft
from schemas.when import parse
from service.recording import record
from service.settings import Settings
from service.store import changes
from service.store.asknown import standpoint
from service.store.database import Store

AMENDMENTS = 200

WRITER = """
import sys
from datetime import date
from pathlib import Path
from schemas.errors import StaleRevision
from schemas.events import EventDraft
from schemas.when import parse
from service.clock import Clock
from service.recording import amend
from service.store.database import Store
from service.store.revisions import rows_of, tag_on

_, path, id_, name, count = sys.argv
store, count = Store(Path(path), Clock(date(2026, 11, 24))), int(count)
done = 0
while done < count:
    with store.reading() as conn:
        tag = tag_on(rows_of(conn, id_), date(2026, 5, 3))
    draft = EventDraft(calendar="dprk", kind="ceremony", title=f"{name} {done}", when=parse("2026-05-02"),
                       status="held", known_on=date(2026, 5, 3))
    try:
        amend(store, id_, draft, expected=[tag], by=name)
    except StaleRevision:
        continue
    done += 1
"""


def follow(store: Store, writers: list[subprocess.Popen[str]]) -> list[int]:
    """The changes of the new event that a reader of the log sees, going on from the last one each time."""
    with store.reading() as conn:
        last = int(conn.execute("SELECT MAX(change) FROM change").fetchone()[0]) - 1
    found: list[int] = []
    ended = False
    while not ended:
        ended = all(writer.poll() is not None for writer in writers)
        with store.reading() as conn:
            read = [each.change for each in changes.log(standpoint(conn, store.clock), last, 10_000)]
        found += read
        last = read[-1] if read else last
    return found


@pytest.mark.slow
def test_two_writers_amending_one_event_lose_nothing(settings: Settings, store: Store) -> None:
    draft = EventDraft(
        calendar="dprk",
        kind="ceremony",
        title="A factory opens",
        when=parse("2026-05-02"),
        status="held",
        known_on=date(2026, 5, 3),
    )
    id_ = record(store, draft, by="test")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.store_path), id_, name, str(AMENDMENTS)],
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("alice", "bob")
    ]
    followed = follow(store, writers)
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, "")
    with store.reading() as conn:
        rows = conn.execute(
            "SELECT revision.sequence, change.change, json_extract(state, '$.title') AS title FROM revision"
            " JOIN change ON change.change = revision.change WHERE revision.subject = ? ORDER BY change.change",
            (id_,),
        ).fetchall()
    assert [row["sequence"] for row in rows] == list(range(2 * AMENDMENTS + 1))
    assert followed == [row["change"] for row in rows]
    titles = [row["title"] for row in rows[1:]]
    assert sorted(titles) == sorted(f"{name} {number}" for name in ("alice", "bob") for number in range(AMENDMENTS))

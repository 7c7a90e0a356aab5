"""Whatever is done in whatever order, the store answers as ten lines of Python: on every day, through every change."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from schemas.errors import KnownBeforeEnds, LinkExists, LinkWouldCycle, Retracted
from schemas.events import EventDraft, LinkDraft
from schemas.when import parse
from service import linking, recording
from service.app import create_app
from service.importing import add_pack
from service.settings import Settings, read_settings
from service.store.database import store_of
from service.store.migrations import migrate

FIRST = date(2026, 1, 1)
DAYS = 6
TODAY = FIRST + timedelta(days=DAYS)
PACK = {
    "calendar.toml": 'slug = "demo"\nname = "Demo"\nzone = "Asia/Tokyo"\nknown_on = 2025-01-01\n'
    '[[kinds]]\nslug = "visit"\ngroup = "visit"\nlabel = "Visit"\nplural = "Visits"\n',
    "names.jsonl": "",
    "events.jsonl": "",
}


@dataclass(frozen=True)
class Entry:
    change: int
    subject: str
    sequence: int
    known_on: date
    state: dict[str, Any]
    replaces: int | None = None
    by: str = "test"


@dataclass
class Model:
    """The definition: of each subject the entry with the greatest (known_on, sequence) known on D, recorded through R,
    and not replaced by R; of a retracted one, none."""

    entries: list[Entry] = field(default_factory=list)

    def of(self, subject: str, through: int) -> list[Entry]:
        rows = [each for each in self.entries if each.subject == subject and each.change <= through]
        replaced = {each.replaces for each in rows}
        return [each for each in rows if each.sequence not in replaced]

    def state(self, subject: str, day: date, through: int) -> Entry | None:
        standing = self.of(subject, through)
        if any(each.state.get("status") == "retracted" for each in standing):
            return None
        known = [each for each in standing if each.known_on <= day]
        return max(known, key=lambda each: (each.known_on, each.sequence), default=None)

    def tag(self, subject: str, day: date) -> tuple[int, int]:
        rows = [each for each in self.entries if each.subject == subject]
        last = self.entries[-1].change
        first = min(each.known_on for each in self.of(subject, last))
        shown = self.state(subject, max(day, first), last)
        assert shown
        return max(each.sequence for each in rows if each.known_on <= max(day, first)), shown.sequence

    def subjects(self, sort: str) -> list[str]:
        """In the order in which they came: ids are random, and a run that is repeated must draw the same ones."""
        return list(dict.fromkeys(each.subject for each in self.entries if (sort == "link") == ("rel" in each.state)))

    def alive(self, sort: str) -> list[str]:
        last = self.entries[-1].change if self.entries else 0
        return [each for each in self.subjects(sort) if self.state(each, TODAY, last)]


class Knowledge(RuleBasedStateMachine):
    """Records, amends, enters late, replaces, retracts, links, unlinks, imports; reads any day through any change."""

    client: FlaskClient
    settings: Settings
    empty: Path

    @initialize()
    def begin(self) -> None:
        for leftover in self.settings.store_path.parent.glob("leadup.sqlite3-*"):
            leftover.unlink()
        shutil.copy(self.empty, self.settings.store_path)
        self.store = store_of(self.settings)
        self.model, self.titles, self.change = Model(), 0, self._last()

    def _last(self) -> int:
        with self.store.reading() as conn:
            return int(conn.execute("SELECT MAX(change) FROM change").fetchone()[0])

    def _note(
        self, subject: str, known_on: date, state: dict[str, Any], replaces: int | None = None, by: str = "test"
    ) -> None:
        self.change += 1
        sequence = sum(each.subject == subject for each in self.model.entries)
        self.model.entries.append(Entry(self.change, subject, sequence, known_on, state, replaces, by))
        assert self._last() >= self.change

    def _draft(self, day: int, status: str, replaces: int | None = None) -> EventDraft:
        self.titles += 1
        return EventDraft(
            calendar="demo",
            kind="visit",
            title=f"state {self.titles}",
            when=parse(f"{FIRST - timedelta(days=30)}"),
            status=status,
            known_on=FIRST + timedelta(days=day),
            replaces=replaces,
        )

    @rule(day=st.integers(0, DAYS), status=st.sampled_from(["announced", "held"]))
    def record(self, day: int, status: str) -> None:
        draft = self._draft(day, status)
        id_ = recording.record(self.store, draft, by="test")
        self._note(id_, FIRST + timedelta(days=day), {"title": draft.title, "status": status})

    @precondition(lambda self: self.model.alive("event"))
    @rule(data=st.data(), day=st.integers(0, DAYS), replacing=st.booleans())
    def amend(self, data: st.DataObject, day: int, replacing: bool) -> None:
        id_ = data.draw(st.sampled_from(self.model.alive("event")))
        sequences = [each.sequence for each in self.model.of(id_, self.change)]
        replaces = data.draw(st.sampled_from(sequences)) if replacing else None
        draft = self._draft(day, "held", replaces)
        tag = self.model.tag(id_, FIRST + timedelta(days=day))
        recording.amend(self.store, id_, draft, expected=[tag], by="test")
        self._note(id_, FIRST + timedelta(days=day), {"title": draft.title, "status": "held"}, replaces)

    @precondition(lambda self: self.model.alive("event"))
    @rule(data=st.data(), day=st.integers(0, DAYS))
    def retract(self, data: st.DataObject, day: int) -> None:
        id_ = data.draw(st.sampled_from(self.model.alive("event")))
        draft = self._draft(day, "retracted")
        tag = self.model.tag(id_, FIRST + timedelta(days=day))
        recording.amend(self.store, id_, draft, expected=[tag], by="test")
        self._note(id_, FIRST + timedelta(days=day), {"title": draft.title, "status": "retracted"})

    @rule(data=st.data(), day=st.integers(0, DAYS))
    def bring_back(self, data: st.DataObject, day: int) -> None:
        """What was retracted takes no revision, but for one that replaces the retraction."""
        gone = [each for each in self.model.subjects("event") if each not in self.model.alive("event")]
        if not gone:
            return
        id_ = data.draw(st.sampled_from(gone))
        retraction = next(each for each in self.model.of(id_, self.change) if each.state["status"] == "retracted")
        last = max(each.sequence for each in self.model.entries if each.subject == id_)
        expected = [(last, retraction.sequence)]
        with pytest.raises(Retracted):
            recording.amend(self.store, id_, self._draft(day, "held"), expected=expected, by="test")
        draft = self._draft(day, "held", retraction.sequence)
        recording.amend(self.store, id_, draft, expected=expected, by="test")
        self._note(id_, FIRST + timedelta(days=day), {"title": draft.title, "status": "held"}, retraction.sequence)

    @precondition(lambda self: len(self.model.alive("event")) > 1)
    @rule(data=st.data(), day=st.integers(0, DAYS))
    def link(self, data: st.DataObject, day: int) -> None:
        ends = data.draw(st.lists(st.sampled_from(self.model.alive("event")), min_size=2, max_size=2, unique=True))
        rel = data.draw(st.sampled_from(["follows_up", "same_place"]))
        known_on = FIRST + timedelta(days=day)
        try:
            id_ = linking.link(
                self.store, LinkDraft(rel=rel, subject=ends[0], target=ends[1], known_on=known_on), by="t"
            )
        except KnownBeforeEnds:
            assert not self._known(ends, known_on)
            return
        except LinkWouldCycle:
            assert rel == "follows_up"
            return
        except LinkExists:
            either_way = (ends, ends[::-1]) if rel == "same_place" else (ends,)
            drawn = [each.state for each in self.model.entries if each.state.get("rel") == rel]
            assert any(state["ends"] in either_way for state in drawn)
            return
        assert self._known(ends, known_on)
        self._note(id_, known_on, {"rel": rel, "ends": ends, "state": "asserted"})

    def _known(self, ends: list[str], day: date) -> bool:
        """Whether both ends of a link are known on a day."""
        return all(self.model.state(end, day, self.change) for end in ends)

    @precondition(lambda self: self.model.alive("link"))
    @rule(data=st.data(), day=st.integers(0, DAYS), state=st.sampled_from(["rejected", "suggested"]))
    def unlink(self, data: st.DataObject, day: int, state: str) -> None:
        id_ = data.draw(st.sampled_from(self.model.alive("link")))
        of_link = next(each.state for each in self.model.entries if each.subject == id_)
        known_on = FIRST + timedelta(days=day)
        subject, target = of_link["ends"]
        draft = LinkDraft(rel=of_link["rel"], subject=subject, target=target, known_on=known_on, state=state)
        stands = self.model.state(id_, known_on, self.change)
        try:
            linking.amend_link(self.store, id_, draft, expected=[self.model.tag(id_, known_on)], by="test")
        except KnownBeforeEnds:
            assert not self._known([subject, target], known_on)
            return
        if stands is None or (stands.known_on, stands.state["state"]) != (known_on, state):  # else it says nothing new
            self._note(id_, known_on, of_link | {"state": state})

    @rule(days=st.lists(st.integers(0, DAYS), min_size=1, max_size=3, unique=True), name=st.sampled_from(["p1", "p2"]))
    def import_(self, days: list[int], name: str) -> None:
        """A pack brings what was never asserted, nothing twice, and puts nothing aside that others said of that day."""
        if name in self.model.subjects("event") and name not in self.model.alive("event"):
            return
        revisions = [
            {"known_on": str(FIRST + timedelta(days=day)), "kind": "visit", "title": f"{name} {day}", "status": "held"}
            | {"when": str(FIRST - timedelta(days=30))}
            for day in sorted(days)
        ]
        with tempfile.TemporaryDirectory() as folder:
            files = PACK | {"events.jsonl": json.dumps({"id": name, "revisions": revisions}) + "\n"}
            for file, text in files.items():
                (Path(folder) / file).write_text(text, "utf-8")
            add_pack(self.store, Path(folder))
        asserted = {each.state["title"] for each in self.model.entries if each.subject == name}
        for day in sorted(days):
            known_on = FIRST + timedelta(days=day)
            stands = self.model.state(name, known_on, self.change)
            if f"{name} {day}" not in asserted and (stands is None or stands.by == "pack"):
                self._note(name, known_on, {"title": f"{name} {day}", "status": "held"}, by="pack")

    @invariant()
    def nothing_more_was_written(self) -> None:
        assert self._last() == self.change

    @rule(data=st.data(), day=st.integers(-1, DAYS))
    def read(self, data: st.DataObject, day: int) -> None:
        through = data.draw(st.integers(1, self.change))
        self._agree(FIRST + timedelta(days=day), through)

    def teardown(self) -> None:
        if hasattr(self, "model"):
            for day in range(-1, DAYS + 1):
                self._agree(FIRST + timedelta(days=day), None)

    def _agree(self, day: date, through: int | None) -> None:
        asked = f"as_known_on={day}" + (f"&through={through}" if through is not None else "")
        page = self.client.get(f"/api/v1/events?expand=links&limit=200&{asked}").get_json()
        expected = self._expected(day, self.change if through is None else through)
        assert {item["id"]: (item["title"], item["sequence"], _links(item)) for item in page["items"]} == expected
        for id_ in self.model.subjects("event"):
            assert self.client.get(f"/api/v1/events/{id_}?{asked}").status_code == (200 if id_ in expected else 404)
        if through is None:  # the number that is printed gives the same answer again
            again = self.client.get(
                f"/api/v1/events?expand=links&limit=200&{asked}&through={page['through']}"
            ).get_json()
            assert again["items"] == page["items"]

    def _expected(self, day: date, through: int) -> dict[str, tuple[str, int, list[tuple[str, str, str, str]]]]:
        shown = {id_: self.model.state(id_, day, through) for id_ in self.model.subjects("event")}
        links: dict[str, list[tuple[str, str, str, str]]] = {id_: [] for id_ in shown}
        for id_ in self.model.subjects("link"):
            link = self.model.state(id_, day, through)
            if link and all(shown[end] for end in link.state["ends"]):
                subject, target = link.state["ends"]
                links[subject].append((id_, "out", target, link.state["state"]))
                links[target].append((id_, "in", subject, link.state["state"]))
        return {
            id_: (each.state["title"], each.sequence, sorted(links[id_]))
            for id_, each in shown.items()
            if each is not None
        }


def _links(item: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return sorted((link["id"], link["direction"], link["event"]["id"], link["state"]) for link in item["links"])


@pytest.fixture
def machine(tmp_path: Path) -> type[Knowledge]:
    """The machine over one app, whose store begins anew with each run."""
    told = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    migrate(told.store_path)
    (tmp_path / "pack").mkdir()
    for file, text in PACK.items():
        (tmp_path / "pack" / file).write_text(text, "utf-8")
    add_pack(store_of(told), tmp_path / "pack")
    app = create_app(told)
    empty = tmp_path / "empty.sqlite3"
    with store_of(told).reading() as conn:
        conn.execute("ROLLBACK")
        conn.execute("VACUUM INTO ?", (str(empty),))
    return type("Machine", (Knowledge,), {"client": app.test_client(), "settings": told, "empty": empty})


def run(machine: type[Knowledge], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a run that fails is told as it is: making it shorter takes minutes
        ),
    )


@pytest.mark.slow
def test_the_store_agrees_with_the_definition_whatever_is_done(machine: type[Knowledge]) -> None:
    run(machine, examples=60, steps=25)


@pytest.mark.long
def test_the_store_agrees_with_the_definition_at_length(machine: type[Knowledge]) -> None:
    run(machine, examples=1500, steps=50)

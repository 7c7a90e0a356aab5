"""What the tests share: a store of their own, loaded with the shipped calendar once, and the app over a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import settings as examples

from service.clock import Clock
from service.importing import PACKS, add_pack
from service.settings import Settings, read_settings
from service.store import feedbytes, tokens
from service.store.database import Store, store_of
from service.store.migrations import migrate
from tests.apps import TODAY, app_over

pytest.register_assert_rewrite("tests.judges")  # so that a judge that disagrees says in what

examples.register_profile("untimed", deadline=None)  # how fast a machine is, is no property of ours
examples.load_profile("untimed")


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the whole shipped calendar; copy it, never write to it."""
    path = tmp_path_factory.mktemp("shipped") / "leadup.sqlite3"
    migrate(path)
    store = Store(path, Clock(TODAY))
    with store.transaction("test") as tx:
        feedbytes.adopt(tx, "http://127.0.0.1:8000")
    add_pack(store, PACKS / "dprk", known_by=TODAY)
    return path


@pytest.fixture
def settings(tmp_path: Path, shipped_store: Path) -> Settings:
    """Settings over a copy of the shipped store, on a fixed day."""
    (tmp_path / "var").mkdir()
    shutil.copy(shipped_store, tmp_path / "var" / "leadup.sqlite3")
    return read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})


@pytest.fixture
def store(settings: Settings) -> Store:
    """The store of `settings`."""
    return store_of(settings)


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """A client of the app over `settings`."""
    with app_over(settings).test_client() as client:
        yield client


@pytest.fixture
def write_headers(store: Store) -> dict[str, str]:
    """The headers of a client that may write."""
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    return {"Authorization": f"Bearer {secret}"}

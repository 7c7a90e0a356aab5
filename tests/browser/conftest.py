"""A real Chromium looking at a real gunicorn over a copy of the shipped store."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from service.clock import Clock
from service.store import tokens
from service.store.database import Store

HOUSE = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, shipped_store: Path) -> Iterator[str]:
    """Where the service answers, living on 24 November 2026."""
    with _serving(_home(tmp_path_factory, shipped_store)) as address:
        yield address


@dataclass(frozen=True)
class Desk:
    """Where a service answers that may be written to, and the secret of a token that may."""

    address: str
    secret: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shipped_store: Path) -> Iterator[Desk]:
    """A service of the module's own, to be written to."""
    with _desk(_home(tmp_path_factory, shipped_store)) as desk:
        yield desk


@pytest.fixture(scope="module")
def closed_desk(tmp_path_factory: pytest.TempPathFactory, shipped_store: Path) -> Iterator[Desk]:
    """The same, where reading needs a token too."""
    with _desk(_home(tmp_path_factory, shipped_store), LEADUP_READ="token") as desk:
        yield desk


@contextmanager
def _desk(home: Path, **environ: str) -> Iterator[Desk]:
    store = Store(home / "var" / "leadup.sqlite3", Clock())
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    with _serving(home, **environ) as address:
        yield Desk(address, secret)


def _home(tmp_path_factory: pytest.TempPathFactory, shipped_store: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / "var").mkdir()
    shutil.copy(shipped_store, home / "var" / "leadup.sqlite3")
    return home


@contextmanager
def _serving(home: Path, **environ: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "4"),
            *(
                "--bind",
                f"127.0.0.1:{port}",
                "--log-level",
                "warning",
                "--graceful-timeout",
                "1",
                "service.app:create_app()",
            ),
        ],
        cwd=HOUSE,
        env={**os.environ, "LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24", "PORT": str(port), **environ},
    )
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("gunicorn did not listen")

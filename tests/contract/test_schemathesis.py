"""Schemathesis asks the service over HTTP all that its document allows and much that it does not, in chains too, and
finds nothing: every check, every phase. What is narrowed, and why, stands in schemathesis.toml and its hooks."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request, request_finished
from werkzeug.serving import WSGIRequestHandler, make_server

from service.app import create_app
from service.settings import Settings
from service.store import tokens
from service.store.database import Store
from tests.contract.schemathesis_hooks import OWN_TOKEN

HERE = Path(__file__).parent
CASES = 5_000
"""How many requests the long run must have made."""


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        return


class Served:
    """The service on a port of its own, in this process: so that every answer is looked at by conftest.py too."""

    def __init__(self, app: Flask, secret: str, folder: Path) -> None:
        self.app, self.secret, self.folder = app, secret, folder
        self.done: Counter[str] = Counter()
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.address = f"http://127.0.0.1:{self.server.port}"

    def note(self, sender: Flask, response: Response, **_: object) -> None:
        del sender
        if response.status_code < 400 and request.endpoint:
            self.done[request.endpoint] += 1

    def ask(self, *options: str) -> str:
        """What a run of the `schemathesis` command says; fails if it finds anything."""
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{self.address}/openapi.json", "--url", self.address, "--no-color", "--continue-on-failure"),
            *("-H", f"Authorization: Bearer {self.secret}", *options),
        ]
        told = {"SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks", "PYTHONPATH": str(HERE.parents[1])}
        run = subprocess.run(command, cwd=self.folder, env=told, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-5_000:]
        return run.stdout


@pytest.fixture
def served(settings: Settings, store: Store, tmp_path: Path) -> Iterator[Served]:
    with store.transaction("test") as tx:
        secret = tokens.create(tx, OWN_TOKEN, "admin")
    house = Served(create_app(settings), secret, tmp_path)
    serving = threading.Thread(target=house.server.serve_forever)
    serving.start()
    with request_finished.connected_to(house.note):
        yield house
    house.server.shutdown()
    serving.join()
    house.server.server_close()


@pytest.mark.slow
def test_a_short_run_of_schemathesis_finds_nothing(served: Served) -> None:
    served.ask("--phases", "examples,fuzzing,stateful", "-n", "3", "--generation-deterministic")
    assert "events.create_event" in served.done


@pytest.mark.slow
def test_chains_of_saved_feeds_reach_their_ends(served: Served) -> None:
    """Saved, changed by its tag, dropped: among all chains of all operations few get that far."""
    served.ask("--phases", "stateful", "-n", "40", "--include-tag", "saved-feeds", "--generation-deterministic")
    assert {f"saved-feeds.{verb}" for verb in ("save_feed", "get_feed", "change_feed", "drop_feed")} <= set(served.done)


@pytest.mark.slow
def test_chains_of_private_addresses_reach_their_ends(served: Served) -> None:
    """Made, read by its secret, revoked by its tag."""
    tags = [f"--include-tag={each}" for each in ("saved-feeds", "feed-addresses", "private-feeds")]
    served.ask("--phases", "stateful", "-n", "40", *tags, "--generation-deterministic")
    verbs = {f"feed-addresses.{verb}_feed_address" for verb in ("make", "get", "revoke")}
    assert verbs | {"private-feeds.private_feed", "private-feeds.private_news"} <= set(served.done)


@pytest.mark.slow
def test_chains_of_tokens_reach_their_ends(served: Served) -> None:
    """Made, looked at, revoked by its tag."""
    served.ask("--phases", "stateful", "-n", "40", "--include-tag", "tokens", "--generation-deterministic")
    assert {f"tokens.{verb}_token" for verb in ("create", "get", "revoke")} <= set(served.done)


@pytest.mark.long
def test_a_long_run_of_schemathesis_finds_nothing(served: Served) -> None:
    """5,000 requests at least, each time others; every operation is carried out, not only refused (of saved
    feeds, private addresses and tokens, see above)."""
    told = [served.ask("-n", "10"), served.ask("--phases", "stateful", "-n", "150")]
    found = [re.search(r"(\d+) generated", each) for each in told]
    assert sum(int(each[1]) for each in found if each) >= CASES
    operations = {rule.endpoint for rule in served.app.url_map.iter_rules() if _described(rule.rule)}
    apart = {
        "saved-feeds.change_feed",
        "saved-feeds.drop_feed",
        "feed-addresses.revoke_feed_address",
        "tokens.revoke_token",
    }
    assert operations - apart <= set(served.done)


def _described(rule: str) -> bool:
    return rule.startswith("/api/v1") or rule.endswith((".ics", ".atom"))

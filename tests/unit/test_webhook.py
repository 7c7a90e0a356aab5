"""Letters to a webhook: signed so that the reference library knows them, and never to a private address unasked."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.subscriptions import WEBHOOK
from service import alerting, delivering, reaching
from service.mail import webhook
from service.mail.messages import Sealed
from service.settings import SettingRefused, Settings, read_settings
from service.store import subscriptions
from service.store.database import Store
from tests.builders import a_store, subscribe, tell

pytestmark = pytest.mark.slow

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
LETTER = Sealed("", WEBHOOK, "autumn01-lead-7-abc", b'{"id": "x"}')


class Desk(HTTPServer):
    """Keeps what is posted to it, and answers with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.status = status
        self.taken: list[tuple[str, dict[str, str], bytes]] = []


class _Taking(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return


@contextmanager
def a_desk(status: int = 204) -> Iterator[Desk]:
    desk = Desk(status)
    thread = threading.Thread(target=desk.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        desk.shutdown()
        desk.server_close()
        thread.join()


def hook(desk: Desk, *, allowed: bool = True) -> webhook.Hook:
    found = webhook.read_hook(f"http://127.0.0.1:{desk.server_port}/in?desk=1", SECRET, private_allowed=True)
    return replace(found, private_allowed=allowed)


def test_what_is_posted_is_known_by_the_reference_library() -> None:
    with a_desk() as desk:
        webhook.post(hook(desk), LETTER)
    ((path, headers, body),) = desk.taken
    assert path == "/in?desk=1"
    assert Webhook(SECRET).verify(body, headers) == {"id": "x"}
    assert headers["webhook-id"] == LETTER.name
    with pytest.raises(Exception, match="signature"):
        Webhook(SECRET).verify(body + b" ", headers)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_any_refusal_but_one_is_tried_again_and_no_redirect_is_followed(status: int) -> None:
    with a_desk(status) as desk, pytest.raises(LetterDelayed, match=str(status)):
        webhook.post(hook(desk), LETTER)
    assert len(desk.taken) == 1


def test_a_path_in_any_letters_is_posted_to() -> None:
    with a_desk() as desk:
        webhook.post(
            replace(
                hook(desk),
                path=webhook.read_hook("https://desk.example/lücke?für=x", SECRET, private_allowed=False).path,
            ),
            LETTER,
        )
    assert desk.taken[0][0] == "/l%C3%BCcke?f%C3%BCr=x"


def test_a_host_that_no_name_can_be_delays_the_letter() -> None:
    with a_desk() as desk, pytest.raises(LetterDelayed):
        webhook.post(replace(hook(desk), host="desk..example"), LETTER)


def test_who_is_gone_is_told_no_more() -> None:
    with a_desk(410) as desk, pytest.raises(LetterUndeliverable, match="410"):
        webhook.post(hook(desk), LETTER)


def test_a_private_address_is_refused_whatever_its_name_unless_allowed() -> None:
    with a_desk() as desk:
        for host in ("127.0.0.1", "localhost"):
            refused = replace(hook(desk, allowed=False), host=host)
            with pytest.raises(LetterDelayed, match="private address"):
                webhook.post(refused, LETTER)
        assert desk.taken == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b:1::5db8:d70e", False),
        ("2002:a00:1::1", False),
        ("64:ff9b::93.184.215.14", True),
        ("2002:5db8:d70e::1", True),
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
    ],
)
def test_what_is_private(address: str, public: bool) -> None:
    assert reaching.is_public(address) is public


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("ftp://desk.example/", SECRET),
        ("https://", SECRET),
        ("https://user:hunter2@desk.example/", SECRET),
        ("https://:hunter2@desk.example/", SECRET),
        ("http://desk.example/", SECRET),
        ("https://desk.example:none/", SECRET),
        ("https://desk.example/", None),
        ("https://desk.example/", "hunter2"),
        ("https://desk.example/", "whsec_" + base64.b64encode(b"short").decode()),
    ],
)
def test_what_cannot_be_used_is_refused_and_repeated_nowhere(url: str, secret: str | None) -> None:
    with pytest.raises(SettingRefused, match="LEADUP_WEBHOOK_") as refusal:
        webhook.read_hook(url, secret, private_allowed=False)
    assert "hunter2" not in refusal.value.detail


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", "[2025-12-11..2025-12-20]", "2025-12-01")
    subscribe(store, WEBHOOK, matters=("lead",))
    alerting.raise_due(store)
    return store


def settings(tmp_path: Path, desk: Desk | None = None) -> Settings:
    told = {"LEADUP_HOME": str(tmp_path), "LEADUP_WEBHOOK_PRIVATE": "allow", "LEADUP_WEBHOOK_SECRET": SECRET}
    url = {"LEADUP_WEBHOOK_URL": f"http://127.0.0.1:{desk.server_port}/"} if desk else {}
    return read_settings(told | url)


def test_a_letter_to_the_webhook_is_a_cloud_event(tmp_path: Path, store: Store) -> None:
    with a_desk() as desk:
        assert delivering.deliver(store, settings(tmp_path, desk)) == {"sent": 1}
    ((_, headers, body),) = desk.taken
    told = json.loads(body)
    assert headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert (told["specversion"], told["type"], told["subject"]) == ("1.0", "leadup.alert.lead", "autumn01")
    assert told["id"] == headers["webhook-id"]
    assert told["data"]["title"].endswith("window opens in 6 days")
    assert told["data"]["text"].startswith("Plenary of the Central Committee")
    assert told["data"]["url"] is None  # nobody else could open an address of this machine


def test_where_others_reach_the_service_an_event_of_a_letter_is_linked(tmp_path: Path, store: Store) -> None:
    with a_desk() as desk:
        reached = replace(settings(tmp_path, desk), public_url="https://leadup.example")
        assert delivering.deliver(store, reached) == {"sent": 1}
    assert json.loads(desk.taken[0][2])["data"]["url"] == "https://leadup.example/api/v1/events/autumn01"


def test_a_webhook_that_is_gone_pauses_its_subscription(tmp_path: Path, store: Store) -> None:
    with a_desk(410) as desk:
        assert delivering.deliver(store, settings(tmp_path, desk)) == {"refused": 1}
    with store.reading() as conn:
        assert [each.state for each in subscriptions.every(conn)] == ["paused"]


def test_while_none_is_set_letters_to_it_wait(tmp_path: Path, store: Store) -> None:
    assert delivering.deliver(store, settings(tmp_path)) == {"delayed": 1}

"""What is fetched from an address: a token goes to the place it was meant for, and to no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.fetching import Unreachable, fetch, same_origin


class Server(ThreadingHTTPServer):
    """Answers with the token it was sent, but redirects `/away` to `elsewhere` and `/here` to itself."""

    elsewhere = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        target = {"/away": f"{self.server.elsewhere}/x", "/here": "/x"}.get(self.path)
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        self.wfile.write(self.headers.get("Authorization", "none").encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class has
        return


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """Two servers; the first redirects to the second."""
    both = Server(("127.0.0.1", 0), Answers), Server(("127.0.0.1", 0), Answers)
    both[0].elsewhere = both[1].address
    threads = [threading.Thread(target=each.serve_forever) for each in both]
    for thread in threads:
        thread.start()
    yield both
    for each, thread in zip(both, threads, strict=True):
        each.shutdown()
        thread.join()
        each.server_close()


def test_a_token_is_sent_to_its_place_alone(servers: tuple[Server, Server]) -> None:
    base = servers[0].address
    assert fetch(f"{base}/x", largest=100, token="secret") == b"Bearer secret"
    assert fetch(f"{base}/here", largest=100, token="secret") == b"Bearer secret"
    assert fetch(f"{base}/away", largest=100, token="secret") == b"none"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://leadup.example/a", "https://leadup.example/b", True),
        ("https://leadup.example/a", "https://LEADUP.example:443/b", True),
        ("https://leadup.example/a", "http://leadup.example/a", False),
        ("http://leadup.example/a", "https://leadup.example/a", False),
        ("http://leadup.example/a", "http://leadup.example:443/a", False),
        ("https://leadup.example/a", "https://evil.example/a", False),
        ("https://leadup.example/a", "https://leadup.example@evil.example/a", False),
    ],
)
def test_a_place_is_a_scheme_a_host_and_a_port(one: str, other: str, same: bool) -> None:
    assert same_origin(one, other) is same


@pytest.mark.parametrize("url", ["http://[x", "http://[x/y", "ftp://a.example/", "http:///x", "//a.example/x", "x"])
def test_what_is_no_address_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(Unreachable, match="is no http or https address"):
        fetch(url, largest=100)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/", "http://127.0.0.1:1/", "http://127.0.0.1:1/a b", "http://ü:x/"]
)
def test_what_cannot_be_reached_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        fetch(url, largest=100)

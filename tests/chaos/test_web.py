"""The web server for real: gunicorn over HTTP, with bodies as clients send them."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    """The port of a gunicorn over a copy of the shipped store."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "4"),
            *("--bind", f"127.0.0.1:{port}", "--log-level", "warning", "service.app:create_app()"),
        ],
        cwd=HOUSE,
        env={**os.environ, "LEADUP_HOME": str(settings.home), "LEADUP_TODAY": "2026-11-24"},
    )
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("gunicorn did not listen")


@pytest.mark.slow
def test_an_address_typed_with_letters_beyond_ascii_is_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        address = "/api/v1/events?place=Sinyang&q=김정은"
        line.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"sinyang-factories-visit" in answer


def post(port: int, body: bytes | Iterator[bytes], headers: dict[str, str]) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "POST",
        "/api/v1/events",
        body,
        {"Content-Type": "application/json", **headers},
        encode_chunked=not isinstance(body, bytes),
    )
    response = connection.getresponse()
    problem = json.loads(response.read())
    connection.close()
    return response.status, problem


@pytest.mark.slow
def test_a_client_sees_the_413_of_a_body_it_is_still_sending(port: int, write_headers: dict[str, str]) -> None:
    for megabytes in (2, 15):
        status, problem = post(port, b"a" * megabytes * 1024 * 1024, write_headers)
        assert (status, problem["type"]) == (413, "/problems/body-too-large")

    def pieces() -> Iterator[bytes]:
        yield from (b"a" * 65536 for _ in range(40))

    status, _ = post(port, pieces(), {**write_headers, "Transfer-Encoding": "chunked"})
    assert status == 413


@pytest.mark.slow
def test_a_body_of_no_announced_length_is_read(port: int, write_headers: dict[str, str]) -> None:
    status, problem = post(port, iter([b'{"title":', b" 5}"]), {**write_headers, "Transfer-Encoding": "chunked"})
    assert status == 422
    assert "/title" in str(problem["errors"])

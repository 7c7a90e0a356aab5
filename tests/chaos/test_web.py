"""The web server for real: gunicorn over HTTP, with bodies as clients send them."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from service.settings import Settings
from tests.servers import serving


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    """The port of a gunicorn over a copy of the shipped store."""
    with serving(settings) as port:
        yield port


@pytest.mark.slow
def test_an_address_typed_with_letters_beyond_ascii_is_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        address = "/api/v1/events?place=Sinyang&q=김정은"
        line.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"sinyang-factories-visit" in answer


@pytest.mark.slow
def test_a_long_question_is_read(port: int) -> None:
    names = ",".join(f"{number:02d}{'x' * 75}" for number in range(100))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/api/v1/events?place={names}")
    response = connection.getresponse()
    assert (response.status, len(names) > 7700) == (200, True)
    connection.close()


def post(
    port: int, body: bytes | Iterator[bytes], headers: dict[str, str], path: str = "/api/v1/events"
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "POST",
        path,
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


@pytest.mark.slow
def test_a_large_file_is_taken_from_who_may_write_and_let_go_from_others(
    port: int, write_headers: dict[str, str]
) -> None:
    table = {"Content-Type": "text/csv"}
    status, problem = post(port, b"a" * 70 * 1024 * 1024, write_headers | table, "/api/v1/imports")
    assert (status, problem["type"]) == (413, "/problems/body-too-large")
    status, problem = post(port, b"a" * 20 * 1024 * 1024, table, "/api/v1/imports")
    assert status == 401
    status, problem = post(port, b"title\n" + b"\n" * 20 * 1024 * 1024, write_headers | table, "/api/v1/imports")
    assert (status, problem.get("accepted")) == (201, 0)

"""A server that drips: each of its octets comes in time, the whole never; and one that answers after we left."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from schemas.errors import LetterDelayed
from schemas.subscriptions import WEBHOOK
from service.mail import transports
from service.mail.messages import Sealed
from service.mail.transports import Hand, transport
from service.settings import Settings, read_settings

pytestmark = pytest.mark.slow

MAIL = Sealed("leadup@leadup.example", "alice@example.org", "autumn01-lead-7-abc", b"Subject: x\r\n\r\nx\r\n")
EVENT = Sealed("", WEBHOOK, "autumn01-lead-7-abc", b'{"id": "x"}')
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@contextmanager
def dripping(first: bytes) -> Iterator[int]:
    """The port of a server that says something, and then an octet every 50 ms without an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            with suppress(OSError):
                taken, _ = server.accept()
                with taken:
                    taken.sendall(first)
                    while not over.is_set():
                        taken.sendall(b"x")
                        sleep(0.05)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join(2)


@contextmanager
def breaking(first: bytes) -> Iterator[int]:
    """The port of a server that says something to a request, and then resets the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            with suppress(OSError):
                taken, _ = server.accept()
                with taken:
                    taken.recv(65536)
                    taken.sendall(first)
                    sleep(0.2)  # so that what was said is read before it breaks
                    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        thread = threading.Thread(target=reset, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(2)


def settings_with(tmp_path: Path, **told: str) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path), **told})


def mailing(tmp_path: Path, port: int) -> Settings:
    return settings_with(tmp_path, LEADUP_SMTP_URL=f"smtp://127.0.0.1:{port}")


def posting(tmp_path: Path, port: int, scheme: str = "http") -> Settings:
    return settings_with(
        tmp_path,
        LEADUP_WEBHOOK_URL=f"{scheme}://127.0.0.1:{port}/in",
        LEADUP_WEBHOOK_SECRET=SECRET,
        LEADUP_WEBHOOK_PRIVATE="allow",
    )


def brought(settings: Settings, letter: Sealed, stop: threading.Event | None = None) -> bool:
    ending = stop or threading.Event()
    with transport(settings) as carrying:
        hand = Hand(carrying)
        try:
            return hand.sent(letter, lambda: None, ending.is_set)
        finally:
            hand.rest()


@pytest.mark.parametrize("said", [b"", b"220 hello\r\n250-"])
def test_a_mail_server_that_drips_delays_the_letter_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(transports, "WHOLE_SECONDS", 0.5)
    started = monotonic()
    with dripping(said) as port, pytest.raises(LetterDelayed):
        brought(mailing(tmp_path, port), MAIL)
    assert monotonic() - started < 5


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("http", b""),
        ("http", b"HTTP/1.1 500 No\r\nX-A: "),
        ("http", b"HTTP/1.1 500 No\r\n\r\n"),
        ("https", b"\x16\x03\x03\x3f\xff"),
    ],
)
def test_a_webhook_that_drips_delays_the_letter_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, said: bytes
) -> None:
    monkeypatch.setattr(transports, "WHOLE_SECONDS", 0.5)
    started = monotonic()
    with dripping(said) as port, pytest.raises(LetterDelayed):
        brought(posting(tmp_path, port, scheme), EVENT)
    assert monotonic() - started < 5


def test_a_webhook_that_took_the_letter_and_drips_afterwards_took_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "WHOLE_SECONDS", 0.5)
    with dripping(b"HTTP/1.1 200 OK\r\nX-A: ") as port:
        assert brought(posting(tmp_path, port), EVENT)


@pytest.mark.parametrize(
    ("said", "took"),
    [
        (b"HTTP/1.1 200 OK\r\nX-A: ", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", True),
        (b"HTTP/1.1 2", False),
        (b"", False),
    ],
)
def test_a_webhook_that_said_it_took_the_letter_took_it_though_the_line_broke_then(
    tmp_path: Path, said: bytes, took: bool
) -> None:
    with breaking(said) as port:
        if took:
            assert brought(posting(tmp_path, port), EVENT)
        else:
            with pytest.raises(LetterDelayed):
                brought(posting(tmp_path, port), EVENT)


def test_what_is_under_way_when_it_is_time_to_stop_is_cut_and_cannot_go_after_it_was_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "GRACE_SECONDS", 0.1)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with dripping(b"") as port, transport(mailing(tmp_path, port)) as carrying:
        ended = threading.Event()

        def send(letter: Sealed) -> None:
            try:
                carrying.send(letter)
            finally:
                ended.set()

        hand = Hand(replace(carrying, send=send))
        assert not hand.sent(MAIL, lambda: None, stop.is_set)
        assert ended.is_set()
        hand.rest()

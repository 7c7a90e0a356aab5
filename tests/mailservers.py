"""Real mail servers for tests (aiosmtpd, on loopback), and what they do with letters."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SLOW, QUICK = "slow@example.org", "quick@example.org"


class Counting:
    """Counts the letters by their Message-ID."""

    def __init__(self) -> None:
        self.letters: Counter[bytes] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.letters[next(line for line in content.splitlines() if line.startswith(b"Message-ID"))] += 1
        return "250 OK"


class Slow:
    """Says that it has a letter to an address that begins with "slow" only after a while."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun: list[str] = []
        self.taken: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        self.begun.append(recipient)
        if recipient.startswith("slow"):
            await asyncio.sleep(self.seconds)
        self.taken.append(recipient)
        return "250 OK"


@contextmanager
def listening(postbox: object, **options: Any) -> Iterator[int]:
    """The port on which a server hands its letters to `postbox` (a handler of aiosmtpd)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = Controller(postbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def serving(postbox: object) -> Iterator[str]:
    """Its address as LEADUP_SMTP_URL has it."""
    with listening(postbox) as port:
        yield f"smtp://127.0.0.1:{port}"

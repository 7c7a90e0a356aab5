"""A mail server that takes its time over some letters."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

SLOW, QUICK = "slow@example.org", "quick@example.org"


class Slow:
    """Says that it has a letter to an address that begins with "slow" only after a while."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun: list[str] = []
        self.taken: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        self.begun.append(recipient)
        if recipient.startswith("slow"):
            await asyncio.sleep(self.seconds)
        self.taken.append(recipient)
        return "250 OK"


@contextmanager
def serving(postbox: Slow) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()

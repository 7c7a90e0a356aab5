"""A line to a server that can be cut from another thread: each wait for an answer has its limit, and so has the whole,
however slowly a server drips."""

from __future__ import annotations

import socket
from contextlib import suppress


class Line:
    """The connection that is held at the moment, if any."""

    def __init__(self) -> None:
        self._held: socket.socket | None = None

    def hold(self, opened: socket.socket) -> None:
        """From now on `cut` ends this connection: under whatever encryption it gets, since that is the same socket."""
        self.let_go()
        self._held = opened.dup()

    def cut(self) -> None:
        """End the connection: whoever waits on it, or asks for more, is told at once that the server is gone."""
        held = self._held
        if held is not None:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """The connection is at its end."""
        held, self._held = self._held, None
        if held is not None:
            held.close()

"""Which addresses of the net are reached: a host is looked up once, and the connection goes to the very address that
was looked at, so that no name leads to this machine or its network the next moment."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final

_HOLDING_IPV4: Final = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96")))
"""Whose last 32 bits are an IPv4 address (RFC 4291 section 2.5.5, RFC 6052)."""

_TRANSLATED_HERE: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
"""What a network translates for itself alone (RFC 8215)."""


class AtPrivateAddress(OSError):
    """A host is at an address of this machine or its network, and that is not allowed."""


def client_of(
    scheme: str,
    host: str,
    port: int,
    *,
    private_allowed: bool,
    step_seconds: float,
    opened: Callable[[socket.socket], object] = lambda _: None,
) -> http.client.HTTPConnection:
    """A client of a host, not yet connected; `opened` is given the connection once there is one. Raises
    AtPrivateAddress, or OSError where there is no such host."""
    address = _looked_up(host, port, private_allowed)
    if scheme == "https":
        context = ssl.create_default_context()
        client: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=step_seconds, context=context
        )
    else:
        client = http.client.HTTPConnection(host, port, timeout=step_seconds)
    # The name is asked no second time: it could be another's by then.
    client._create_connection = _to(address, opened)  # type: ignore[attr-defined]
    return client


def _to(address: str, opened: Callable[[socket.socket], object]) -> Callable[..., socket.socket]:
    def connect(asked: tuple[str, int], *options: Any) -> socket.socket:
        connection = socket.create_connection((address, asked[1]), *options)
        opened(connection)
        return connection

    return connect


def _looked_up(host: str, port: int, private_allowed: bool) -> str:
    """An address of the host; raises AtPrivateAddress where any of them is private and that is not allowed."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private_allowed and not all(map(is_public, found)):
        raise AtPrivateAddress(f"{host} is at a private address")
    return found[0]


def what_failed(cause: Exception) -> str:
    """Why a connection failed, as the system or the library says it; the name of the failure where neither says."""
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def is_public(text: str) -> bool:
    """Whether an address is the whole world's; of one that stands for an IPv4 address, whether that is."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TRANSLATED_HERE:
            return False
        if address.sixtofour or any(address in net for net in _HOLDING_IPV4):
            address = address.sixtofour or ipaddress.IPv4Address(address.packed[-4:])
    return address.is_global and not address.is_multicast

"""A webhook as a transport: each letter as a CloudEvent (1.0, JSON) in a signed request (Standard Webhooks 1.0).

An address of this machine or its network is refused unless it was allowed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.plaintext import one_line, uri
from schemas.subscriptions import WEBHOOK
from service.mail.letters import Letter, plain_text
from service.mail.lines import Line
from service.mail.messages import Sealed
from service.reaching import AtPrivateAddress, client_of, what_failed
from service.settings import SettingRefused

_STEP_SECONDS: Final = 20
_PORTS: Final = {"http": 80, "https": 443}
_LEAST_OCTETS, _MOST_OCTETS = 24, 64
"""Of a secret, as Standard Webhooks has it."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where to post, and what to sign with."""

    scheme: str
    host: str
    port: int
    path: str
    secret: bytes = field(repr=False)
    private_allowed: bool = False


def read_hook(url: str, secret: str | None, *, private_allowed: bool) -> Hook:
    """The webhook of the settings; raises SettingRefused, repeating neither: both may hold secrets."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    signed_in = parts.username is not None or parts.password is not None
    if parts.scheme not in _PORTS or not parts.hostname or signed_in or parts.fragment:
        raise SettingRefused("LEADUP_WEBHOOK_URL cannot be read: give an address such as https://desk.example/hook.")
    if parts.scheme == "http" and not private_allowed:
        raise SettingRefused("LEADUP_WEBHOOK_URL must begin with https://, unless LEADUP_WEBHOOK_PRIVATE=allow.")
    path = uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    return Hook(
        parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path, _octets(secret or ""), private_allowed
    )


def _octets(secret: str) -> bytes:
    try:
        found = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        found = b""
    if not secret.startswith("whsec_") or not _LEAST_OCTETS <= len(found) <= _MOST_OCTETS:
        raise SettingRefused("LEADUP_WEBHOOK_SECRET cannot be used: give whsec_ and 24 to 64 octets in base64.")
    return found


def event_of(
    letter: Letter,
    *,
    name: str,
    source: str,
    calendar: str,
    matter: str,
    event: str,
    now: datetime,
    reaches_out: bool = True,
) -> Sealed:
    """A letter as a CloudEvent; `name` is its id, the same however often it is tried. Its `url` is null where `source`
    does not reach out, since nobody else could open that."""
    data: dict[str, Any] = {
        "calendar": calendar,
        "matter": matter,
        "event": event or None,
        "sequence": letter.told if event else None,
        "title": one_line(letter.subject),
        "text": plain_text(letter),
        "url": f"{source}/api/v1/events/{event}" if event and reaches_out else None,
    }
    told = {
        "specversion": "1.0",
        "id": name,
        "source": source,
        "type": f"leadup.alert.{matter}",
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "datacontenttype": "application/json",
        "data": data,
    }
    told |= {"subject": event} if event else {}
    return Sealed("", WEBHOOK, name, json.dumps(told, ensure_ascii=False, sort_keys=True).encode())


def post(hook: Hook, letter: Sealed, line: Line | None = None) -> None:
    """Post a CloudEvent over a `line`; back once it was taken (any 2xx). 410 is LetterUndeliverable, all else
    LetterDelayed: the receiver mends itself, and the letter is still owed. Redirects are not followed."""
    try:
        status = _asked(hook, letter, line or Line())
    except (OSError, UnicodeError, http.client.HTTPException) as cause:
        raise LetterDelayed(f"The webhook at {hook.host} takes nothing now: {what_failed(cause)}.") from cause
    if status == http.client.GONE:
        raise LetterUndeliverable("The webhook answered 410: it wants nothing more.")
    if not 200 <= status < 300:
        raise LetterDelayed(f"The webhook answered {status}.")


def _asked(hook: Hook, letter: Sealed, line: Line) -> int:
    try:
        client = client_of(
            hook.scheme,
            hook.host,
            hook.port,
            private_allowed=hook.private_allowed,
            step_seconds=_STEP_SECONDS,
            opened=line.hold,
        )
    except AtPrivateAddress as cause:
        detail = f"The webhook's host {hook.host} is at a private address: LEADUP_WEBHOOK_PRIVATE=allow permits it."
        raise LetterDelayed(detail) from cause
    answers: list[http.client.HTTPResponse] = []

    def noted(*told: Any, **more: Any) -> http.client.HTTPResponse:
        answers.append(http.client.HTTPResponse(*told, **more))
        return answers[-1]

    client.response_class = noted  # type: ignore[assignment]
    try:
        client.request("POST", hook.path, letter.octets, _headers(hook, letter))
        client.getresponse().read(65536)
        return answers[-1].status
    except (OSError, http.client.HTTPException):
        # Whatever comes after a status that was read, the receiver has the letter: it is not sent twice for that.
        if answers and isinstance(answers[-1].status, int):
            return answers[-1].status
        raise
    finally:
        line.let_go()
        client.close()


def _headers(hook: Hook, letter: Sealed) -> dict[str, str]:
    """The headers of Standard Webhooks: id, Unix time, and `v1,` with the HMAC-SHA256 of "id.time.body"."""
    moment = str(int(datetime.now(UTC).timestamp()))
    signed = b".".join((letter.name.encode(), moment.encode(), letter.octets))
    signature = base64.b64encode(hmac.new(hook.secret, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Leadup",
        "webhook-id": letter.name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }

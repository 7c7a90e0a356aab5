"""What needs no password to be believed: an id in a link, or who is signed in, signed with the store's secret for one
purpose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from itsdangerous import BadSignature, URLSafeSerializer

from schemas.errors import StoreUnreadable, SubscriptionNotFound
from service.clock import instant
from service.store.database import Connection
from service.store.facts import fact

Purpose = Literal["confirm", "manage", "unsubscribe"]


def signed(conn: Connection, purpose: Purpose, id_: str) -> str:
    """The word that stands for a subscription in a link of that purpose, and in no other's."""
    return str(_signer(conn, purpose).dumps(id_))


def read(conn: Connection, purpose: Purpose, word: str) -> str:
    """The id that a signed word stands for; raises SubscriptionNotFound for one that is not ours."""
    try:
        found = _signer(conn, purpose).loads(word)
    except BadSignature as cause:
        raise SubscriptionNotFound("This link is not one of ours, or a part of it is missing.") from cause
    return str(found)


SESSION_DAYS: Final = 30
"""How long a browser stays signed in, if its token is in force as long."""


def session(conn: Connection, name: str, now: datetime) -> str:
    """The word by which a browser says that it showed the token of that name, for SESSION_DAYS."""
    return str(_signer(conn, "session").dumps([name, instant(now + timedelta(SESSION_DAYS))]))


def session_name(conn: Connection, word: str, now: datetime) -> str | None:
    """The name of the token that a browser showed; None for a word that is not ours, or too old. Whether the token is
    still in force, the store says."""
    try:
        name, until = _signer(conn, "session").loads(word)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(name) if str(until) > instant(now) else None


def _signer(conn: Connection, purpose: Literal[Purpose, "session"]) -> URLSafeSerializer:
    secret = fact(conn, "link_secret")
    if not secret:
        raise StoreUnreadable("The store has no secret to sign links with: without one anybody could.")
    return URLSafeSerializer(secret, salt=f"leadup-{purpose}")

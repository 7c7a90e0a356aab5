"""Links that need no password: an id, signed with the store's secret for one purpose."""

from __future__ import annotations

from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from schemas.errors import StoreUnreadable, SubscriptionNotFound
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


def _signer(conn: Connection, purpose: Purpose) -> URLSafeSerializer:
    secret = fact(conn, "link_secret")
    if not secret:
        raise StoreUnreadable("The store has no secret to sign links with: without one anybody could.")
    return URLSafeSerializer(secret, salt=f"leadup-{purpose}")

"""Saving queries under a name, so that they are published as feeds: working data, changed in place by who saved it."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.errors import FeedExists, InvalidRecord, ScopeMissing, StaleRevision
from schemas.feeds import FeedDraft, SavedFeed
from schemas.tokens import Token
from schemas.wire.questions import within
from service.answering import check_query
from service.publishing import every_feed
from service.store import feedaddresses, feeds
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store, Then, Transaction, nothing_else


def save_feed(store: Store, draft: FeedDraft, *, by: str, then: Then = nothing_else) -> str:
    """Save a query, and do `then` with it; its slug. Raises FeedExists, or InvalidRecord for what no calendar has."""
    with store.transaction(by) as tx:
        at = _checked(tx, store, draft)
        slug = draft.own_slug()
        if slug in {each.slug for each in every_feed(at)} or not feeds.add(tx, slug, draft):
            raise FeedExists(f"There is a feed {slug} already: give another slug.", pointer="/slug")
        then(tx, slug)
    return slug


def change_feed(store: Store, slug: str, draft: FeedDraft, *, expected: Sequence[str], by: Token) -> SavedFeed:
    """Say something else under the same slug. `expected` are tags of the state changed; raises StaleRevision if it is
    at none of them, FeedNotFound, or ScopeMissing for another's feed."""
    with store.transaction(by.name) as tx:
        _check_change(tx, slug, expected, by)
        if draft.slug not in (None, slug):
            raise InvalidRecord([{"detail": f"A feed keeps its slug, {slug}: save another feed.", "pointer": "/slug"}])
        _checked(tx, store, draft)
        feeds.change(tx, slug, draft)
        return feeds.one(tx.conn, slug)


def drop_feed(store: Store, slug: str, *, expected: Sequence[str], by: Token) -> None:
    """Publish a saved query no longer, at its private addresses neither; raises as `change_feed`."""
    with store.transaction(by.name) as tx:
        _check_change(tx, slug, expected, by)
        feeds.drop(tx, slug)
        feedaddresses.end_all(tx, slug)


def _check_change(tx: Transaction, slug: str, expected: Sequence[str], by: Token) -> None:
    saved = feeds.one(tx.conn, slug)
    if saved.owner != by.name and not by.may("admin"):
        raise ScopeMissing(
            f"The token {saved.owner} saved {slug}: only that one, or one of scope admin, may change it."
        )
    if saved.tag not in expected:
        yours = " or ".join(expected) or "none of ours"
        detail = f"The feed {slug} stands at {saved.tag}; If-Match says {yours}: read it again."
        raise StaleRevision(detail, current=saved.tag, yours=yours)


def _checked(tx: Transaction, store: Store, draft: FeedDraft) -> AsKnown:
    at = standpoint(tx.conn, store.clock)
    try:
        check_query(at, draft.query)
    except InvalidRecord as refusal:
        raise within(refusal, "/query") from refusal
    return at

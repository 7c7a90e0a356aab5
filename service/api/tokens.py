"""/api/v1/tokens: who may write; for tokens of scope admin. A secret is shown once, in the answer that makes it."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from schemas.errors import IdempotencyKeyRefused
from schemas.tokens import TokenDraft
from schemas.wire import answers
from schemas.wire.drafts import TokenDraftSchema
from schemas.wire.questions import PlainListSchema
from schemas.wire.shapes import NewTokenShape, TokenListShape, TokenShape
from service.api.conventions import (
    IF_MATCH,
    SECURITY,
    Door,
    answer,
    expected_tags,
    needing,
    short_list,
    token_name,
)
from service.clock import instant
from service.doors import store
from service.store import tokens
from service.store.asknown import AsKnown

door = Door("tokens", __name__, url_prefix="/api/v1/tokens", description="Who may write (scope admin only)")

administering = needing("admin")


@door.route("", methods=["GET"])
@administering
@door.arguments(PlainListSchema, location="query")
@door.response(200, TokenListShape)
@door.doc(security=SECURITY)
def list_tokens(asked: dict[str, Any]) -> Response:
    """Every token by name, without its secret.

    Those that expired or were revoked are listed too: names sign the record.
    """

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        return [(each.name, answers.token(each, _now())) for each in tokens.every(at.conn)]

    return short_list(asked, items)


@door.route("", methods=["POST"])
@administering
@door.arguments(TokenDraftSchema)
@door.response(201, NewTokenShape)
@door.doc(security=SECURITY)
def create_token(draft: TokenDraft) -> Response:
    """Make a token. The secret is in this answer alone, which is kept nowhere: `Idempotency-Key` is refused. Whoever
    cannot be sure that it arrived revokes the token and makes another; a repeat is 409."""
    if "Idempotency-Key" in request.headers:
        raise IdempotencyKeyRefused("The answer that holds a secret is not kept: send this without `Idempotency-Key`.")
    with store().transaction(token_name("admin")) as tx:
        secret = tokens.create(tx, draft.name, draft.scope, calendars=draft.calendars, expires=draft.expires)
        made = tokens.one(tx.conn, draft.name)
    headers = {"Location": f"/api/v1/tokens/{draft.name}"}
    shape = {**answers.token(made, _now()), "token": secret}
    response = answer(shape, status=201, tag=made.tag, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


@door.route("/<name>", methods=["GET"])
@administering
@door.response(200, TokenShape)
@door.doc(security=SECURITY)
def get_token(name: str) -> Response:
    """One token, without its secret.

    `last_used_at` is to the minute.
    """
    with store().reading() as conn:
        token = tokens.one(conn, name)
        return answer(answers.token(token, _now()), tag=token.tag)


@door.route("/<name>", methods=["DELETE"])
@administering
@door.response(204)
@door.taking(IF_MATCH)
@door.doc(security=SECURITY)
def revoke_token(name: str) -> Response:
    """Revoke a token at once. Using it moves no tag that `If-Match` compares."""
    with store().transaction(token_name("admin")) as tx:
        tokens.revoke(tx, name, expected_tags)
    return Response(status=204)


def _now() -> str:
    return instant(store().clock.now())

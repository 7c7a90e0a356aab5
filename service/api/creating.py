"""What holds for every request that records something: its answer is made in the transaction that does what it tells
of, and that of a POST kept there under the client's `Idempotency-Key`."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any, ParamSpec

from flask import Response, g, request

from schemas.errors import DomainError, IdempotencyKeyUnreadable
from service.doors import bearer, settings, store
from service.store import idempotency, tokens
from service.store.asknown import AsKnown, standpoint
from service.store.changes import calendar_of
from service.store.database import Then, Transaction
from service.store.idempotency import Answer, Key

P = ParamSpec("P")

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "any word, new for each thing to be made: the same request sent again with it within 24 hours gets"
    " the same answer and makes nothing; another request with it is 422",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_KEY = re.compile(r"[!-~]{1,200}")
_OF_THE_CONNECTION = {"Content-Length", "Date", "Server"}


def once(view: Callable[P, Response]) -> Callable[P, Response]:
    """A view that makes something (through `created`), and answers a repeat with the answer it gave first.

    Two of the same at the same time: the second waits for the store, finds the first one's answer, and gives that.
    """

    @functools.wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = _asked_key()
        if key is None:
            return view(*args, **kwargs)
        if before := _kept(key):
            return before
        g.idempotency_key = key
        try:
            return view(*args, **kwargs)
        except DomainError:
            if meanwhile := _kept(key):
                return meanwhile
            raise

    return answered


def created(make: Callable[[Then], object], show: Callable[[AsKnown, str], Response]) -> Response:
    """The answer about what `make` makes, as `show` gives it: `make` calls what it is given with the transaction and
    the new id before it commits."""
    shown: list[Response] = []

    def then(tx: Transaction, id_: str) -> None:
        only = g.token.calendars if settings().reading == "token" else ()
        calendar = calendar_of(tx.conn, id_)
        asked = (calendar,) if calendar else ()
        response = show(standpoint(tx.conn, store().clock, calendars=asked, only=only), id_)
        if key := g.get("idempotency_key"):
            headers = [(name, value) for name, value in response.headers if name not in _OF_THE_CONNECTION]
            idempotency.keep(tx, key, Answer(response.status_code, headers, response.get_data()), store().clock.now())
        shown.append(response)

    make(then)
    return shown[0]


def amended(amend: Callable[[Then], object], show: Callable[[AsKnown, str], Response]) -> Response:
    """The answer about what `amend` amends, made as that of `created`: it shows this amendment and carries its tag,
    whatever anybody records right after it."""
    return created(amend, show)


def _asked_key() -> Key | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    # The draft has it as a quoted string; most clients send the bare word. Both are the same key.
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not _KEY.fullmatch(bare):
        raise IdempotencyKeyUnreadable("Idempotency-Key must be 1 to 200 visible ASCII characters, without spaces.")
    digest = hashlib.sha256(repr((request.full_path, request.mimetype)).encode() + request.get_data()).hexdigest()
    with store().reading() as conn:
        token = tokens.admit(conn, bearer(), "write", store().clock.now())
    return Key(token.name, request.path, bare, digest)


def _kept(key: Key) -> Response | None:
    held = store()
    with held.reading() as conn:
        answer = idempotency.kept(conn, key, held.clock.now())
    return Response(answer.body, answer.status, answer.headers) if answer else None

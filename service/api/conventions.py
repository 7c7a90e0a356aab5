"""What holds for every resource: how answers carry their tag, how lists are cut, who may write.

flask-smorest is bent where it would answer wrongly: our one set of problems replaces its error schema.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, cast

from flask import Response, request
from flask_smorest import Blueprint

from schemas.errors import (
    SequenceExpected,
)
from service import answering
from service.api.addresses import next_address
from service.api.asking import Parser, told_whole
from service.api.formats import wanted
from service.doors import admitted, as_known, asking, settings, store
from service.store.asknown import AsKnown, newest_known

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., Any])

_NOT_THE_QUESTION = {"limit", "cursor", "total", "as_known_on", "through"}
_TAG = re.compile(r'(?:W/)?"([0-9]{1,16})-([0-9]{1,16})(?:\.[^"]*)?"')


_PLAIN_TAG = re.compile(r'(?:W/)?"([0-9a-f]{16})(?:\.[^"]*)?"')


class Door(Blueprint):  # type: ignore[misc]
    """A blueprint whose arguments are read by our parser, and whose questions are refused whole; an operation bears the
    name of its view."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Any:
        """Read the arguments of a view, of a question with all its mistakes told at once; an address without a schema
        of its question takes no query fields at all."""
        reading = super().arguments(schema, location=location, **options)
        return (lambda view: asking(reading(told_whole(view)))) if location == "query" else reading

    def route(self, rule: str, **options: Any) -> Any:
        register = super().route(rule, **options)
        return lambda view: register(self.doc(operationId=view.__name__)(view))

    def taking(self, header: dict[str, Any]) -> Callable[[V], V]:
        """Describe a header that a view reads, beside the fields of its question."""

        def described(view: V) -> V:
            told = copy.deepcopy(getattr(view, "_apidoc", {}))
            told.setdefault("arguments", {}).setdefault("parameters", []).append(dict(header))
            setattr(view, "_apidoc", told)  # noqa: B010
            return view

        return described


SECURITY: list[dict[str, list[str]]] = [{"token": []}]
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "the ETag of the record as known on the draft's known_on; 428 without, and for `*`, which names no"
    " state; 412 where it is stale",
    "schema": {"type": "string"},
}


def token_name(scope: str) -> str:
    """The name of this request's token, if it may `scope`; raises TokenMissing or ScopeMissing."""
    with store().reading() as conn:
        return admitted(conn, scope).name


def needing(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view that needs a token of that scope, checked before anything of the body is looked at."""

    def door(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            token_name(scope)
            return view(*args, **kwargs)

        return checked

    return door


writing = needing("write")


def expected_sequences() -> list[tuple[int, int]]:
    """The (last_sequence, sequence) pairs of If-Match, its digests left aside; raises SequenceExpected without one."""
    return [(int(last), int(shown)) for last, shown in _TAG.findall(_if_match())]


def expected_tags() -> list[str]:
    """The tags of If-Match for what has no sequence, digests left aside; raises SequenceExpected without one."""
    return _PLAIN_TAG.findall(_if_match())


def _if_match() -> str:
    header = request.headers.get("If-Match")
    if header is None:
        raise SequenceExpected("Send `If-Match` with the ETag that reading the record gave.")
    if header.strip() == "*":
        # RFC 9110 section 13.1.1 would let it hold for any state; here an amendment names the state it was made from.
        raise SequenceExpected("`If-Match: *` names no state: send the ETag that reading the record gave.")
    return header


def answer(
    payload: Mapping[str, Any],
    *,
    status: int = 200,
    tag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """JSON with an ETag (a hash of the body, behind `tag` if given), and 304 where the client has it already."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return answer_bytes(body, status=status, tag=tag, headers=headers)


def answer_bytes(
    body: bytes, *, status: int = 200, tag: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON that is written already, as `answer` sends it; raises NoSuchFormat where `Accept` excludes JSON of what is
    read (of what is written it comes too late)."""
    if request.method in ("GET", "HEAD"):
        wanted()
    digest = hashlib.sha256(body).hexdigest()[:16]
    response = Response(body, status, dict(headers or {}), content_type="application/json")
    response.set_etag(f"{tag}.{digest}" if tag else digest)
    response.headers["Cache-Control"] = "no-cache"
    if settings().reading == "token":
        response.vary.update(("Authorization", "Cookie"))
    if status != 200:
        return response
    return cast("Response", response.make_conditional(request))


def known_as(at: AsKnown) -> dict[str, Any]:
    """What an answer says of where it stands: the day, its zone, the change."""
    return {"as_known_on": at.day.isoformat(), "zone": at.zone, "through": at.printed}


def standing_on(at: AsKnown) -> dict[str, Any]:
    """What every list says besides: how old the knowledge is."""
    newest = newest_known(at, at.asked)
    return {
        **known_as(at),
        "newest_known_on": newest.isoformat() if newest else None,
        "newest_known_days_ago": (at.day - newest).days if newest else None,
    }


def list_answer(
    at: AsKnown, items: list[dict[str, Any]], cursor: str | None, total: int | None = None, **more: Any
) -> Response:
    """{items, next, as_known_on, zone, through}, how old the knowledge is, and how many match in all if that was
    asked; the next page in the Link header too (RFC 8288)."""
    address = next_address(cursor)
    shape = {"items": items, "next": address, **standing_on(at), **counted(total), **more}
    return answer(shape, headers={"Link": f'<{address}>; rel="next"'} if address else {})


def counted(total: int | None) -> dict[str, int]:
    """What a list says of how many match in all: nothing where that was not asked (None)."""
    return {} if total is None else {"total": total}


def short_list(
    asked: dict[str, Any],
    keyed: Callable[[AsKnown], list[tuple[str, T]]],
    shapes: Callable[[AsKnown, list[T]], list[dict[str, Any]]] = lambda _at, items: cast("list[dict[str, Any]]", items),
    subject: str | None = None,
    given: Callable[[AsKnown, list[dict[str, Any]], str | None, int | None], Response] = list_answer,
) -> Response:
    """A page of a list that is at hand whole (calendars, kinds, names, suggestions); `shapes` are made of what the page
    shows, `subject` is the one event it is about, and `given` makes the answer of them, the next cursor and, if asked,
    the total."""
    question = sorted((name, value) for name, value in asked.items() if name not in _NOT_THE_QUESTION)
    digest = hashlib.sha256(repr((request.path, question)).encode()).hexdigest()[:12]
    begins = answering.begins(asked.get("cursor"), digest, asked.get("as_known_on"), asked.get("through"))
    calendars = () if subject else asked.get("calendar", ())
    with as_known(begins.day, begins.through, calendars, subject=subject) as at:
        after = begins.after[0] if begins.after else ""
        whole = keyed(at)
        items, more = answering.short_page(at, whole, limit=asked["limit"], digest=digest, after=after)
        return given(at, shapes(at, items), more, len(whole) if asked.get("total") else None)


def revision_place(revision: Mapping[str, Any]) -> str:
    """Where a revision stands in the list of a subject's: by the day it became known, then by its number."""
    return f"{revision['known_on']} {revision['sequence']:012d}"

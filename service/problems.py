"""Refusals as clients see them: RFC 9457 problems under /api and to who prefers JSON, pages elsewhere. Only here are
status codes known."""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from schemas import errors

STATUS: dict[type[errors.DomainError], int] = {
    errors.InvalidRecord: 422,
    errors.UnreadableWhen: 422,
    errors.KnownInFuture: 422,
    errors.AskedInFuture: 422,
    errors.KnownBeforeCalendar: 422,
    errors.KnownBeforeEnds: 422,
    errors.ThroughAhead: 422,
    errors.SourceAfterKnownOn: 422,
    errors.HeldBeforeStart: 422,
    errors.EndsBeforeStart: 422,
    errors.UnknownKind: 422,
    errors.UnknownCalendar: 422,
    errors.NotAMeeting: 422,
    errors.NotHeldYet: 422,
    errors.NotAhead: 422,
    errors.NoSuchRevision: 422,
    errors.LinkWouldCycle: 422,
    errors.LinkToItself: 422,
    errors.IdempotencyKeyReused: 422,
    errors.IdempotencyKeyRefused: 422,
    errors.FileUnreadable: 422,
    errors.LinesRefused: 422,
    errors.EventNotFound: 404,
    errors.LinkNotFound: 404,
    errors.NameNotFound: 404,
    errors.CalendarNotFound: 404,
    errors.FeedNotFound: 404,
    errors.FeedAddressNotFound: 404,
    errors.TokenNotFound: 404,
    errors.SuggestionNotFound: 404,
    errors.SubscriptionNotFound: 404,
    errors.HeadlineNotFound: 404,
    errors.NoSuchFormat: 406,
    errors.ImportNotFound: 404,
    errors.IdTaken: 409,
    errors.LinkExists: 409,
    errors.TokenExists: 409,
    errors.FeedExists: 409,
    errors.Retracted: 409,
    errors.StaleRevision: 412,
    errors.BodyTooLarge: 413,
    errors.WrongContentType: 415,
    errors.SequenceExpected: 428,
    errors.TooManyRequests: 429,
    errors.UnreadableBody: 400,
    errors.IdempotencyKeyUnreadable: 400,
    errors.TokenMissing: 401,
    errors.ScopeMissing: 403,
    errors.SentFromElsewhere: 403,
    errors.StoreUnreadable: 503,
    errors.StoreBusy: 503,
}
"""What each refusal is over HTTP (RFC 9110, RFC 6585)."""

BODY_LIMIT_BYTES = 1024 * 1024
WIDER_LIMIT_BYTES = {"imports.create_import": 64 * 1024 * 1024}
"""By endpoint: doors that take more. They must admit whoever sends it before they read it."""
DRAINED_BYTES = 16 * 1024 * 1024
"""How much is read of a body that is over the limit, beyond the limit."""

_PROBLEMS = ("application/problem+json", "application/json")
"""What a client accepts that would rather read a problem than a page."""

NOT_IN_FORCE = "No token that is in force reads so. It begins with leadup_, and was shown once, when it was made."

DAY_REFUSED = "day_refused"
"""What is noted of a request whose day, or change, is refused: the links of the page that says so keep neither."""

_STANDPOINT = ("?as_known_on", "?through")

_log = logging.getLogger("leadup")


def body_limit() -> int:
    """How many bytes the body of this request may have."""
    return WIDER_LIMIT_BYTES.get(request.endpoint or "", BODY_LIMIT_BYTES)


def slug(kind: type[errors.DomainError]) -> str:
    """`StaleRevision` -> `stale-revision`: the last part of a problem's type."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def title(kind: type[errors.DomainError]) -> str:
    """`StaleRevision` -> `Stale revision`."""
    return slug(kind).replace("-", " ").capitalize()


_HEADINGS: dict[type[errors.DomainError], str] = {
    errors.InvalidRecord: "This cannot be asked so",
    errors.AskedInFuture: "That day lies ahead",
    errors.ThroughAhead: "That change is not recorded yet",
    errors.UnknownKind: "There is no such kind",
    errors.UnknownCalendar: "There is no such calendar",
    errors.StoreBusy: "Too much is being written just now",
    errors.StoreUnreadable: "The record cannot be read",
    errors.ScopeMissing: "This token may not",
    errors.SentFromElsewhere: "Sent from another site",
}
"""What a person reads above a refusal, where its name in the API says it to programs alone."""


def heading(kind: type[errors.DomainError]) -> str:
    """A refusal as the heading of a page."""
    asked = request.method in ("GET", "HEAD")
    return (
        "This cannot be taken as it stands"
        if kind is errors.InvalidRecord and not asked
        else _HEADINGS.get(kind, title(kind))
    )


def register(app: Flask) -> None:
    """Make every error of the app a problem or a page."""
    app.register_error_handler(errors.DomainError, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def refused(refusal: errors.DomainError) -> Response:
    """A refusal as an answer: a problem under /api and to who prefers JSON, a page elsewhere; of a page that needs a
    token, the page to sign in."""
    status = STATUS.get(type(refusal), 422)
    if status == 401 and _may_sign_in():
        return _to_sign_in()
    headers = {"WWW-Authenticate": 'Bearer realm="leadup"'} if status == 401 else {}
    members: dict[str, Any] = {**refusal.members}
    if "retry_after_seconds" in members:
        headers["Retry-After"] = str(members["retry_after_seconds"])
    if refusal.errors():
        members["errors"] = refusal.errors()
        g.setdefault(DAY_REFUSED, any(each["pointer"] in _STANDPOINT for each in refusal.errors()))
    program = _asked_by_a_program(request.path)
    name, detail = (title if program else heading)(type(refusal)), refusal.detail
    return _answer(status, slug(type(refusal)), name, detail if program else _in_words(refusal), members, headers)


def _in_words(refusal: errors.DomainError) -> str:
    """What is refused of what was asked on a page, each with the field that it stands in."""
    told = [(each["pointer"], each["detail"]) for each in refusal.errors()]
    if not told or not all(pointer.startswith("?") and detail in refusal.detail for pointer, detail in told):
        return refusal.detail
    return " ".join(_of_field(pointer[1:], detail) for pointer, detail in told)


def _of_field(name: str, detail: str) -> str:
    """`As known on: There is no month 13; write a day as YYYY-MM-DD.`."""
    return detail if detail.startswith(f"{name}:") else f"{_named(name)}: {detail.removeprefix(f'{name} ')}"


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        drain(body_limit() + DRAINED_BYTES)
        return refused(errors.BodyTooLarge(f"The body is over the limit of {body_limit()} bytes: send less at once."))
    status = error.code or 500
    headers = {key: value for key, value in error.get_headers(request.environ) if key in ("Allow", "Location")}
    if 300 <= status < 400:
        return Response(status=status, headers=headers)
    return _answer(status, None, error.name, error.description or error.name, {}, headers)


def drain(left: int) -> None:
    """Read what the client still sends, up to `left` bytes: one that is cut off while sending never sees the answer."""
    stream = request.environ["wsgi.input"]
    announced = request.content_length
    if announced is not None:
        left = min(left, announced)
    while left > 0 and (chunk := stream.read(min(left, 65536))):
        left -= len(chunk)


def _unexpected(error: Exception) -> Response:
    number = secrets.token_hex(4)
    _log.error("error %s at %s %s", number, request.method, request.path, exc_info=error)
    detail = f"Something went wrong here, not in your request; it is logged as {number}."
    return _answer(500, None, "Internal error", detail, {"logged_as": number}, {})


def _asked_by_a_program(path: str) -> bool:
    return (
        path.startswith("/api")
        or path.endswith((".ics", ".atom", ".json", ".jsonl", ".csv"))
        or path == "/healthz"
        or request.accept_mimetypes.best_match(["text/html", *_PROBLEMS]) in _PROBLEMS
    )


def _may_sign_in() -> bool:
    """Whether a person asks, by a page: who sends a token is told that it is not in force."""
    return "Authorization" not in request.headers and not _asked_by_a_program(request.path)


def _to_sign_in() -> Response:
    """From what was to be read, on to the page to sign in, which leads back; of what was to be done, that page, which
    keeps what was sent and sends it again."""
    if request.method in ("GET", "HEAD"):
        there = request.full_path.rstrip("?")
        return Response(
            status=303, headers={"Location": f"/sign-in?{urlencode({'to': there})}", "Cache-Control": "no-store"}
        )
    kept = [(name, text) for name, text in request.form.items(multi=True) if name != "token"]
    text = render_template(
        "sign-in.html",
        needed=True,
        status=401,
        kept=kept,
        typed=[(name, text) for name, text in kept if text.strip() and name not in _NOT_TYPED],
        mistakes={"token": NOT_IN_FORCE} if request.form.get("token") else {},
    )
    response = Response(
        text, 401, {"WWW-Authenticate": 'Bearer realm="leadup"'}, content_type="text/html; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


_NOT_TYPED = ("do", "read", "seen", "standing", "calendar")
"""What forms note for themselves."""


def _named(field: str) -> str:
    """`source_title-0` -> `Source title`."""
    return field.partition("-")[0].replace("_", " ").capitalize()


def _answer(
    status: int, type_: str | None, name: str, detail: str, members: dict[str, Any], headers: dict[str, str]
) -> Response:
    if _asked_by_a_program(request.path):
        uri = f"/problems/{type_}" if type_ else "about:blank"
        problem = {"type": uri, "title": name, "status": status, "detail": detail, **members}
        # Half of a character, if a refusal quotes one, is told as JSON escapes it: UTF-8 cannot say it.
        text = json.dumps(problem, ensure_ascii=False).encode(errors="backslashreplace")
        response = Response(text, status, headers, content_type="application/problem+json")
    else:
        page = render_template("problem.html", status=status, title=name, detail=detail, type=type_)
        text = page.encode(errors="replace")
        response = Response(text, status, headers, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response

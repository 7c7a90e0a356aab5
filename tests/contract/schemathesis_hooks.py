"""What schemathesis is told of the service beyond its document: how files are sent, whose token it holds, and which
refusals of well-formed requests are no failures."""

from __future__ import annotations

import itertools
import re
from typing import Any

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import RejectedPositiveData

FILES = ("application/jsonl", "application/x-ndjson", "text/csv", "text/calendar")
PROBLEM = "application/problem+json"
KEY = re.compile(r"[!-~]{1,180}")
NUMBERS = itertools.count()
OWN_TOKEN = "schemathesis"
"""The name of the token that the run itself uses: revoked, it would say no more than 401."""

FACTS = {
    # What is so today, in this store: no schema knows the day, the last change, the calendars or the records.
    "asked-in-future",
    "idempotency-key-reused",
    "known-before-calendar",
    "known-before-ends",
    "known-in-future",
    "link-to-itself",
    "link-would-cycle",
    "no-such-revision",
    "not-a-meeting",
    "not-ahead",
    "not-held-yet",
    "through-ahead",
    "unknown-calendar",
    "unknown-kind",
    # What two fields say together: a day and another, a status and a date.
    "ends-before-start",
    "held-before-start",
    "source-after-known-on",
    # Languages that no pattern can hold: dates in words, and files.
    "file-unreadable",
    "lines-refused",
    "unreadable-when",
}
"""Problems that a request may meet though it is as the schema says."""

BEYOND_THE_SCHEMA = re.compile(
    "|".join(
        (
            # of this store, as above
            r"Not a cursor: .*",
            r"The cursor (goes on from|is of another) .*",
            r".*: unknown; (one of|no calendar|no kind) .*",
            r"No (event|link) .* is known.*",
            r"There is no calendar .*",
            r"The calendar .* has no kind .*",
            r"(known_on|as_known_on|through) .* lies (before|after) .*",
            r"The source of .* appeared on .*",
            r"held, but known on .*",
            r".* cannot be linked to itself\.",
            r"A (link|feed) keeps its .*",
            r"Only what was recorded can be retracted.*",
            r"same_as (goes with|must name) .*",
            r"expires .*",
            # of two fields together
            r"known_on is missing.*",
            r"On line \d+ begins an entry of another program, .*",
            r"Says more about .*",
            r"from .* lies after to .*",
            r"CSV has no column for links.*",
            r"A token of scope admin cannot be limited to calendars\.",
            r".*: unknown calendar; there are .*",
            r"unseen tells of named persons: .*",
            r"Nothing known here bears that name, .*",
            r"Nothing would ever be told: .*",
            r"There is no activity \d+: \d+ asked\.",
            # of languages: hosts (RFC 2606, 6761), dates, URLs (RFC 3986 with a host), titles without Latin letters
            r"The date '.*' cannot be read .*",
            r"No e-mail address: The part after the @-sign .*",
            r"Not a valid URL\.",
            r"The title has no Latin letters.*",
        )
    ),
    re.DOTALL,
)

LANGUAGES = {"/query", "?anchors", "?activity"}
"""Where a filter stands as one text: which fields it may have, and of what values, no pattern can hold."""


@schemathesis.serializer(*FILES)
def as_text(ctx: Any, value: Any) -> bytes:
    """A file is sent as it is."""
    del ctx
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Spare the token of the run; in chains, let each well-formed Idempotency-Key be a new one.

    A key sent again gives the first answer again, by design: what that one made may be dropped since, which a check
    would take for a thing that was made and is not there. (Repeats are the matter of test_idempotency.py.)
    """
    del context, kwargs
    headers: Any = case.headers or {}
    key = headers.get("Idempotency-Key")
    in_a_chain = case.meta is not None and case.meta.phase.name is TestPhase.STATEFUL
    if in_a_chain and isinstance(key, str) and KEY.fullmatch(key):
        headers["Idempotency-Key"] = f"{key}-{next(NUMBERS)}"
    if in_a_chain and case.method == "PUT" and isinstance(case.body, dict) and case.body.get("slug"):
        # A feed keeps its slug: hardly any that is drawn is the one. (Alone, others are sent, and refused.)
        del case.body["slug"]
    if case.method == "DELETE" and (case.path_parameters or {}).get("name") == OWN_TOKEN:
        case.path_parameters["name"] = "nobody"


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: schemathesis.Case[Any], response: schemathesis.Response) -> bool:
    """Keep every failure but two: a well-formed request refused for what no schema can say, and a file taken though it
    was to be no text (a list, say): all that is sent as a file is text, as the check knows of text/plain."""
    del context
    if isinstance(failure, AcceptedNegativeData):
        return not (case.media_type in FILES and not isinstance(case.body, str) and case.body is not NOT_SET)
    if (
        not isinstance(failure, RejectedPositiveData)
        or response.status_code != 422
        or PROBLEM not in response.headers["content-type"]
    ):
        return True
    problem = response.json()
    if problem["type"].removeprefix("/problems/") in FACTS:
        return False
    return not all(_beyond_the_schema(each) for each in problem["errors"])


def _beyond_the_schema(mistake: dict[str, Any]) -> bool:
    """Whether no schema can say it: a mistake in a line of a file, in a filter written as one text, or as above."""
    of_a_language = "line" in mistake or mistake["pointer"] in LANGUAGES
    return of_a_language or bool(BEYOND_THE_SCHEMA.fullmatch(mistake["detail"]))

"""/changes - what became known, newest first: new events, dates that moved, links, declarations; today also what
was retracted."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from schemas.errors import InvalidRecord
from schemas.vocabulary import RELS
from service import news
from service.doors import asking
from service.pages.conventions import asks_today, page, standing

door = Blueprint("changes-page", __name__)

SHOWN = 50
_BEFORE = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{1,16})", re.ASCII)


@door.route("/changes")
@asking
def show_changes() -> Response:
    """The newest assertions, a page at a time."""
    with standing(also=("before",)) as at:
        found = news.leaf(at, SHOWN, _before(), retracted=asks_today())
        return page(
            "changes.html",
            at,
            news=found.items,
            further=f"{found.after[0]}_{found.after[1]}" if found.after else None,
            begun=_before() is not None,
            rels=RELS,
        )


def _before() -> tuple[str, int] | None:
    """The place that the address goes on from; raises InvalidRecord for one that is none of ours."""
    text = request.args.get("before")
    if not text:
        return None
    found = _BEFORE.fullmatch(text)
    if not found:
        raise InvalidRecord(
            [{"detail": "Not a place in the log: follow the link as it was given.", "pointer": "?before"}]
        )
    return found[1], int(found[2])

"""/search - names and events by words, in any spelling that was known."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from schemas.queries import EventQuery
from schemas.wire.fields import load
from schemas.wire.pagequestions import WordsSchema
from service import answering, naming
from service.doors import asking
from service.pages.conventions import page, standing
from service.pages.events import kind_words
from service.pages.naming import page_of, place_words
from service.store import names

door = Blueprint("search-page", __name__)

MOST_NAMES = 24
MOST_EVENTS = 30


@door.route("/search")
@asking
def show_search() -> Response:
    """What is found, names before events; without words, the form alone."""
    with standing(also=("q",)) as at:
        asked = {"q": request.args["q"]} if request.args.get("q", "").strip() else {}
        text = load(WordsSchema(), asked, "?").get("text")
        tallied = naming.in_use(at, text=text, calendars=at.only, sort="-count") if text else []
        query = EventQuery(text=text, calendar=at.only)
        return page(
            "search.html",
            at,
            text=text,
            names=names.shown(at, [pair for _, pair in tallied[:MOST_NAMES]], at.only),
            names_in_all=len(tallied),
            found=answering.page(at, query, limit=MOST_EVENTS, after=None, total=True) if text else None,
            page_of=partial(page_of, at),
            place_words=place_words,
            kind_words=partial(kind_words, at),
        )

"""/search - names and events by words, in any spelling that was known."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from schemas.names import NameSeen
from schemas.queries import EventQuery
from schemas.wire.fields import load
from schemas.wire.pagequestions import WordsSchema
from service import answering, naming
from service.doors import asking
from service.pages.conventions import page, standing
from service.pages.naming import kind_words, page_of, place_words
from service.store import names
from service.store.asknown import AsKnown

door = Blueprint("search-page", __name__)

OFTEN = {"person": "Persons", "place": "Places", "body": "Bodies", "programme": "Programmes"}
MOST_OFTEN = 16
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
            often=[] if text else _often(at),
            found=answering.page(at, query, limit=MOST_EVENTS, after=None, total=True) if text else None,
            page_of=partial(page_of, at),
            place_words=place_words,
            kind_words=partial(kind_words, at),
        )


def _often(at: AsKnown) -> list[tuple[str, list[NameSeen]]]:
    """What may be looked for: by type, the names that most events bear."""
    found = []
    for type_, words in OFTEN.items():
        tallied = naming.in_use(at, types=(type_,), calendars=at.only, sort="-count")[:MOST_OFTEN]
        found.append((words, names.shown(at, [pair for _, pair in tallied], at.only)))
    return [(words, shown) for words, shown in found if shown]

"""/events/<id>/links - what an event is linked with: link it to another, withdraw a link, decide what is suggested."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, InvalidRecord, StaleRevision
from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import RELS
from schemas.wire.drafts import LinkDraftSchema
from schemas.wire.fields import load
from schemas.wire.pagequestions import WordsSchema
from service import answering, doors, linking, revising, suggesting
from service.doors import as_known, asking, store
from service.pages.conventions import page, standing
from service.pages.drawing import gap_words
from service.pages.naming import kind_words
from service.pages.recordform import expected_of, in_field
from service.problems import STATUS
from service.store import events, links
from service.store.asknown import AsKnown

door = Blueprint("link-page", __name__)

MOST = 12
"""How many events are offered, and how many suggestions."""

WAYS = tuple(
    (slug, rel.words("out") if slug == rel.slug else rel.words("in"))
    for name, rel in RELS.items()
    for slug in dict.fromkeys((name, rel.inverse))
)
"""By the name under which the API takes it: how this event may be related to the other, in words."""


@door.route("/events/<event_id>/links")
@asking
def show_links(event_id: str) -> Response:
    """What it is linked with, what is suggested, and events to link it to: those found by words, else those about its
    time."""
    with standing(event_id, also=("q",)) as at:
        return _page(at, events.one(at, event_id), {})


@door.route("/events/<event_id>/links", methods=["POST"])
def change_links(event_id: str) -> Response:
    """Do what a button says, and show the links; or say why not."""
    with as_known(subject=event_id) as at:
        events.one(at, event_id)
    does: dict[str, Callable[[str], str]] = {
        "link": _link,
        "rejected": partial(_withdraw, "rejected"),
        "retracted": partial(_withdraw, "retracted"),
        "accept": partial(_decide, suggesting.accept),
        "reject": partial(_decide, suggesting.reject),
    }
    doors.writer(subjects=(event_id,))
    try:
        there = does.get(request.form.get("do", ""), _unknown)(event_id)
    except DomainError as refusal:
        mistakes = {each["pointer"].strip("/"): in_field(each["detail"]) for each in refusal.errors()}
        mistakes = mistakes or {"": refusal.detail}
        if STATUS.get(type(refusal)) in (401, 403, 503):  # which no other choice on this page would mend
            raise
        status = 409 if isinstance(refusal, StaleRevision) else 422
        with as_known(subject=event_id) as at:
            return _page(at, events.one(at, event_id), mistakes, status)
    return redirect(f"/events/{event_id}{there}", 303)  # type: ignore[return-value]


def _unknown(_: str) -> str:
    raise InvalidRecord([{"detail": "Press one of the buttons of this page.", "pointer": ""}])


def _link(event_id: str) -> str:
    form = {name: text for name, text in request.form.items() if text.strip() and name in ("rel", "to", "evidence")}
    by = doors.writer(subjects=(event_id, form.get("to", "")))
    body: dict[str, Any] = {**form, "from": event_id}
    with as_known(subject=event_id) as at:
        if "to" not in form:
            raise InvalidRecord([{"detail": "Choose the other event.", "pointer": "/to"}])
        body["known_on"] = request.form.get("known_on") or _since(at, event_id, form["to"]).isoformat()
    linking.link(store(), load(LinkDraftSchema(), body), by=by)
    return "#links"


def _since(at: AsKnown, event_id: str, other: str) -> date:
    try:
        return revising.linked_since(at, event_id, other)
    except DomainError as refusal:
        refusal.pointer = "/to"
        raise


def _withdraw(state: str, event_id: str) -> str:
    link_id = request.form.get("link", "")
    with as_known(subject=link_id) as at:
        link = links.one(at, link_id)
    by = doors.writer(subjects=(event_id, link.subject.id, link.target.id))
    expected = expected_of(request.form.get("standing", ""))
    revising.withdraw(store(), link, state, expected=expected, why=None, by=by)
    return "/links"


def _decide(decide: Callable[..., str], event_id: str) -> str:
    id_ = request.form.get("suggestion", "")
    by = doors.writer(subjects=(event_id, *suggesting.parts(id_)[1:]))
    decide(store(), id_, known_on=None, why=None, by=by)
    return "/links#suggested"


def _page(at: AsKnown, event: Event, mistakes: dict[str, str], status: int = 200) -> Response:
    text = _words()
    drawn = [each for each in links.of(at, event.id, event.when) if each.state == "asserted"]
    return page(
        "links.html",
        at,
        status=status,
        entering=True,
        event=event,
        mistakes=mistakes,
        typed=request.form,
        text=text,
        linked=[(each, links.one(at, each.id)) for each in drawn],
        rels=RELS,
        ways=WAYS,
        suggested=suggesting.suggestions(at, event=event.id)[:MOST],
        others=_others(at, event, text),
        gap_words=gap_words,
        kind_words=partial(kind_words, at),
    )


def _words() -> str | None:
    asked = {"q": request.args["q"]} if request.args.get("q", "").strip() else {}
    text: str | None = load(WordsSchema(), asked, "?").get("text")
    return text


def _others(at: AsKnown, event: Event, text: str | None) -> list[Event]:
    """Events to choose from: those found by words, else those nearest in time; the one that was chosen among them."""
    query = EventQuery(calendar=at.only, text=text) if text else EventQuery(calendar=at.only, near=event.id)
    found = [each.event for each in answering.page(at, query, limit=MOST + 1, after=None).items]
    chosen = request.form.get("to", "")
    if chosen and chosen not in {each.id for each in found}:
        with contextlib.suppress(DomainError):
            found = [events.one(at, chosen, sources=False), *found]
    return [each for each in found if each.id != event.id][:MOST]

"""/events/<id>/links - what an event is linked with: link it to another, withdraw a link, decide what is suggested."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, InvalidRecord, LinkExists, StaleRevision
from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import RELS
from schemas.wire.drafts import LinkDraftSchema
from schemas.wire.fields import load
from schemas.wire.linkquestions import DecisionSchema
from schemas.wire.pagequestions import WordsSchema
from schemas.wording import day_words
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

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

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
    does: dict[str, tuple[str, str, Callable[[str], None]]] = {
        "link": ("asserted", "#links", _link),
        "asserted": ("asserted", "/links#linked", partial(_change, "asserted")),
        "rejected": ("rejected", "/links#rejected", partial(_change, "rejected")),
        "retracted": ("retracted", "/links#linked", partial(_change, "retracted")),
        "accept": ("asserted", "/links#linked", partial(_decide, suggesting.accept)),
        "reject": ("rejected", "/links#rejected", partial(_decide, suggesting.reject)),
    }
    doors.writer(subjects=(event_id,))
    state, there, do = does.get(request.form.get("do", ""), ("", "", _unknown))
    try:
        do(event_id)
    except DomainError as refusal:
        if STATUS.get(type(refusal)) in (401, 403, 503):  # which no other choice on this page would mend
            raise
        if not _stands_already(refusal, state):
            status = 409 if isinstance(refusal, StaleRevision) else 422
            with as_known(subject=event_id) as at:
                return _page(at, events.one(at, event_id), _in_words(at, event_id, refusal), status)
    return redirect(f"/events/{event_id}{there}", 303)  # type: ignore[return-value]


def _stands_already(refusal: DomainError, state: str) -> bool:
    """Whether what was refused is done already, by a first click or by another: then there is nothing to tell. What was
    typed beside it would be lost: that is told."""
    known = isinstance(refusal, LinkExists) and refusal.members["state"] == state
    return known and not request.form.get("evidence", "").strip()


def _in_words(at: AsKnown, event_id: str, refusal: DomainError) -> dict[str, str]:
    """What is wrong, by field, for people: titles for ids, days in words."""
    if isinstance(refusal, StaleRevision):
        return {"": "Somebody decided on it since you opened this page: look at how it stands now, then press again."}
    if isinstance(refusal, LinkExists):
        again = (
            "Take it up again under Rejected." if refusal.members["state"] == "rejected" else "Nothing is to be done."
        )
        return {"to": f"The two are so linked already: {refusal.members['state']}. {again}"}
    titles = {}
    for id_ in (event_id, request.form.get("to", ""), *request.form.get("suggestion", "").split("~")[1:]):
        with contextlib.suppress(DomainError):
            titles[id_] = events.one(at, id_, sources=False).title
    mistakes = {each["pointer"].strip("/"): in_field(each["detail"]) for each in refusal.errors()}
    return {name: _titled(detail, titles) for name, detail in (mistakes or {"": refusal.detail}).items()}


def _titled(detail: str, titles: Mapping[str, str]) -> str:
    for id_ in sorted(titles, key=len, reverse=True):
        named = f"“{titles[id_]}”".replace("\\", r"\\")
        detail = re.sub(rf"(?<![\w-]){re.escape(id_)}(?![\w-])", named, detail)
    return _DAY.sub(lambda day: day_words(date.fromisoformat(day[0])), detail)


def _unknown(_: str) -> None:
    raise InvalidRecord([{"detail": "Press one of the buttons of this page.", "pointer": ""}])


def _link(event_id: str) -> None:
    form = {name: text for name, text in request.form.items() if text.strip() and name in ("rel", "to", "evidence")}
    by = doors.writer(subjects=(event_id, form.get("to", "")))
    body: dict[str, Any] = {**form, "from": event_id}
    with as_known(subject=event_id) as at:
        if "to" not in form:
            raise InvalidRecord([{"detail": "Choose the other event.", "pointer": "/to"}])
        body["known_on"] = request.form.get("known_on") or _since(at, event_id, form["to"]).isoformat()
    linking.link(store(), load(LinkDraftSchema(), body), by=by)


def _since(at: AsKnown, event_id: str, other: str) -> date:
    try:
        return revising.linked_since(at, event_id, other)
    except DomainError as refusal:
        refusal.pointer = "/to"
        raise


def _change(state: str, event_id: str) -> None:
    link_id = request.form.get("link", "")
    with as_known(subject=link_id) as at:
        link = links.one(at, link_id)
    by = doors.writer(subjects=(event_id, link.subject.id, link.target.id))
    if link.state != state:
        expected = expected_of(request.form.get("standing", ""))
        revising.decide(store(), link, state, expected=expected, why=_why(), by=by)


def _decide(decide: Callable[..., str], event_id: str) -> None:
    id_ = request.form.get("suggestion", "")
    by = doors.writer(subjects=(event_id, *suggesting.parts(id_)[1:]))
    decide(store(), id_, known_on=None, why=_why(), by=by)


def _why() -> str | None:
    typed = request.form.get("why", "")
    why: str | None = load(DecisionSchema(), {"why": typed} if typed.strip() else {}).get("why")
    return why


def _page(at: AsKnown, event: Event, mistakes: dict[str, str], status: int = 200) -> Response:
    text = _words()
    drawn = [(each, links.one(at, each.id)) for each in links.of(at, event.id, event.when)]
    rejected = [found for found in drawn if found[0].state == "rejected"]
    return page(
        "links.html",
        at,
        status=status,
        entering=True,
        event=event,
        mistakes=mistakes,
        typed=request.form,
        text=text,
        linked=[found for found in drawn if found[0].state == "asserted"],
        rejected=[(*found, links.history(at, found[0].id)[-1].why) for found in rejected],
        rels=RELS,
        ways=WAYS,
        suggested=suggesting.suggestions(at, event=event.id)[:MOST],
        others=_others(at, event, text),
        gap_words=gap_words,
        kind_words=partial(kind_words, at),
    )


def _words() -> str | None:
    typed = request.form.get("q", "") or request.args.get("q", "")
    asked = {"q": typed} if typed.strip() else {}
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

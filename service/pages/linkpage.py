"""/events/<id>/links - what an event is linked with: link it to another, withdraw a link, decide what is suggested."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, InvalidRecord, LinkExists, StaleRevision
from schemas.events import Event, Link
from schemas.queries import EventQuery
from schemas.vocabulary import RELS
from schemas.wire.drafts import LinkDraftSchema
from schemas.wire.fields import load
from schemas.wire.linkquestions import DecisionSchema
from schemas.wire.pagequestions import WordsSchema
from service import answering, doors, linking, revising, suggesting
from service.doors import as_known, asking, store
from service.pages import linkwords
from service.pages.conventions import asks_today, page, standing
from service.pages.drawing import gap_words
from service.pages.naming import kind_words
from service.pages.recordform import expected_of, one_newline
from service.problems import STATUS
from service.store import decided, events, links
from service.store.asknown import AsKnown
from service.store.decided import Decided

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
    time. `done` names a link that was decided just now, of which it is said how it stands."""
    with standing(event_id, also=("q", "done")) as at:
        return _page(at, events.one(at, event_id), {})


@door.route("/events/<event_id>/links", methods=["POST"])
def change_links(event_id: str) -> Response:
    """Do what a button says, and show the links; or say why not. What the same person decided just so before, as by a
    double click, ends as it did then."""
    with as_known(subject=event_id) as at:
        events.one(at, event_id)
    by = doors.writer(subjects=(event_id,))
    act, state = _BUTTONS.get(request.form.get("do", ""), (_unknown, ""))
    try:
        return _done(event_id, act(event_id))
    except DomainError as refusal:
        if STATUS.get(type(refusal)) in (401, 403, 503):  # which no other choice on this page would mend
            raise
        with as_known(subject=event_id) as at:
            stands = _standing(at, event_id, refusal)
            if stands and _just_so(stands, state, by):
                return _done(event_id, stands.link.id)
            return _refused(at, events.one(at, event_id), refusal, stands)


def _done(event_id: str, link_id: str) -> Response:
    kept = {name: text for name in ("q",) if (text := request.form.get(name, "").strip())}
    there = f"/events/{event_id}/links?{urlencode({**kept, 'done': link_id})}#done"
    return redirect(there, 303)  # type: ignore[return-value]


def _standing(at: AsKnown, event_id: str, refusal: DomainError) -> Decided | None:
    """The link that a refusal is about, where it stands already or was changed since the page was made."""
    held = {LinkExists: refusal.members.get("link", ""), StaleRevision: request.form.get("link", "")}
    with contextlib.suppress(DomainError):
        return decided.one(at, event_id, held.get(type(refusal), ""))
    return None


def _just_so(stands: Decided, state: str, by: str) -> bool:
    """Whether that person has decided it so, and left nothing unsaid that is typed now."""
    said = {
        "why": stands.why,
        "evidence": stands.link.evidence,
        "known_on": stands.link.known_on.isoformat(),
    }
    same = all(_typed(name) in ("", text) for name, text in said.items())
    return same and (stands.link.state, stands.link.recorded_by) == (state, by)


def _typed(name: str) -> str:
    return one_newline(request.form.get(name, "")).strip()


def _refused(at: AsKnown, event: Event, refusal: DomainError, stands: Decided | None) -> Response:
    offered = {"rel": _typed("rel") in dict(WAYS)}
    mistakes = linkwords.mistakes(refusal, _titles(at, event), offered)
    status = 409 if isinstance(refusal, StaleRevision) else 422
    if stands:
        meanwhile = "This link was changed since you opened the page. " if status == 409 else ""
        mistakes = {name: meanwhile + linkwords.stands(stands, event.zone) for name in mistakes}
    return _page(at, event, mistakes, status, stands)


def _titles(at: AsKnown, event: Event) -> dict[str, str]:
    """By id, the titles of the events that a refusal may speak of."""
    ids = {event.id, _typed("to"), *_typed("suggestion").split("~")[1:]}
    with contextlib.suppress(DomainError):
        link = decided.one(at, event.id, _typed("link")).link
        ids |= {link.subject.id, link.target.id}
    found = {}
    for id_ in ids - {""}:
        with contextlib.suppress(DomainError):
            found[id_] = events.one(at, id_, sources=False).title
    return found


def _unknown(_: str) -> str:
    raise InvalidRecord([{"detail": "Press one of the buttons of this page.", "pointer": ""}])


def _link(event_id: str) -> str:
    form = {name: text for name in ("rel", "to", "evidence") if (text := _typed(name))}
    by = doors.writer(subjects=(event_id, form.get("to", "")))
    body: dict[str, Any] = {**form, "from": event_id}
    with as_known(subject=event_id) as at:
        if "to" not in form:
            raise InvalidRecord([{"detail": "Choose the other event.", "pointer": "/to"}])
        body["known_on"] = _typed("known_on") or _since(at, event_id, form["to"]).isoformat()
    return linking.link(store(), load(LinkDraftSchema(), body), by=by)


def _since(at: AsKnown, event_id: str, other: str) -> date:
    try:
        return revising.linked_since(at, event_id, other)
    except DomainError as refusal:
        refusal.pointer = "/to"
        raise


def _withdraw(state: str, event_id: str) -> str:
    link, by = _held(event_id)
    expected = expected_of(_typed("standing"))
    revising.withdraw(store(), link, state, expected=expected, why=_why(), by=by)
    return link.id


def _take_up(event_id: str) -> str:
    link, by = _held(event_id)
    return revising.take_up(store(), link, expected=expected_of(_typed("standing")), why=_why(), by=by)


def _held(event_id: str) -> tuple[Link, str]:
    """The link that a button is about, of any state, and who may write there."""
    with as_known(subject=event_id) as at:
        link = decided.one(at, event_id, _typed("link")).link
    return link, doors.writer(subjects=(event_id, link.subject.id, link.target.id))


def _why() -> str | None:
    typed = {"why": _typed("why")} if _typed("why") else {}
    why: str | None = load(DecisionSchema(), typed).get("why")
    return why


def _decide(decide: Callable[..., str], event_id: str) -> str:
    id_ = _typed("suggestion")
    by = doors.writer(subjects=(event_id, *suggesting.parts(id_)[1:]))
    return decide(store(), id_, known_on=None, why=_why(), by=by)


_BUTTONS: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "link": (_link, "asserted"),
    "rejected": (partial(_withdraw, "rejected"), "rejected"),
    "retracted": (partial(_withdraw, "retracted"), "retracted"),
    "again": (_take_up, "asserted"),
    "accept": (partial(_decide, suggesting.accept), "asserted"),
    "reject": (partial(_decide, suggesting.reject), "rejected"),
}
"""By what a button is called: what it does, which gives the id of the link, and the state that the link then is in."""


def _page(
    at: AsKnown, event: Event, mistakes: dict[str, str], status: int = 200, stands: Decided | None = None
) -> Response:
    text = _words()
    drawn = [each for each in links.of(at, event.id, event.when) if each.state == "asserted"]
    return page(
        "links.html",
        at,
        status=status,
        entering=True,
        event=event,
        mistakes=mistakes,
        stands=stands,
        done=_decided_now(at, event),
        typed=request.form,
        text=text,
        linked=[(each, links.one(at, each.id)) for each in drawn],
        withdrawn=decided.withdrawn(at, event.id) if asks_today() else [],
        signed=partial(linkwords.signed, zone=event.zone),
        rels=RELS,
        ways=WAYS,
        suggested=suggesting.suggestions(at, event=event.id)[:MOST],
        others=_others(at, event, text),
        gap_words=gap_words,
        kind_words=partial(kind_words, at),
    )


def _decided_now(at: AsKnown, event: Event) -> Decided | None:
    """The link that the address says was decided just now; None for one there is not."""
    if asks_today() and (id_ := request.args.get("done")):
        with contextlib.suppress(DomainError):
            return decided.one(at, event.id, id_)
    return None


def _words() -> str | None:
    """What is looked for; a form keeps what the page that it stands on was asked."""
    sent = request.values.get("q", "")
    asked = {"q": sent} if sent.strip() else {}
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

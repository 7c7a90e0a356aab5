"""/record - entering a report: what was typed, how it is read, what is recorded already; then one more key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, request

from schemas.calendars import Calendar
from schemas.errors import DomainError, ScopeMissing, TokenMissing
from schemas.events import Event, EventDraft
from schemas.vocabulary import GROUPS
from service import doors, doubling, naming, recording, understanding
from service.doors import as_known, asking, settings, store
from service.pages.conventions import page, standing
from service.pages.naming import kind_words, place_words
from service.pages.recordform import LABELS, ROWS, RecordForm
from service.store import eventfacts
from service.store.asknown import AsKnown

door = Blueprint("record-page", __name__)

MOST_NAMES = 200
"""How many names of a type the form offers to complete: those that most events bear."""
MOST_UNREGISTERED = 30
"""How many of them may be such that no register has."""

BODY = "body"
"""Who gives a date that is announced."""


@dataclass(frozen=True)
class Checked:
    """A form that was looked at: the draft, None where anything is refused; by field what is; events that may be it."""

    form: RecordForm
    draft: EventDraft | None
    mistakes: dict[str, str]
    same: list[Event]


@door.route("/record")
@asking
def show_record() -> Response:
    """The form, with the report that an address brings (`url`, `title`, `published`) filled in, as of today where it
    does not say its day."""
    with standing(also=("url", "title", "published"), calendars=doors.own_calendars()) as at:
        told = (request.args.get(name, "") for name in ("url", "title", "published"))
        known = doubling.resting_on(at, request.args.get("url", "").strip())
        return form_page(at, begun(at, *told), known=known)


def begun(at: AsKnown, url: str, title: str, published: str = "") -> RecordForm:
    """The form as it is opened for a report, from an article or a list of headlines: its address, its title
    without its publisher's name, its day (else today); who published it, as the title or the reports recorded from that
    host say, else the host."""
    calendar = next(iter(at.calendars), "")
    form = RecordForm({"calendar": calendar} if calendar else {})
    if not url.strip():
        return form
    told = understanding.headed(at, url.strip(), title)
    found = {"url-0": url.strip(), "source_title-0": told.title[:500], "publisher-0": told.publisher}
    return form.filled(**found, **{"published-0": published.strip()[:10] or at.day.isoformat()})


@door.route("/record", methods=["POST"])
def record() -> Response:
    """Show how the form is read, or record it: one of several POSTs of a form that is kept whatever is refused."""
    form = RecordForm.of(request.form)
    try:
        by = doors.writer(*filter(None, [form.text("calendar")]))
    except (TokenMissing, ScopeMissing) as refusal:
        return _not_admitted(form, refusal)
    if form.has("status", "announced"):
        form = form.filled(who=BODY)  # as the choice reads: announced, by the body itself
    with as_known(calendars=_asked(form)) as at:
        looked = checked(at, form)
        if request.form.get("do") != "record" or not looked.draft or unseen(looked):
            status = 422 if looked.mistakes else 200
            return form_page(at, looked.form, looked, status=status)
    return recorded(looked.draft, by)


def _not_admitted(form: RecordForm, refusal: DomainError) -> Response:
    """The form again, with nothing lost, for one who is not signed in any more or may not record there. Where reading
    is closed, raises TokenMissing: the page to sign in keeps what was typed, and shows nothing of the record."""
    missing = isinstance(refusal, TokenMissing)
    with as_known(calendars=_asked(form)) as at:
        response = form_page(at, form, not_admitted(form, refusal), status=401 if missing else 403)
    return with_challenge(response) if missing else response


def not_admitted(form: RecordForm, refusal: DomainError) -> Checked:
    """A form whose sender is told to sign in, or that another token is needed."""
    missing = isinstance(refusal, TokenMissing)
    detail = "Nobody is signed in here, by a token that is in force." if missing else refusal.detail
    return Checked(form.changed(token=None), None, {"token": detail}, [])


def with_challenge(response: Response) -> Response:
    """The answer to one who must sign in first (RFC 9110 section 15.5.2)."""
    response.headers["WWW-Authenticate"] = 'Bearer realm="leadup"'
    return response


def _asked(form: RecordForm) -> tuple[str, ...]:
    return (form.text("calendar"),) if settings().reading == "token" and form.text("calendar") else ()


def recorded(draft: EventDraft, by: str) -> Response:
    """Record it, and show the event."""
    id_ = recording.record(store(), draft, by=by)
    return redirect(f"/events/{id_}", 303)  # type: ignore[return-value]


def unseen(looked: Checked) -> bool:
    """Whether an event may be the same that was not shown with the form before: a report sent twice is one."""
    return not {event.id for event in looked.same} <= set(looked.form.text("seen").split())


def checked(at: AsKnown, form: RecordForm) -> Checked:
    """A form as it would be recorded today: what its title says in the fields that were left empty, once for each
    title; every mistake; and the events that it may be."""
    calendar = at.calendars.get(form.text("calendar"))
    today = store().clock.today(calendar.zone) if calendar else at.day
    form = with_publishers(at, form)
    if calendar:
        form = _guessed(at, form, today)
    draft, part, refused = form.read(today)
    if draft is None:
        refused = [*refused, *recording.unknown_lists(at.calendars, part)]
    else:
        try:
            draft = recording.checked(at.calendars, store().clock, draft)
            recording.check_retraction(draft)
        except DomainError as refusal:
            draft, refused = None, [refusal]
    ahead = form.ahead(today, calendar.zone) if calendar else {}
    same = doubling.likely_same(at, draft) if draft else []
    return Checked(form, draft, form.mistakes(refused, ahead), same)


def with_publishers(at: AsKnown, form: RecordForm) -> RecordForm:
    """The form with who publishes what stands at the addresses that were typed, where it does not say."""
    urls = {f"publisher-{n}": form.text(f"url-{n}") for n in form.rows}
    return form.filled(**{name: understanding.publisher_of(at, url) for name, url in urls.items() if url})


def _guessed(at: AsKnown, form: RecordForm, today: date) -> RecordForm:
    """The form with what its title says, unless that was read before and what it says was mended; and its status."""
    found = understanding.completed(at, form.body(today), today)
    title = form.text("title")
    if form.text("read") == title:
        found = {"status": found.get("status", "")}
    return form.completed(found).changed(read=title)


def form_page(
    at: AsKnown,
    form: RecordForm,
    looked: Checked | None = None,
    *,
    status: int = 200,
    template: str = "record.html",
    **shown: Any,
) -> Response:
    """The page of a form: what was typed, what is wrong with it, how it is read, and what completes it."""
    calendar = at.calendars.get(form.text("calendar"))
    return page(
        template,
        at,
        status=status,
        entering=True,
        form=form,
        looked=looked,
        mistakes=looked.mistakes if looked else {},
        labels={**LABELS, **{f"{name}-{n}": words for name, words in LABELS.items() for n in range(ROWS)}},
        calendar=calendar,
        groups=_kinds(calendar),
        today=store().clock.today(calendar.zone) if calendar else at.day,
        further=_further(form, looked),
        rows=range(ROWS),
        place_words=place_words,
        kind_words=partial(kind_words, at),
        offered=_offered(at, form),
        bookmarklet=bookmarklet(settings().public_url),
        **shown,
    )


_FURTHER = ("status", "who", "who_name", "known_on", "bodies", "themes", "programme", "note", "why")


def _further(form: RecordForm, looked: Checked | None) -> bool:
    """Whether the fields that are seldom needed are to be seen: one of them was typed, or is wrong."""
    wrong = looked.mistakes if looked else {}
    typed = (name for name in _FURTHER if name != "status")  # which is told from the date
    return any(form.rows[1:]) or any(name in wrong for name in _FURTHER) or any(form.text(name) for name in typed)


def _kinds(calendar: Calendar | None) -> list[tuple[str, list[Any]]]:
    kinds = calendar.kinds if calendar else ()
    grouped = [(group, [kind for kind in kinds if kind.group == group]) for group in GROUPS]
    return [(group, each) for group, each in grouped if each]


def _offered(at: AsKnown, form: RecordForm) -> dict[str, list[str]]:
    """By type, the names that most events of the calendar bear, to complete what is typed."""
    slug = form.text("calendar")
    return naming.most_borne(eventfacts.stand(at, slug), MOST_NAMES, MOST_UNREGISTERED) if slug in at.calendars else {}


def bookmarklet(public_url: str) -> str:
    """What a bookmark holds that opens the form with the page that is being read (of which it takes the address and the
    title, and nothing else)."""
    told = "'+encodeURIComponent(location.href)+'&title='+encodeURIComponent(document.title)"
    return f"javascript:void(open('{public_url}/record?url={told}))"

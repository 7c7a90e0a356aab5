"""/alerts - be told by e-mail before key meetings: the form, how letters stand, and what would have been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from schemas.errors import DomainError
from schemas.subscriptions import Choices
from schemas.windows import record_in_words
from service import raising, retelling, subscribing, windows
from service.doors import as_known, asking, store
from service.mail.givers import by_whom
from service.pages.alertform import AlertForm, mistakes
from service.pages.conventions import asks_today, page, standing
from service.store import outbox, pulse
from service.store.asknown import AsKnown, newest_known

door = Blueprint("alerts-page", __name__)

REPLAYED_DAYS = 365
MATTERS = {
    "lead": "So many days before the earliest day of an announced window",
    "announced": "It is announced",
    "firmed": "Its window gets narrower",
    "moved": "Its date moves",
    "cancelled": "It is called off",
    "opened": "It opens",
    "overdue": "Its window passes without word",
    "quiet": "Nothing at all is recorded for 14 days, then monthly",
    "unseen": "No appearance of a person is reported",
}
"""The matters in the words of the form."""


@door.route("/alerts")
@asking
def show_alerts() -> Response:
    """The form, and what it is worth."""
    with standing() as at:
        first = next(iter(at.calendars), "")
        return _page(at, AlertForm.holding("", first, Choices()), {})


@door.route("/alerts", methods=["POST"])
def ask_for_alerts() -> Response:
    """Ask for a subscription, as the API does; or the form again with what is wrong."""
    form = AlertForm.of(request.form)
    draft, wrong = form.read
    if draft is not None:
        with as_known(calendars=(draft.calendar,)):
            pass  # where reading is closed, letters tell only who may read
        try:
            subscribing.subscribe(store(), draft)
        except DomainError as refusal:
            wrong = mistakes(refusal)
        else:
            return plain_page("alerts-said.html", 202, title="Look into your mailbox", said=[subscribing.ACCEPTED])
    with as_known() as at:
        return _page(at, form, wrong, status=422)


def plain_page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page of one person alone: kept by nobody, found by no search engine, and its address told to no other site."""
    response = Response(render_template(template, alone=True, **shown), status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(at: AsKnown, form: AlertForm, wrong: dict[str, str], status: int = 200) -> Response:
    slug = form.text("calendar")
    calendar = at.calendars.get(slug) or next(iter(at.calendars.values()), None)
    told = Replay.of(at, calendar.slug) if calendar else None
    newest = newest_known(at, [calendar.slug]) if calendar else None
    current = asks_today()
    return page(
        "alerts.html",
        at,
        status=status,
        form=form,
        mistakes=wrong,
        calendars=list(at.calendars.values()),
        matters=MATTERS,
        matter_words=MATTER_WORDS,
        by_whom=by_whom,
        calendar=calendar,
        replay=told,
        newest=newest,
        record=record_in_words(windows.of_key_meetings(at, calendar.slug)) if calendar else None,
        letter_standing=outbox.standing(at.conn) if current else None,
        next_tick=pulse.next_tick(at.conn) if current else None,
    )


@dataclass(frozen=True, slots=True)
class Replay:
    """What one who chose nothing would have been told in the year to the day of the page: `letters`, newest first, and
    of the `untold` meetings of that time why none went days ahead."""

    letters: retelling.Letters
    untold: list[retelling.Account]

    @classmethod
    def of(cls, at: AsKnown, slug: str) -> Replay:
        """The replay of a calendar."""
        query, since = raising.query_of(at.calendars[slug], Choices()), at.day - timedelta(REPLAYED_DAYS - 1)
        found = retelling.accounts(at, query, Choices(), date.min, date.max) if query else []
        silent = retelling.silences(at, slug, since, at.day)
        untold = [each for each in found if each.why_no_lead and each.first and since <= each.first]
        return cls(retelling.letters_of(found, silent, since, at.day), untold)


MATTER_WORDS = {
    "lead": "Days ahead",
    "announced": "Announced",
    "firmed": "Narrowed",
    "moved": "Moved",
    "cancelled": "Called off",
    "opened": "Opened",
    "overdue": "Passed without word",
}
"""The matters in the words of the replay."""

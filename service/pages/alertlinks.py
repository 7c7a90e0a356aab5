"""The pages behind the links in letters: to confirm, to change, to leave. Opening one changes nothing, since mail
scanners open every link; a button does."""

from __future__ import annotations

from flask import Blueprint, Response, request

from schemas.errors import DomainError
from schemas.subscriptions import Subscription
from service import signing, subscribing
from service.doors import settings, store
from service.mail.notices import choices_in_words
from service.pages.alertform import AlertForm, mistakes
from service.pages.alerts import MATTERS, plain_page
from service.store import registers

door = Blueprint("alert-links", __name__, url_prefix="/alerts")


@door.route("/confirm/<word>")
def show_confirm(word: str) -> Response:
    """What was asked for, and the button that confirms it."""
    found = subscribing.of_link(store(), "confirm", word)
    if found.state in ("active", "paused"):
        return _confirmed(found)
    return plain_page(
        "alerts-button.html",
        title="Confirm your alerts",
        said=["Letters go to this address only once you press the button."],
        facts=choices_in_words(found.choices),
        label="Yes, send me these letters",
    )


@door.route("/confirm/<word>", methods=["POST"])
def confirm(word: str) -> Response:
    """Begin to tell."""
    return _confirmed(subscribing.confirm(store(), word))


def _confirmed(found: Subscription) -> Response:
    if found.state == "paused":
        said = [
            "These alerts are paused: a letter was refused for good by the mail server of this address.",
            "Nothing goes until you have them go on, by keeping what you chose; what changed meanwhile goes then.",
        ]
        return plain_page("alerts-said.html", title="Your alerts are paused", said=said, manage=_manage(found))
    said = ["You are told from now on. Every letter says how to change that, or to end it by one click."]
    return plain_page("alerts-said.html", title="Your alerts are on", said=said, manage=_manage(found))


def _manage(found: Subscription) -> str:
    with store().reading() as conn:
        return f"/alerts/manage/{signing.signed(conn, 'manage', found.id)}"


@door.route("/unsubscribe/<word>")
def show_unsubscribe(word: str) -> Response:
    """What a subscription tells of, and the buttons that end it, or all of its address."""
    found = subscribing.leaving(store(), word)
    if found.subscription.state == "ended":
        return _left(found)
    return plain_page(
        "alerts-button.html",
        title="End your alerts",
        said=["No further letter goes to this address once you press the button."]
        if not found.others
        else [f"Two buttons: one ends what stands here, the other also {_others(found)} of this address."],
        facts=_about(found.subscription),
        label="End this one" if found.others else "End them",
        all_label="End all of this address" if found.others else None,
    )


@door.route("/unsubscribe/<word>", methods=["POST"])
def unsubscribe(word: str) -> Response:
    """End a subscription: by the button, or by a mail program's one click (RFC 8058); or all of its address."""
    return _left(subscribing.unsubscribe(store(), word, wholly=request.form.get("do") == "all"))


def _left(found: subscribing.Leaving) -> Response:
    """What is ended; and where others of the address go on, that they do, and the button that ends them too."""
    if not found.others:
        return plain_page(
            "alerts-said.html", title="Your alerts are ended", said=["No further letter goes to this address."]
        )
    with store().reading() as conn:
        action = f"/alerts/unsubscribe/{signing.signed(conn, 'unsubscribe', found.subscription.id)}"
    return plain_page(
        "alerts-button.html",
        title="These alerts are ended",
        said=[f"Letters go on by {_others(found)} of this address."],
        facts=[row for each in (found.subscription, *found.others) for row in _told(each)],
        action=action,
        all_label="End all of this address",
    )


def _others(found: subscribing.Leaving) -> str:
    count = len(found.others)
    return "1 other subscription" if count == 1 else f"{count} other subscriptions"


def _told(each: Subscription) -> list[tuple[str, str]]:
    """A subscription on one line, under whether it is ended."""
    rows = dict(_about(each))
    said = [rows[label] for label in ("Calendar", "Events", "In") if label in rows]
    return [("Ended" if each.state == "ended" else "Goes on", ", ".join(said))]


def _about(found: Subscription) -> tuple[tuple[str, str], ...]:
    """What a subscription tells of, as facts."""
    with store().reading() as conn:
        calendar = registers.calendars(conn).get(found.calendar)
    return (("Calendar", calendar.name if calendar else found.calendar), *choices_in_words(found.choices))


@door.route("/manage/<word>")
def show_manage(word: str) -> Response:
    """What was chosen, to be changed."""
    found = subscribing.of_link(store(), "manage", word)
    return _managed(found, AlertForm.holding(found.email or "", found.calendar, found.choices), {})


@door.route("/manage/<word>", methods=["POST"])
def manage(word: str) -> Response:
    """Change what was chosen; or end it, or have the address forgotten, by the buttons for that."""
    found = subscribing.of_link(store(), "manage", word)
    if request.form.get("do") == "end":
        return _left(subscribing.end(store(), found.id))
    if request.form.get("do") == "erase":
        subscribing.erase(store(), found.email or "", settings().mail_folder)
        said = ["This address is forgotten, with all its subscriptions. What was sent when stays, of nobody."]
        return plain_page("alerts-said.html", title="Forgotten", said=said)
    form = AlertForm.of(request.form)
    form = AlertForm({**form.typed, "email": (found.email or "",), "calendar": (found.calendar,)})
    draft, wrong = form.read
    if draft is not None:
        try:
            changed = subscribing.change(store(), word, draft.choices)
        except DomainError as refusal:
            wrong = mistakes(refusal)
        else:
            shown = AlertForm.holding(changed.email or "", changed.calendar, changed.choices)
            return _managed(changed, shown, {}, saved=True)
    return _managed(found, form, wrong, status=422)


def _managed(
    found: Subscription, form: AlertForm, wrong: dict[str, str], *, saved: bool = False, status: int = 200
) -> Response:
    return plain_page(
        "alerts-manage.html", status, form=form, mistakes=wrong, matters=MATTERS, subscription=found, saved=saved
    )

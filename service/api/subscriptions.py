"""/api/v1/subscriptions: asking to be told by e-mail, open to everybody."""

from __future__ import annotations

from flask import Response

from schemas.subscriptions import SubscriptionDraft
from schemas.wire.subscriptions import AcceptedShape, SubscriptionDraftSchema
from service import subscribing
from service.api.conventions import Door, answer
from service.doors import as_known, store

door = Door(
    "subscriptions",
    __name__,
    url_prefix="/api/v1/subscriptions",
    description="Being told by e-mail before key meetings",
)


@door.route("", methods=["POST"])
@door.arguments(SubscriptionDraftSchema)
@door.response(202, AcceptedShape)
def subscribe(draft: SubscriptionDraft) -> Response:
    """Ask for letters about a calendar to be sent to an address.

    Open without a token, unless reading needs one. The answer is the same for every address that has the form of one:
    whether it is known is not told. It is asked by letter to confirm, at most five times a day.
    """
    with as_known(calendars=(draft.calendar,)):
        pass  # where reading is closed, letters tell only who may read
    subscribing.subscribe(store(), draft)
    response = answer({"status": "accepted", "detail": subscribing.ACCEPTED}, status=202)
    response.headers["Cache-Control"] = "no-store"
    return response

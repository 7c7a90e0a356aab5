"""/healthz: whether the service can answer, and how old what it says is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify

from schemas.errors import StoreUnreadable
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.healthshapes import FailingShape, HealthShape
from service import briefing
from service.api.conventions import Door
from service.doors import store
from service.store import migrations, outbox, pulse
from service.store.asknown import AsKnown, standpoint

door = Door("health", __name__, description="Whether the service can answer")


@door.route("/healthz", methods=["GET"])
@door.response(200, HealthShape, description="The store answers; a silent clock is said here")
@door.alt_response(503, schema=FailingShape, description="The store or its migrations fail")
def health() -> Response:
    """Whether the service can answer, and how old what it says is.

    Store readable, migrations current, the clock's last beat, the newest known day. 503 only for the store.
    """
    held = store()
    try:
        with held.reading() as conn:
            migrations.check(conn)
            at = standpoint(conn, held.clock)
            ages = briefing.ages(at, EventQuery())
            newest = max((age.newest_known_on for age in ages if age.newest_known_on), default=None)
            shape: dict[str, Any] = {
                "status": "ok",
                "store": "readable",
                "migrations": "current",
                "today": at.day.isoformat(),
                "newest_known_on": newest.isoformat() if newest else None,
                "newest_known_days_ago": (at.day - newest).days if newest else None,
                "calendars": {age.calendar.slug: answers.day(age.newest_known_on) for age in ages},
                "clock": _clock(at, held.clock.now()),
            }
    except StoreUnreadable as refusal:
        pending = refusal.members.get("pending")
        told = {"store": "readable", "migrations": refusal.detail} if pending else {"store": refusal.detail}
        response = jsonify({"status": "failing", **told})
        response.status_code = 503
    else:
        response = jsonify(shape)
    response.headers["Cache-Control"] = "no-store"
    return response


def _clock(at: AsKnown, now: datetime) -> dict[str, Any]:
    """The clock process: its last beat, whether it is silent, why a job last failed, and the letters that wait."""
    beat = pulse.beat(at.conn)
    since = (now - datetime.fromisoformat(beat)).total_seconds() if beat else None
    standing = outbox.standing(at.conn)
    return {
        "status": "never seen" if since is None else "silent" if since > pulse.SILENT_SECONDS else "beating",
        "last_beat": beat,
        "failure": pulse.failure(at.conn),
        "letters_waiting": standing.waiting,
        "letters_refused": standing.refused,
        "letters_given_up": standing.given_up,
        "letters_delayed": standing.delayed,
    }

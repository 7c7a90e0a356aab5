"""/api/v1/leadups: what led up to the key meetings."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from schemas.errors import InvalidRecord
from schemas.wire.leadupshapes import LeadupShape
from schemas.wire.questions import LeadupChartSchema, LeadupSchema, LeadupTableSchema, RunUpSchema
from schemas.wire.runupshapes import ApproachShape, RunUpShape
from service import approaching, picturing, recalling, studying, tabling
from service.api.addresses import redirect_to
from service.api.conventions import Door, answer, answer_bytes
from service.api.formats import CSV, CSV_TABLE_DOC, SVG_DOC, picture, whole_file
from service.doors import as_known, settings, shelf
from service.gathering import Question
from service.recalling import RunUp
from service.store import events

door = Door("leadups", __name__, url_prefix="/api/v1", description="What led up to the key meetings")


@door.route("/leadups", methods=["GET"])
@door.arguments(LeadupSchema, location="query")
@door.response(200, LeadupShape)
def study_leadups(asked: dict[str, Any]) -> Response:
    """What led up to key meetings: activity by lead before the anchors, against three baselines, and whether it could
    be chance.

    `anchors` and `activity` (which may repeat) are kinds by comma, or conditions such as
    `kind:ceremony;programme:20x10`.
    """
    return answer_bytes(_studied(asked))


@door.route("/leadups.csv", methods=["GET"])
@door.arguments(LeadupTableSchema, location="query")
@door.alt_response(200, **CSV_TABLE_DOC)
def leadups_csv(asked: dict[str, Any]) -> Response:
    """One table of what led up to key meetings as CSV: the figures behind a chart.

    The question is that of `/api/v1/leadups`; an empty cell has no figure.
    """
    body = tabling.csv(json.loads(_studied(asked)), tabling.LEADUPS, asked["table"])
    return whole_file(body, CSV, f"leadups-{asked['table']}")


@door.route("/leadups.svg", methods=["GET"])
@door.arguments(LeadupChartSchema, location="query")
@door.alt_response(200, **SVG_DOC)
def leadups_svg(asked: dict[str, Any]) -> Response:
    """One chart of what led up to key meetings, in light and dark.

    The question is that of `/api/v1/leadups`; the figures drawn are those of the table of that name (the profile's also
    `curve`).
    """
    body, chart, of = _studied(asked), asked["chart"], asked["of"]
    drawn = shelf().take(("chart", chart, of, body), None, lambda: picturing.leadups(json.loads(body), chart, of))
    return picture(drawn, f"leadups-{chart}")


def _studied(asked: dict[str, Any]) -> bytes:
    """The answer to a question as JSON."""
    if len(asked["calendar"]) != 1:
        raise InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])
    question = Question(
        calendar=asked["calendar"][0],
        anchors=asked["anchors"],
        activities=tuple(asked["activity"]),
        lead_days=asked["lead_days"],
        overlap=asked["overlap"],
        parts=asked["parts"],
    )
    with as_known(asked.get("as_known_on"), asked.get("through"), asked["calendar"]) as at:
        return studying.answer(at, question, settings().public_url, shelf())


@door.route("/leadups/<event_id>", methods=["GET"])
@door.arguments(RunUpSchema, location="query")
@door.response(200, RunUpShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def get_leadup(asked: dict[str, Any], event_id: str) -> Response:
    """What led up to one past meeting: every event in its window by lead, beside the others' mean by week.

    It describes: whether a lead-up is unlike the others is no matter of one count.
    """
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := events.doubles(at, event_id):
            return redirect_to("api/v1/leadups", other)
        return answer(recalling.recall(at, _run_up(event_id, asked), settings().public_url))


@door.route("/leadups/<event_id>/so-far", methods=["GET"])
@door.arguments(RunUpSchema, location="query")
@door.response(200, ApproachShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def get_leadup_so_far(asked: dict[str, Any], event_id: str) -> Response:
    """How the run-up to a meeting that lies ahead stands, beside earlier ones at the same distance.

    It describes: how many earlier run-ups had more for their pace is told, and no more. Where it cannot be told,
    `headline` says why.
    """
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := events.doubles(at, event_id):
            return redirect_to("api/v1/leadups", other, "so-far")
        return answer(approaching.ahead(at, _run_up(event_id, asked), settings().public_url))


def _run_up(event_id: str, asked: dict[str, Any]) -> RunUp:
    return RunUp(
        meeting=event_id,
        anchors=asked.get("anchors"),
        activities=tuple(asked.get("activity", ())),
        lead_days=asked["lead_days"],
        overlap=asked["overlap"],
        parts=asked["parts"],
    )

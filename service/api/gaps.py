"""/api/v1/gaps: how long from the first visit to a site to its opening."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import InvalidRecord
from schemas.wire.gapshapes import GapsShape
from schemas.wire.questions import GapsSchema, GapTableSchema
from service import picturing, tabling, waiting
from service.api.conventions import Door, answer
from service.api.formats import CSV, CSV_TABLE_DOC, SVG_DOC, picture, whole_file
from service.doors import as_known, settings, shelf

door = Door("gaps", __name__, url_prefix="/api/v1", description="How long until a site opens")


@door.route("/gaps", methods=["GET"])
@door.arguments(GapsSchema, location="query")
@door.response(200, GapsShape)
def list_gaps(asked: dict[str, Any]) -> Response:
    """How long from the first visit to a site, or the breaking of its ground, to its opening.

    Sites that are not open yet count as what they are: the share opened is Kaplan and Meier's.
    """
    return answer(_waits(asked))


@door.route("/gaps.csv", methods=["GET"])
@door.arguments(GapTableSchema, location="query")
@door.alt_response(200, **CSV_TABLE_DOC)
def gaps_csv(asked: dict[str, Any]) -> Response:
    """One table of how long sites waited as CSV: the share opened by each day, or site by site.

    The question is that of `/api/v1/gaps`; an empty cell has no figure.
    """
    return whole_file(tabling.csv(_waits(asked), tabling.GAPS, asked["table"]), CSV, f"gaps-{asked['table']}")


@door.route("/gaps.svg", methods=["GET"])
@door.arguments(GapsSchema, location="query")
@door.alt_response(200, **SVG_DOC)
def gaps_svg(asked: dict[str, Any]) -> Response:
    """How long sites waited as a chart, in light and dark: the share opened by each day.

    The question is that of `/api/v1/gaps`; the figures drawn are those of the table `curve`.
    """
    answer = _waits(asked)
    drawn = shelf().take(("chart", answer["permalink"]), answer["data"], lambda: picturing.gaps(answer))
    return picture(drawn, "gaps")


def _waits(asked: dict[str, Any]) -> dict[str, Any]:
    if len(asked["calendar"]) != 1:
        raise InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])
    question = waiting.GapQuestion(
        calendar=asked["calendar"][0],
        from_kinds=asked["from_kind"],
        to_kinds=asked["to_kind"],
        rel=asked["rel"],
        programme=asked.get("programme", ()),
        theme=asked.get("theme", ()),
        text=asked.get("from_q"),
        within_days=asked.get("within_days"),
    )
    with as_known(asked.get("as_known_on"), asked.get("through"), asked["calendar"]) as at:
        return waiting.gaps(at, question, settings().public_url)

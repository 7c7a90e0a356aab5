"""/api/v1/events/<id>/chain: what an event is linked with, and what that is linked with."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.vocabulary import RELS
from schemas.wire import linkanswers
from schemas.wire.linkquestions import ChainSchema
from schemas.wire.linkshapes import ChainShape
from service.api.addresses import redirect_of_double
from service.api.conventions import Door, answer, known_as
from service.doors import as_known
from service.store import chains, events

door = Door("chains", __name__, url_prefix="/api/v1/events", description="Where the links of an event lead")


@door.route("/<event_id>/chain", methods=["GET"])
@door.arguments(ChainSchema, location="query")
@door.response(200, ChainShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def get_chain(asked: dict[str, Any], event_id: str) -> Response:
    """The graph around an event. Links are followed both ways, over at most `hops` of them, and to 200 events at most
    (`truncated` where there are more)."""
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := redirect_of_double(at, event_id, "chain"):
            return other
        events.state_at(at, event_id)
        rels, states = asked.get("rel", tuple(RELS)), asked.get("state", ("asserted",))
        found = chains.chain(at, event_id, hops=asked["hops"], rels=rels, states=states)
        return answer(linkanswers.chain(found) | known_as(at))

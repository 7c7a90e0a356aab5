"""What headers and answers say of addresses and names: in ASCII, whatever letters an id or a name is of."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlencode

from flask import Response, request
from werkzeug.http import dump_options_header

from service.store import events
from service.store.asknown import AsKnown


def redirect_to(*path: str) -> Response:
    """308 to another address here, the question kept."""
    address, query = "/" + "/".join(quote(part) for part in path), request.query_string.decode()
    return Response(status=308, headers={"Location": f"{address}?{query}" if query else address})


def redirect_of_double(at: AsKnown, id_: str, *below: str) -> Response | None:
    """The redirect from a doubled event to the one it doubles (or what is `below` that); None for any other event."""
    other = events.doubles(at, id_)
    return redirect_to("api/v1/events", other, *below) if other else None


def next_address(cursor: str | None) -> str | None:
    """The address of the next page: this one's, with the cursor."""
    return None if cursor is None else _again("cursor", cursor)


def next_after(change: int) -> str:
    """The address of the log after a change number: this one's, with `after`."""
    return _again("after", str(change))


def _again(name: str, value: str) -> str:
    kept = {key: each for key, each in request.args.items() if key != name}
    return f"{quote(request.path)}?{urlencode({**kept, name: value})}"


def file_name(name: str) -> str:
    """A `Content-Disposition` that calls an answer so (RFC 6266): a name that is not ASCII stands in `filename*`, and
    what is left of it in `filename`, for clients that do not read that."""
    if name.isascii():
        return dump_options_header("inline", {"filename": name})
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = f"event{plain}" if plain.startswith(".") else plain
    return dump_options_header("inline", {"filename": plain, "filename*": f"UTF-8''{quote(name)}"})

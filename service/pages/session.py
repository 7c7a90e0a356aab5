"""/sign-in, /sign-out - a browser that shows a token once and is believed for a while: while that token is in force."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from schemas.errors import TokenMissing
from service import doors
from service.doors import asking
from service.pages.conventions import as_page, standpoint_asked
from service.problems import NOT_IN_FORCE

door = Blueprint("session-page", __name__)


@door.route("/sign-in")
@asking
def show_sign_in() -> Response:
    """The form; or on to where the reader was going, where that only has to be asked for by a page of ours."""
    standpoint_asked(("to",))
    to = local(request.args.get("to"))
    if doors.signed_in() and to:
        return redirect(to, 303)  # type: ignore[return-value]
    # A browser that comes from another site keeps its cookie back; asked again by this very page, it sends it.
    from_elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    response = as_page(render_template("sign-in.html", to=to, mistakes={}, ask_again=from_elsewhere))
    response.vary.update(("Cookie", "Sec-Fetch-Site"))
    return response


@door.route("/sign-in", methods=["POST"])
def sign_in() -> Response:
    """Look at the token, and on to where the reader was going; or the form again."""
    to = local(request.form.get("to"))
    try:
        doors.sign_in(request.form.get("token", "").strip())
    except TokenMissing:
        return as_page(render_template("sign-in.html", to=to, mistakes={"token": NOT_IN_FORCE}), 422)
    return redirect(to or "/", 303)  # type: ignore[return-value]


@door.route("/sign-out", methods=["POST"])
def sign_out() -> Response:
    """Forget in this browser who is signed in. The token stays in force."""
    response = redirect("/", 303)
    response.delete_cookie(doors.SESSION, httponly=True, samesite="Strict")
    return response  # type: ignore[return-value]


def local(path: str | None) -> str | None:
    """An address of ours to lead to, without its host; None for any other."""
    kept = path and path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if kept and path and path.isprintable() else None

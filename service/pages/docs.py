"""/docs - the API's human documents (Swagger UI out of an installed package), and a page for every problem."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, send_from_directory

from schemas import errors
from service import problems
from service.doors import asking
from service.pages.conventions import as_page, standpoint_asked

door = Blueprint("docs", __name__)

ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


@door.route("/docs", strict_slashes=False)
@asking
def show_docs() -> Response:
    """The API, to be read and tried. These pages say the same whatever day is asked; their links keep it."""
    standpoint_asked()
    return as_page(render_template("docs.html"))


@door.route("/docs/assets/<name>")
def asset(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in ASSETS:
        abort(404)
    folder = Path(str(files("flask_swagger_ui"))) / "dist"
    return send_from_directory(folder, name, max_age=86400)


@door.route("/problems")
@asking
def list_problems() -> Response:
    """Every problem the API answers with."""
    standpoint_asked()
    return as_page(render_template("problems.html", problems=_every()))


@door.route("/problems/<slug>")
@asking
def show_problem(slug: str) -> Response:
    """One problem: what was refused and what to do."""
    standpoint_asked()
    found = [each for each in _every() if each["slug"] == slug]
    if not found:
        abort(404)
    return as_page(render_template("problems.html", problems=found))


def _every() -> list[dict[str, str | int]]:
    return [
        {"slug": problems.slug(kind), "title": problems.title(kind), "status": status, "text": _text(kind)}
        for kind, status in sorted(problems.STATUS.items(), key=lambda pair: pair[0].__name__)
    ]


def _text(kind: type[errors.DomainError]) -> str:
    lines = (kind.__doc__ or "").strip().splitlines()
    return "\n".join(line.strip() for line in lines)

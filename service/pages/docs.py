"""/docs - the API as pages, an operation or a shape each; Swagger UI (an installed package); every problem."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, send_from_directory

from schemas import errors
from service import problems
from service.doors import asking
from service.pages.apidocs import Described
from service.pages.conventions import as_page, standpoint_asked

door = Blueprint("docs", __name__)

ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


@door.route("/docs", strict_slashes=False)
@asking
def show_docs() -> Response:
    """Every operation, by what it is about. These pages say the same whatever day is asked, but for their examples,
    which are of what is known today; their links keep it."""
    standpoint_asked()
    return as_page(render_template("docs.html", api=_described()))


@door.route("/docs/operations/<name>")
@asking
def show_operation(name: str) -> Response:
    """One operation: what it is asked, what it answers."""
    standpoint_asked()
    api = _described()
    if name not in api.operations:
        abort(404)
    return as_page(render_template("docs-operation.html", api=api, operation=api.operations[name]))


@door.route("/docs/shapes/<name>")
@asking
def show_shape(name: str) -> Response:
    """One shape of what is sent or answered, field by field."""
    standpoint_asked()
    api = _described()
    if name not in api.shapes:
        abort(404)
    return as_page(render_template("docs-shape.html", api=api, name=name, shape=api.shapes[name]))


@door.route("/docs/try")
@asking
def try_it() -> Response:
    """The API in Swagger UI, which sends what is asked."""
    standpoint_asked()
    return as_page(render_template("docs-try.html"))


_DESCRIBED = "leadup-api-described"


def _described() -> Described:
    """The document of this app, read once: it does not change while the app runs."""
    if _DESCRIBED not in current_app.extensions:
        api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
        current_app.extensions[_DESCRIBED] = Described(api.spec.to_dict())
    described: Described = current_app.extensions[_DESCRIBED]
    return described


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

"""/docs - the API as pages, an operation or a shape each, where it can be asked; every problem."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from schemas import errors
from service import problems
from service.doors import asking, settings
from service.pages.apidocs import Described, Operation
from service.pages.conventions import as_page, standing, standpoint_asked

door = Blueprint("docs", __name__)


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
    operation = _operation(name)
    return as_page(render_template("docs-operation.html", operation=operation, public_url=settings().public_url))


@door.route("/docs/operations/<name>/ask")
@asking
def ask(name: str) -> Redirect:
    """Lead on to what an operation that only reads answers to the fields that were filled in."""
    operation = _operation(name)
    if operation.method != "GET":
        abort(404)
    with standing(also=operation.asked):
        if missing := [each for each in operation.needed if not request.args.get(each)]:
            raise errors.InvalidRecord([{"detail": f"{each}: fill it in.", "pointer": f"?{each}"} for each in missing])
        return redirect(operation.address(request.args), 303)


def _operation(name: str) -> Operation:
    operations = _described().operations
    return operations[name] if name in operations else abort(404)


@door.route("/docs/shapes/<name>")
@asking
def show_shape(name: str) -> Response:
    """One shape of what is sent or answered, field by field."""
    standpoint_asked()
    api = _described()
    if name not in api.shapes:
        abort(404)
    return as_page(render_template("docs-shape.html", api=api, name=name, shape=api.shapes[name]))


_DESCRIBED = "leadup-api-described"


def _described() -> Described:
    """The document of this app, read once: it does not change while the app runs."""
    if _DESCRIBED not in current_app.extensions:
        api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
        current_app.extensions[_DESCRIBED] = Described(api.spec.to_dict())
    described: Described = current_app.extensions[_DESCRIBED]
    return described


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

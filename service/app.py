"""The web application: `create_app(settings)` puts the doors together; gunicorn runs `service.app:create_app()`."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from service import problems
from service.api import calendars, changes, events, feeds, health, kinds, leadups, links, names, revisions, when
from service.api.conventions import LeadupApi
from service.pages import docs, event, today
from service.settings import Settings, read_settings
from service.store import feedbytes, migrations
from service.store.database import store_of

_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def create_app(settings: Settings | None = None) -> Flask:
    """The app over a store that is up to date; raises StoreUnreadable for one that is not."""
    told = settings or read_settings()
    app = Flask(__name__, static_folder="pages/static", template_folder="pages/templates")
    app.extensions["leadup"] = told
    app.config |= _openapi(told) | {"MAX_CONTENT_LENGTH": problems.BODY_LIMIT_BYTES}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with store_of(told).reading() as conn:
        migrations.check(conn)
    with store_of(told).transaction("leadup") as tx:
        feedbytes.adopt(tx, told.public_url)
    problems.register(app)
    app.before_request(_read_whole_body)
    app.after_request(_open_for_reading)
    api = LeadupApi(app)
    for door in (
        events.door,
        revisions.door,
        links.door,
        calendars.door,
        kinds.door,
        names.door,
        changes.door,
        leadups.door,
        when.door,
        feeds.door,
        health.door,
    ):
        api.register_blueprint(door)
    for page in (today.door, event.door, docs.door):
        app.register_blueprint(page)
    return app


def _openapi(settings: Settings) -> dict[str, object]:
    return {
        "API_TITLE": "Leadup",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {
                "description": "A political calendar: events with uncertain dates, as known on any day.",
                "license": {"name": "Apache-2.0"},
            },
            "servers": [{"url": settings.public_url}],
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    }


def _read_whole_body() -> None:
    """Take in what a client sends before anything is answered: a refusal sent meanwhile would be lost to it."""
    if request.method not in _WRITES:
        return
    full = len(request.get_data()) == problems.BODY_LIMIT_BYTES
    # A body of no announced length is cut at the limit without a word: look whether there is more.
    if full and request.environ["wsgi.input"].read(1):
        raise RequestEntityTooLarge


def _open_for_reading(response: Response) -> Response:
    """Let pages of other origins read (Fetch standard, CORS); writing needs a token in a header they cannot send."""
    if request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Location"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Apps for tests, made once: putting all doors together takes longer than what most tests ask of them."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app, polled
from service.settings import Settings, read_settings
from service.shelf import Shelf
from service.store import feedbytes
from service.store.database import Store, store_of

TODAY = date(2026, 11, 24)
DAY = TODAY.isoformat()

_MADE: dict[Settings, Flask] = {}


def app_over(settings: Settings) -> Flask:
    """The app over `settings`: of apps that differ in nothing but their store and day one is made, the others
    are copies of it. They count rates together, so tests of rates make their own."""
    sort = replace(settings, home=Path(), store_path=Path(), mail_folder=Path(), today=None)
    if sort not in _MADE:
        _MADE[sort] = create_app(settings)
    else:
        with store_of(settings).transaction("leadup") as tx:
            feedbytes.adopt(tx, settings.public_url)
    app = copy.copy(_MADE[sort])
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]  # not past which kept feeds of others go
    if settings.reading == "open":
        app.wsgi_app = polled(app, settings)  # type: ignore[method-assign]
    app.extensions = {**app.extensions, "leadup": settings, "shelf": Shelf(10**7)}
    return app


def client_over(store: Store, today: str = DAY, **environ: str) -> FlaskClient:
    """A client of the app over a store that lies in `var` of its home."""
    told = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_TODAY": today, **environ}
    return app_over(read_settings(told)).test_client()

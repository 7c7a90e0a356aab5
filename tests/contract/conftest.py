"""What holds for the whole contract suite: no operation answers what the OpenAPI document does not tell of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response, current_app, request, request_finished
from flask.testing import FlaskClient

from service.store.database import Store
from tests.described import Described
from tests.signedin import sign_in

DOCUMENTS: dict[str, Described] = {}
"""By who may read: the documents of two apps differ in nothing else (but for their address)."""


@pytest.fixture
def writer(client: FlaskClient, store: Store) -> FlaskClient:
    """A browser that is signed in."""
    sign_in(client, store)
    return client


@pytest.fixture
def planned(writer: FlaskClient) -> str:
    """The address of a plenary that the body announced for mid-December, known since 20 November."""
    draft = {
        "calendar": "dprk",
        "kind": "plenary",
        "title": "15th plenary",
        "when": "mid-December 2026",
        "who": "body",
        "url-0": "https://news.example/1",
        "publisher-0": "News",
        "published-0": "2026-11-20",
        "do": "record",
    }
    return str(writer.post("/record", data=draft).headers["Location"])


@pytest.fixture(autouse=True)
def every_answer_is_described() -> Iterator[None]:
    """Look at every answer of every app in a test's process, whatever the test is about."""
    undescribed: list[str] = []

    def look(sender: Flask, response: Response, **_: object) -> None:
        del sender
        if request.url_rule is None or request.method not in ("GET", "POST", "PUT", "DELETE"):
            return
        path = request.url_rule.rule.replace("<", "{").replace(">", "}")
        operation = _document().operation(request.method, path)
        if operation is None:
            return
        if broken := _document().broken_by(response, operation) if _is_small(response) else []:
            undescribed.append(f"{request.method} {path}: {broken} {response.get_data(as_text=True)[:200]}")

    with request_finished.connected_to(look):
        yield
    assert not undescribed, "\n".join(sorted(set(undescribed)))


def _is_small(response: Response) -> bool:
    """Whether it can be looked at in no time: not a stream, and no list of hundreds."""
    return not response.is_streamed and len(response.get_data()) < 20_000


def _document() -> Described:
    told = current_app.extensions["leadup"].reading
    if told not in DOCUMENTS:
        spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
        DOCUMENTS[told] = Described(spec.to_dict())
    return DOCUMENTS[told]

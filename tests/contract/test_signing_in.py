"""Signing in by a token: who is believed, for how long, and from which pages."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from service import signing
from service.settings import Settings
from service.store import tokens
from service.store.database import Store
from tests.apps import app_over
from tests.signedin import fields

pytestmark = pytest.mark.slow

FORM = {"calendar": "dprk", "title": "Visit to a farm", "kind": "leader-visit", "when": "2026-11-20", "status": "held"}


def signed_in(client: FlaskClient, store: Store, name: str = "alice", scope: str = "write") -> str:
    """Sign the client in by a new token; its secret."""
    with store.transaction("test") as tx:
        secret = tokens.create(tx, name, scope)
    assert client.post("/sign-in", data={"token": secret, "to": "/record"}).headers["Location"] == "/record"
    return secret


def test_a_token_signs_in_and_what_is_recorded_bears_its_name(client: FlaskClient, store: Store) -> None:
    secret = signed_in(client, store)
    cookie = client.get_cookie("leadup-session")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Strict", False)
    assert secret not in cookie.value
    made = client.post("/record", data={**FORM, "do": "record"})
    event = client.get(f"/api/v1{made.headers['Location']}").get_json()
    assert (made.status_code, event["recorded_by"], event["title"]) == (303, "alice", "Visit to a farm")


def test_over_https_the_cookie_goes_over_https_alone(settings: Settings, store: Store) -> None:
    client = app_over(replace(settings, public_url="https://leadup.example")).test_client()
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    told = client.post("/sign-in", data={"token": secret}).headers["Set-Cookie"]
    assert "Secure" in told
    assert secret not in told


def test_a_wrong_token_is_told_beside_its_field(client: FlaskClient) -> None:
    answered = client.post("/sign-in", data={"token": "leadup_wrong", "to": "/record"})
    assert answered.status_code == 422
    assert "leadup_wrong" not in answered.get_data(as_text=True)
    assert 'id="mistake-token"' in answered.get_data(as_text=True)
    assert "Set-Cookie" not in answered.headers


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "", "a\nb"])
def test_nobody_is_led_to_another_site(client: FlaskClient, store: Store, to: str) -> None:
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    assert client.post("/sign-in", data={"token": secret, "to": to}).headers["Location"] == "/"


def test_a_revoked_token_ends_the_session_at_once_and_nothing_typed_is_lost(client: FlaskClient, store: Store) -> None:
    signed_in(client, store)
    assert "Signed in as alice" in client.get("/record").get_data(as_text=True)
    with store.transaction("test") as tx:
        tokens.revoke(tx, "alice")
    assert "Signed in" not in client.get("/record").get_data(as_text=True)
    refused = client.post("/record", data={**FORM, "do": "record"})
    assert refused.status_code == 401
    assert 'value="Visit to a farm"' in refused.get_data(as_text=True)
    with store.transaction("test") as tx:
        other = tokens.create(tx, "bob", "write")
    again = client.post("/record", data={**FORM, "do": "record", "token": other})
    event = client.get(f"/api/v1{again.headers['Location']}").get_json()
    assert event["recorded_by"] == "bob"
    assert other not in again.headers["Location"]


@pytest.mark.parametrize("reading", ["open", "token"])
def test_where_a_session_ends_while_typing_the_form_goes_on_with_a_token(
    settings: Settings, store: Store, reading: str
) -> None:
    client = app_over(replace(settings, reading=reading)).test_client()
    signed_in(client, store)
    made = client.post("/record", data={**FORM, "do": "record"}).headers["Location"]
    held = fields(client.get(f"{made}/amend").get_data(as_text=True))
    with store.transaction("test") as tx:
        tokens.revoke(tx, "alice")
        secret = tokens.create(tx, "bob", "write")
    for path, sent in (
        ("/record", {**FORM, "note": "A line.\r\nAnother.", "title": "Seen on <nothing>", "do": "check"}),
        (f"{made}/amend", {**held, "note": "A line.\r\nAnother.", "do": "record"}),
        (f"{made}/retract", {"standing": "1-1", "why": "A line.\r\nAnother."}),
    ):
        refused = client.post(path, data=sent)
        text = refused.get_data(as_text=True)
        assert refused.status_code == 401, path
        assert refused.headers["WWW-Authenticate"]
        assert 'id="field-token"' in text
        assert "A line." in text
        if reading == "token":
            assert "North Korea" not in text
            wrong = client.post(path, data={**fields(text), "token": "leadup_wrong"})
            assert 'id="mistake-token"' in wrong.get_data(as_text=True)
            assert "leadup_wrong" not in wrong.get_data(as_text=True)
            assert {**fields(wrong.get_data(as_text=True)), "token": ""} == {**fields(text), "token": ""}
    assert client.get(f"/api/v1{made}", headers={"Authorization": f"Bearer {secret}"}).get_json()["note"] is None
    kept = fields(client.post(f"{made}/amend", data={**held, "note": "Kept.", "do": "record"}).get_data(as_text=True))
    done = client.post(f"{made}/amend", data={**kept, "do": "record", "token": secret})
    assert (done.status_code, done.headers["Location"]) == (303, made)
    assert client.get(f"/api/v1{made}").get_json()["note"] == "Kept."


def test_what_was_sent_is_listed_by_what_the_forms_call_it(settings: Settings) -> None:
    client = app_over(replace(settings, reading="token")).test_client()
    sent = {
        "title": "A visit",
        "url-1": "https://news.example/1",
        "source_title-0": "Said",
        "published-0": "2026-11-20",
    }
    sent |= {"who_name": "The agency", "people": "Kim", "note": "More.", "known_on": "2026-11-20"}
    sent |= {"same_as": "another", "evidence": "The same site"}
    text = client.post("/record", data=sent).get_data(as_text=True)
    told = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text))
    assert told == {
        "What happened, or will": "A visit",
        "Address of the report": "https://news.example/1",
        "Title of the report": "Said",
        "Day of the report": "2026-11-20",
        "Their name": "The agency",
        "Persons": "Kim",
        "What else there is to say": "More.",
        "Known since": "2026-11-20",
        "The event that stays": "another",
        "What speaks for it": "The same site",
    }


def test_who_may_be_signed_in_is_not_told_that_nobody_is(client: FlaskClient, store: Store) -> None:
    signed_in(client, store)
    client.delete_cookie("leadup-session")  # which a browser keeps back on the way from another site
    for path in ("/record?url=https://news.example/1", "/events/wpk-9th-congress", "/inbox"):
        text = client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).get_data(as_text=True)
        told = re.findall(r">Sign in</a>(.{16})", text)
        assert told, path
        assert set(told) == {", if you are not"}, path


def test_no_log_tells_a_token(client: FlaskClient, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        secret = signed_in(client, store)
        cookie = client.get_cookie("leadup-session")
        client.post("/sign-in", data={"token": f"{secret}wrong"})
        client.post("/record", data={**FORM, "token": f"{secret}wrong"})
    assert cookie
    assert secret not in caplog.text
    assert cookie.value not in caplog.text


def test_signing_out_forgets(client: FlaskClient, store: Store) -> None:
    signed_in(client, store)
    assert client.post("/sign-out").status_code == 303
    assert client.post("/record", data=FORM).status_code == 401


def test_a_session_is_over_after_its_days(client: FlaskClient, store: Store) -> None:
    signed_in(client, store)
    now = store.clock.now()
    with store.reading() as conn:
        word = signing.session(conn, "alice", now)
        assert signing.session_name(conn, word, now) == "alice"
        assert signing.session_name(conn, word, now.replace(year=now.year + 1)) is None
        assert signing.session_name(conn, f"{word}x", now) is None
        assert signing.session_name(conn, signing.signed(conn, "manage", "alice"), now) is None


def test_who_may_only_read_records_nothing(client: FlaskClient, store: Store) -> None:
    signed_in(client, store, scope="read")
    refused = client.post("/record", data={**FORM, "do": "record"})
    assert refused.status_code == 403
    assert 'value="Visit to a farm"' in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(client: FlaskClient, store: Store, headers: dict[str, str]) -> None:
    signed_in(client, store)
    last = client.get("/api/v1/changes").get_json()["last"]
    for path in ("/record", "/sign-in", "/sign-out", "/alerts"):
        refused = client.post(path, data={**FORM, "do": "record"}, headers=headers)
        assert refused.status_code == 403, path
        assert "another site" in refused.get_data(as_text=True)
    assert client.get("/api/v1/changes").get_json()["last"] == last
    assert client.post("/record", data=FORM, headers={"Origin": "http://localhost"}).status_code == 200


def test_the_cookie_writes_nothing_at_the_api(client: FlaskClient, store: Store) -> None:
    signed_in(client, store)
    draft = {key: value for key, value in FORM.items() if key != "do"} | {"known_on": "2026-11-20"}
    assert client.post("/api/v1/events", json=draft).status_code == 401


def test_where_reading_is_closed_the_browser_reads_what_its_token_may(settings: Settings, store: Store) -> None:
    client = app_over(replace(settings, reading="token")).test_client()
    assert client.get("/events?kind=plenary").headers["Location"] == "/sign-in?to=%2Fevents%3Fkind%3Dplenary"
    assert client.post("/record", data=FORM, headers={"Accept": "application/json"}).status_code == 401
    signed_in(client, store, scope="read")
    for path in ("/", "/events?kind=plenary", "/record", "/api/v1/events?kind=plenary", "/events/wpk-9th-congress.ics"):
        found = client.get(path)
        assert found.status_code == 200, path
        assert {"Authorization", "Cookie"} <= set(found.vary)


def test_where_reading_is_closed_a_limited_token_records_in_its_calendar(settings: Settings, store: Store) -> None:
    client = app_over(replace(settings, reading="token")).test_client()
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "limited", "write", calendars=("dprk",))
    client.post("/sign-in", data={"token": secret})
    assert client.get("/record?url=https://news.example/1").status_code == 200
    assert client.post("/record", data=FORM).status_code == 200
    made = client.post("/record", data={**FORM, "do": "record"})
    assert made.status_code == 303
    for path in ("", "/amend", "/links", "/retract"):
        assert client.get(f"{made.headers['Location']}{path}").status_code == 200, path


def test_who_comes_from_another_site_is_asked_again_by_our_own_page(settings: Settings, store: Store) -> None:
    client = app_over(replace(settings, reading="token")).test_client()
    there = client.get("/record?url=https://news.example/1", headers={"Sec-Fetch-Site": "cross-site"}).headers[
        "Location"
    ]
    first = client.get(there, headers={"Sec-Fetch-Site": "cross-site"})
    assert 'http-equiv="refresh"' in first.get_data(as_text=True)
    again = client.get(there, headers={"Sec-Fetch-Site": "same-origin"})
    assert 'http-equiv="refresh"' not in again.get_data(as_text=True)
    signed_in(client, store)
    assert client.get(there).headers["Location"] == "/record?url=https://news.example/1"


def test_who_is_signed_in_changes_no_byte_of_what_others_get(client: FlaskClient, store: Store) -> None:
    paths = ("/events/wpk-9th-congress", "/?as_known_on=2025-12-05")
    before = [client.get(path) for path in paths]
    signed_in(client, store)
    mine = [client.get(path) for path in paths]
    assert mine[0].data != before[0].data
    assert (mine[0].headers["Cache-Control"], before[0].headers["Cache-Control"]) == ("private, no-cache", "no-cache")
    assert "Cookie" in mine[0].vary
    assert "Cookie" in before[0].vary
    assert (mine[1].data, mine[1].headers["Cache-Control"]) == (before[1].data, before[1].headers["Cache-Control"])
    client.post("/sign-out")
    assert [client.get(path).data for path in paths] == [each.data for each in before]


def test_a_limited_token_records_in_its_calendar_alone(client: FlaskClient, store: Store) -> None:
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "limited", "write", calendars=("dprk",))
    client.post("/sign-in", data={"token": secret})
    assert client.post("/record", data={**FORM, "do": "record"}).status_code == 303
    assert client.post("/record", data={**FORM, "calendar": "zoo"}).status_code == 403

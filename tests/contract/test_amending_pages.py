"""Amending, retracting and adding reports by pages: the API's verbs, a form in front of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from service.settings import Settings
from service.store import tokens
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.apps import app_over
from tests.builders import a_calendar
from tests.signedin import facts, fields, sign_in

pytestmark = pytest.mark.slow

EVENT = "/events/wpk-9th-congress"


def test_only_who_is_signed_in_is_offered_to_amend(client: FlaskClient, store: Store) -> None:
    assert f"/sign-in?to={EVENT}" in client.get(EVENT).get_data(as_text=True)
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    client.post("/sign-in", data={"token": secret})
    assert f'href="{EVENT}/amend"' in client.get(EVENT).get_data(as_text=True)
    past = client.get(f"{EVENT}?as_known_on=2025-12-05").get_data(as_text=True)
    assert "/amend" not in past
    assert "sign-in" not in past


def test_a_form_that_is_not_changed_changes_nothing(writer: FlaskClient) -> None:
    before = writer.get(f"/api/v1{EVENT}").get_json()
    held = fields(writer.get(f"{EVENT}/amend").get_data(as_text=True))
    shown = writer.post(f"{EVENT}/amend", data=held)
    assert ">Nothing changes</h2>" in shown.get_data(as_text=True)
    assert "Record it" not in shown.get_data(as_text=True)
    writer.post(f"{EVENT}/amend", data={**held, "do": "record"})
    assert writer.get(f"/api/v1{EVENT}").get_json() == before


def test_a_date_is_firmed_and_what_changes_is_shown_first(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    assert (held["when"], held["status"], held["who"]) == ("mid-December 2026", "announced", "body")
    typed = {**held, "when": "15 December", "url-0": "https://news.example/2", "publisher-0": "News"}
    shown = writer.post(f"{planned}/amend", data={**typed, "published-0": "2026-11-23"}).get_data(as_text=True)
    assert "<td>mid-December 2026</td><td>15 December 2026</td>" in shown
    assert facts(shown)["Known since"] == "23 November 2026"
    assert writer.get(f"/api/v1{planned}").get_json()["sequence"] == 0
    done = writer.post(f"{planned}/amend", data={**fields(shown, f"{planned}/amend"), "do": "record"})
    assert (done.status_code, done.headers["Location"]) == (303, planned)
    event = writer.get(f"/api/v1{planned}").get_json()
    assert (event["when"]["edtf"], event["known_on"], event["sequence"]) == ("2026-12-15", "2026-11-23", 1)
    assert [each["url"] for each in event["sources"]] == ["https://news.example/1", "https://news.example/2"]


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    refused = writer.post(f"{planned}/amend", data={**held, "when": "whenever", "kind": "zoo", "people": "A, B"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'id="mistake-when"' in text
    assert 'id="mistake-kind"' in text
    assert fields(text)["people"] == "A, B"


@pytest.mark.parametrize("keep_mine", [True, False])
def test_a_conflict_shows_both_versions_and_lets_one_choose(writer: FlaskClient, planned: str, keep_mine: bool) -> None:
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    writer.post(f"{planned}/amend", data={**held, "when": "late December", "do": "record"})
    refused = writer.post(f"{planned}/amend", data={**held, "when": "15 December", "title": "Plenary", "do": "record"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "It was amended meanwhile, by alice" in text
    assert "<td>late December 2026</td><td>15 December 2026</td>" in text
    assert "<td>15th plenary</td><td>Plenary</td>" in text
    assert writer.get(f"/api/v1{planned}").get_json()["when"]["edtf"] == "[2026-12-21..2026-12-31]"
    if keep_mine:
        done = writer.post(f"{planned}/amend", data={**fields(text, f"{planned}/amend"), "do": "record"})
        assert done.status_code == 303
        event = writer.get(f"/api/v1{planned}").get_json()
        assert (event["when"]["edtf"], event["title"], event["sequence"]) == ("2026-12-15", "Plenary", 2)
    else:
        assert f'<a href="{planned}">Leave it as it stands</a>' in text


def test_what_was_known_earlier_is_compared_with_what_was_known_then(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    writer.post(f"{planned}/amend", data={**held, "when": "late December", "do": "record"})
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    late = {**held, "when": "mid-December 2026", "note": "told earlier", "known_on": "2026-11-21", "do": "record"}
    shown = writer.post(f"{planned}/amend", data=late)
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "<td>nothing</td><td>told earlier</td>" in text
    assert "late December" not in text.partition("<table")[2].partition("</table>")[0]
    done = writer.post(f"{planned}/amend", data={**fields(text, f"{planned}/amend"), "do": "record"})
    assert done.status_code == 303
    assert writer.get(f"/api/v1{planned}?as_known_on=2026-11-21").get_json()["note"] == "told earlier"


def test_who_is_signed_in_no_more_loses_nothing(writer: FlaskClient, planned: str, store: Store) -> None:
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    with store.transaction("test") as tx:
        tokens.revoke(tx, "alice")
        secret = tokens.create(tx, "bob", "write")
    refused = writer.post(f"{planned}/amend", data={**held, "note": "typed", "do": "record"})
    assert refused.status_code == 401
    assert ">typed</textarea>" in refused.get_data(as_text=True)
    again = writer.post(f"{planned}/amend", data={**held, "note": "typed", "token": secret, "do": "record"})
    assert again.status_code == 303
    assert writer.get(f"/api/v1{planned}").get_json()["recorded_by"] == "bob"


def test_retracting_asks_why_and_leads_away(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    refused = writer.post(f"{planned}/retract", data=held)
    assert refused.status_code == 422
    assert 'id="mistake-why"' in refused.get_data(as_text=True)
    done = writer.post(f"{planned}/retract", data={**held, "why": "entered twice"})
    assert (done.status_code, done.headers["Location"]) == (303, planned)
    assert writer.get(f"/api/v1{planned}").status_code == 404


def test_the_address_of_what_was_retracted_says_so_today_alone(
    writer: FlaskClient, planned: str, settings: Settings, store: Store
) -> None:
    before = writer.get("/api/v1/events?limit=1").get_json()["through"]
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    assert "asting links" in writer.get(f"{planned}/retract").get_data(as_text=True)
    writer.post(f"{planned}/retract", data={**held, "why": "a slip of mine"})
    gone = writer.get(planned)
    assert gone.status_code == 410
    other = app_over(settings).test_client()
    assert other.get(planned).status_code == 410
    for text in (gone.get_data(as_text=True), other.get(planned).get_data(as_text=True)):  # as the log says it to all
        assert "<h1>Retracted: 15th plenary</h1>" in text
        assert "Status 410" not in text
        assert "retracted on 24 November 2026 by alice" in text
        assert "a slip of mine" in text
        assert "It is in no answer any more" in text
        assert 'href="/changes"' in text
    assert 'href="/record"' in gone.get_data(as_text=True).partition("<main")[2]
    assert 'href="/record"' not in other.get(planned).get_data(as_text=True).partition("<main")[2]
    for past in ("as_known_on=2026-11-24", "as_known_on=2026-11-20"):
        found = other.get(f"{planned}?{past}")
        assert found.status_code == 404
        assert "etracted" not in found.get_data(as_text=True)
    assert other.get(f"{planned}?as_known_on=2026-11-24&through={before}").status_code == 200
    closed = app_over(replace(settings, reading="token"))
    assert closed.test_client().get(planned).status_code == 303
    with store.transaction("test") as tx:
        declared = plain(a_calendar(slug="zoo", name="Zoo"))
        append(tx, Assertion("calendar", "calendar/zoo", "zoo", date(2025, 1, 1), declared))
        zoo = tokens.create(tx, "zoo", "read", calendars=("zoo",))
    refused = closed.test_client().get(planned, headers={"Authorization": f"Bearer {zoo}"})
    assert refused.status_code == 403
    assert "15th plenary" not in refused.get_data(as_text=True)


def test_what_was_retracted_cannot_be_retracted_again(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    writer.post(f"{planned}/retract", data={**held, "why": "a slip of mine"})
    for again in (writer.get(f"{planned}/retract"), writer.post(f"{planned}/retract", data={**held, "why": "twice"})):
        assert again.status_code == 410
        assert "<h1>Retracted: 15th plenary</h1>" in again.get_data(as_text=True)
        assert "a slip of mine" in again.get_data(as_text=True)
    past = writer.get(f"{planned}/retract?as_known_on=2026-11-24")
    assert past.status_code == 404
    assert "15th plenary" not in past.get_data(as_text=True)


@pytest.mark.parametrize("why", ["a\x07bell", "x" * 1001, ""])
def test_a_reason_is_held_to_what_the_api_takes(writer: FlaskClient, planned: str, why: str) -> None:
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    refused = writer.post(f"{planned}/retract", data={**held, "why": why})
    assert refused.status_code == 422
    assert 'id="mistake-why"' in refused.get_data(as_text=True)
    assert writer.get(f"/api/v1{planned}").status_code == 200


def test_a_reason_may_have_several_lines(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    assert writer.post(f"{planned}/retract", data={**held, "why": "entered\r\ntwice"}).status_code == 303


def test_a_double_leads_to_the_one_that_stays(writer: FlaskClient, planned: str) -> None:
    held = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    wrong = writer.post(f"{planned}/retract", data={**held, "why": "twice", "same_as": "nowhere"})
    assert 'id="mistake-same_as"' in wrong.get_data(as_text=True)
    done = writer.post(f"{planned}/retract", data={**held, "why": "twice", "same_as": f"http://localhost{EVENT}"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{planned}/retract")
    told = writer.get(f"{planned}/retract")
    text = told.get_data(as_text=True)
    assert told.status_code == 410
    assert "<h1>Retracted: 15th plenary</h1>" in text
    assert f'<a href="{EVENT}">9th Congress of the Workers&#39; Party of Korea</a>' in text
    assert "It is in no answer any more" in text
    assert writer.get(planned).headers["Location"] == EVENT


def test_what_was_amended_meanwhile_is_not_retracted_unseen(writer: FlaskClient, planned: str) -> None:
    stale = fields(writer.get(f"{planned}/retract").get_data(as_text=True), f"{planned}/retract")
    held = fields(writer.get(f"{planned}/amend").get_data(as_text=True))
    writer.post(f"{planned}/amend", data={**held, "when": "late December", "do": "record"})
    refused = writer.post(f"{planned}/retract", data={**stale, "why": "gone"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "late December 2026" in text
    assert ">gone</textarea>" in text
    again = fields(text, f"{planned}/retract")
    assert writer.post(f"{planned}/retract", data={**again, "why": "gone"}).status_code == 303


@pytest.mark.parametrize("page", ["amend", "retract"])
def test_entering_is_done_today(client: FlaskClient, page: str) -> None:
    found = client.get(f"{EVENT}/{page}?as_known_on=2025-12-05")
    assert found.status_code == 200
    assert "Go back to today" in found.get_data(as_text=True)
    assert 'method="post"' not in found.get_data(as_text=True)
    assert client.get(f"/events/zzz/{page}").status_code == 404


@pytest.mark.parametrize("path", ["/record", f"{EVENT}/amend"])
def test_a_report_of_a_day_to_come_is_refused_beside_its_own_field_with_all_else(
    writer: FlaskClient, path: str
) -> None:
    form = fields(writer.get(path).get_data(as_text=True))
    reports = {"url-0": "https://news.example/9", "publisher-0": "News", "published-0": "2026-12-24"}
    more = {"publisher-1": "Radio", "published-1": "2026-12-25", "title": "Kim visits a farm", "kind": "visit"}
    for when, wrong in (("whenever", {"when"}), ("20 November 2026", set())):
        typed = {**form, **reports, **more, "when": when, "status": "held" if wrong else "", "do": "record"}
        refused = writer.post(path, data=typed)
        text = refused.get_data(as_text=True)
        assert refused.status_code == 422
        told = set(re.findall('id="mistake-([^"]+)"', text)) - {"kind", "status"}
        assert told == {"published-0", "published-1"} | wrong
        assert "24 December 2026 lies after today, 24 November 2026 in Asia/Pyongyang." in text


def test_since_a_day_to_come_nothing_is_known_whatever_else_is_wrong(writer: FlaskClient) -> None:
    form = fields(writer.get("/record").get_data(as_text=True))
    typed = {**form, "title": "Kim visits", "when": "whenever", "known_on": "2026-12-24"}
    text = writer.post("/record", data=typed).get_data(as_text=True)
    assert {"when", "known_on"} <= set(re.findall('id="mistake-([^"]+)"', text))


def test_a_report_of_a_day_to_come_is_not_added_to_what_stands(writer: FlaskClient) -> None:
    sent = {"calendar": "dprk", "publisher-0": "News", "published-0": "2026-12-24"}
    text = writer.post(f"{EVENT}/source", data=sent).get_data(as_text=True)
    assert re.findall('id="mistake-([^"]+)"', text) == ["published-0"]


def test_who_may_only_read_is_offered_no_form_and_told_what_is_needed(client: FlaskClient, store: Store) -> None:
    sign_in(client, store, "reader", "read")
    text = client.get(EVENT).get_data(as_text=True)
    assert "Amend it" not in text
    assert "Link it" not in text
    assert "Retract it" not in text
    needed = "reader may read, not write: to amend, link or retract it, <a"
    assert needed in " ".join(text.split())
    for page in ("amend", "links", "retract"):
        found = client.get(f"{EVENT}/{page}")
        assert found.status_code == 200
        main = found.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
        assert needed in " ".join(main.split())
        assert 'method="post"' not in main


def test_who_may_write_elsewhere_alone_is_offered_nothing_here(client: FlaskClient, store: Store) -> None:
    with store.transaction("test") as tx:
        declared = plain(a_calendar(slug="zoo", name="Zoo"))
        append(tx, Assertion("calendar", "calendar/zoo", "zoo", date(2025, 1, 1), declared))
    sign_in(client, store, "keeper", "write", "zoo")
    text = " ".join(client.get(EVENT).get_data(as_text=True).split())
    assert "Amend it" not in text
    assert "keeper may write only in zoo: to amend, link or retract it, <a" in text

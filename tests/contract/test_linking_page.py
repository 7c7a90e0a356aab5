"""/events/<id>/links: linking by search, withdrawing, and deciding what is suggested, by the API's verbs."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell
from tests.signedin import fields, sign_in

pytestmark = pytest.mark.slow

EVENT = "/events/wpk-9th-congress"


@pytest.fixture
def parade(writer: FlaskClient) -> str:
    """The id of a parade on the evening after the congress."""
    typed = {"calendar": "dprk", "kind": "parade", "title": "Night parade", "when": "2026-02-26", "status": "held"}
    made = writer.post("/record", data={**typed, "known_on": "2026-02-27", "do": "record", "seen": "a"})
    shown = made.get_data(as_text=True)
    if made.status_code == 200:
        made = writer.post("/record", data={**fields(shown, "/record"), "do": "record"})
    return str(made.headers["Location"]).rpartition("/")[2]


def linked(client: FlaskClient, event: str, state: str = "asserted") -> set[tuple[str, str, str]]:
    items = client.get(f"/api/v1/links?event={event}&state={state}&limit=200").get_json()["items"]
    return {(each["rel"], each["from"]["id"], each["to"]["id"]) for each in items}


def test_an_event_is_linked_to_one_that_is_found_by_words(writer: FlaskClient, parade: str) -> None:
    shown = writer.get(f"/events/{parade}/links?q=9th+congress").get_data(as_text=True)
    assert 'value="wpk-9th-congress"' in shown
    typed = {"do": "link", "to": "wpk-9th-congress", "rel": "follows_up", "evidence": "on its last night"}
    done = writer.post(f"/events/{parade}/links", data=typed)
    assert (done.status_code, done.headers["Location"]) == (303, f"/events/{parade}#links")
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}
    item = writer.get(f"/api/v1/links?event={parade}").get_json()["items"][0]
    assert (item["evidence"], item["recorded_by"], item["known_on"]) == ("on its last night", "alice", "2026-02-27")


def test_a_rel_is_chosen_from_either_end(writer: FlaskClient, parade: str) -> None:
    writer.post(f"{EVENT}/links", data={"do": "link", "to": parade, "rel": "followed_by"})
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}
    offered = re.findall(r'<option value="(\w+)">([^<]*)</option>', writer.get(f"{EVENT}/links").get_data(as_text=True))
    assert dict(offered)["has_part"] == "has part the other"
    assert len(offered) == 12


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"rel": "follows_up"}, "to"),
        ({"rel": "follows_up", "to": "nowhere"}, "to"),
        ({"rel": "follows_up", "to": "wpk-9th-congress"}, "to"),
        ({"rel": "loves", "to": "{parade}"}, "rel"),
        ({"rel": "follows_up", "to": "{parade}", "known_on": "2027-01-01"}, "known_on"),
    ],
)
def test_what_cannot_be_linked_is_told_beside_its_field(
    writer: FlaskClient, parade: str, typed: dict[str, str], field: str
) -> None:
    sent = {name: text.format(parade=parade) for name, text in typed.items()}
    refused = writer.post(f"{EVENT}/links", data={**sent, "do": "link", "evidence": "kept"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert f'id="mistake-{field}"' in text
    assert 'value="kept"' in text
    assert linked(writer, parade) == set()


@pytest.mark.parametrize(("do", "left"), [("rejected", 1), ("retracted", 0)])
def test_a_link_is_withdrawn_and_not_by_a_stale_page(writer: FlaskClient, parade: str, do: str, left: int) -> None:
    writer.post(f"/events/{parade}/links", data={"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"})
    held = fields(writer.get(f"/events/{parade}/links").get_data(as_text=True), f"/events/{parade}/links")
    stale = writer.post(f"/events/{parade}/links", data={**held, "standing": "7-7", "do": do})
    assert stale.status_code == 409
    assert len(linked(writer, parade)) == 1
    done = writer.post(f"/events/{parade}/links", data={**held, "do": do})
    assert done.headers["Location"] == f"/events/{parade}/links#{'rejected' if left else 'linked'}"
    assert linked(writer, parade) == set()
    assert len(linked(writer, parade, "rejected")) == left


@pytest.mark.parametrize(("do", "state"), [("accept", "asserted"), ("reject", "rejected")])
def test_a_suggestion_is_decided_once(writer: FlaskClient, do: str, state: str) -> None:
    first = writer.get("/api/v1/suggestions?limit=1").get_json()["items"][0]
    event = first["from"]["id"]
    page = f"/events/{event}/links"
    assert f'value="{first["id"]}"' in writer.get(page).get_data(as_text=True)
    done = writer.post(page, data={"do": do, "suggestion": first["id"]})
    assert done.headers["Location"] == f"{page}#{'linked' if do == 'accept' else 'rejected'}"
    assert (first["rel"], event, first["to"]["id"]) in linked(writer, event, state)
    assert f'value="{first["id"]}"' not in writer.get(page).get_data(as_text=True)
    last = writer.get("/api/v1/changes").get_json()["last"]
    assert writer.post(page, data={"do": do, "suggestion": first["id"]}).status_code == 303
    other = "reject" if do == "accept" else "accept"
    assert writer.post(page, data={"do": other, "suggestion": first["id"]}).status_code == 422
    assert writer.get("/api/v1/changes").get_json()["last"] == last


@pytest.mark.parametrize("typed", [{}, {"do": "burn"}, {"do": "accept"}, {"do": "rejected", "link": "zzz"}])
def test_what_no_button_says_does_nothing(writer: FlaskClient, typed: dict[str, str]) -> None:
    last = writer.get("/api/v1/changes").get_json()["last"]
    refused = writer.post(f"{EVENT}/links", data=typed)
    assert refused.status_code == 422
    assert "Nothing was recorded" in refused.get_data(as_text=True)
    assert writer.get("/api/v1/changes").get_json()["last"] == last


def test_as_known_on_a_day_links_are_only_read(client: FlaskClient) -> None:
    text = client.get(f"{EVENT}/links?as_known_on=2026-03-01").get_data(as_text=True)
    assert "Go back to today" in text
    assert 'method="post"' not in text


def test_why_it_is_not_so_is_kept_and_it_can_be_taken_up_again(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"})
    link = writer.get(f"/api/v1/links?event={parade}").get_json()["items"][0]
    held = fields(writer.get(page).get_data(as_text=True), page)
    assert writer.post(page, data={**held, "do": "rejected", "why": "a\x07bell"}).status_code == 422
    assert writer.post(page, data={**held, "do": "rejected", "why": "another night"}).status_code == 303
    shown = writer.get(page).get_data(as_text=True)
    rejected = shown.partition('<h2 id="rejected">')[2].partition("</section>")[0]
    assert "rejected by alice, known since 24 November 2026: another night" in rejected
    again = writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"})
    assert again.status_code == 422
    assert "Take it up again under Rejected." in again.get_data(as_text=True)
    taken = writer.post(page, data={**fields("<form" + rejected.partition("<form")[2], page), "do": "asserted"})
    assert taken.headers["Location"] == f"{page}#linked"
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}
    history = writer.get(f"/api/v1/links/{link['id']}/revisions").get_json()["items"]
    assert [(each["link"]["state"], each["why"]) for each in history][-2:] == [
        ("rejected", "another night"),
        ("asserted", None),
    ]


def test_what_is_done_already_is_done(writer: FlaskClient, parade: str) -> None:
    """A second click, or another who wants the same, is told nothing else than the first."""
    page = f"/events/{parade}/links"
    typed = {"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"}
    assert [writer.post(page, data=typed).headers["Location"] for _ in range(2)] == [f"/events/{parade}#links"] * 2
    told = writer.post(page, data={**typed, "evidence": "on its last night"})
    assert told.status_code == 422
    assert "The two are so linked already: asserted." in told.get_data(as_text=True)
    held = fields(writer.get(page).get_data(as_text=True), page)
    done = [writer.post(page, data={**held, "do": "rejected"}).headers["Location"] for _ in range(2)]
    assert done == [f"{page}#rejected"] * 2


def test_refusals_of_links_are_in_words_for_people(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "part_of"})
    typed = {"do": "link", "to": parade, "rel": "part_of", "q": "night parade"}
    circle = writer.post("/events/wpk-9th-congress/links", data=typed).get_data(as_text=True)
    told = unescape(circle.partition('role="alert"')[2].partition("</div>")[0])
    assert "\u201cNight parade\u201d already part of \u201c9th Congress" in told
    assert not re.search(r"\d{4}-\d\d-\d\d", told)
    assert parade not in told
    assert 'name="q" type="search" value="night parade"' in circle
    assert "Found" in circle
    held = fields(writer.get(page).get_data(as_text=True), page)
    stale = writer.post(page, data={**held, "standing": "7-7", "do": "rejected"}).get_data(as_text=True)
    assert "Somebody decided on it since you opened this page" in stale
    early = writer.post(
        page, data={**typed, "to": "wpk-8cc-13th-plenary", "rel": "same_place", "known_on": "2010-01-01"}
    )
    assert "known on 1 January 2010 already" in early.get_data(as_text=True)


def test_what_a_token_may_not_is_refused_as_such(tmp_path: Path) -> None:
    both = (a_calendar(), a_calendar(slug="other", name="Other"))
    store = a_store(tmp_path / "var/leadup.sqlite3", None, *both)
    tell(store, "mine0001", "2025-10-01", "2025-10-02", status="held")
    tell(store, "other001", "2025-10-01", "2025-10-02", status="held", calendar="other")
    client = client_over(store, "2025-12-01")
    sign_in(client, store, "limited", "write", "demo")
    refused = client.post("/events/mine0001/links", data={"do": "link", "to": "other001", "rel": "follows_up"})
    assert refused.status_code == 403

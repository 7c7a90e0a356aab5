"""/events/<id>/links: linking by search, withdrawing, and deciding what is suggested, by the API's verbs."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.store.database import Store
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
    assert told_after(writer, parade, done) == "Linked. Follows up 9th Congress of the Workers' Party of Korea."
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}
    item = writer.get(f"/api/v1/links?event={parade}").get_json()["items"][0]
    assert (item["evidence"], item["recorded_by"], item["known_on"]) == ("on its last night", "alice", "2026-02-27")


def test_a_rel_is_chosen_from_either_end(writer: FlaskClient, parade: str) -> None:
    writer.post(f"{EVENT}/links", data={"do": "link", "to": parade, "rel": "followed_by"})
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}
    offered = re.findall(r'<option value="(\w+)">([^<]*)</option>', writer.get(f"{EVENT}/links").get_data(as_text=True))
    assert dict(offered)["has_part"] == "has part the other"
    assert len(offered) == 12


def told(response: TestResponse) -> str:
    """What the page says on top, of what was done or refused, as it is read."""
    banner = re.search(r'<div class="banner"[^>]*>(.*?)</div>', response.get_data(as_text=True), re.S)
    assert banner
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", banner[1]))).strip()


def told_after(client: FlaskClient, event: str, done: TestResponse) -> str:
    """What the page says to which what was done leads."""
    assert done.status_code == 303
    there, _, fragment = done.headers["Location"].partition("#")
    assert (there.partition("?")[0], fragment) == (f"/events/{event}/links", "done")
    return told(client.get(there))


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
    assert told_after(writer, parade, done).endswith("Korea: take it up again.")
    assert linked(writer, parade) == set()
    assert len(linked(writer, parade, "rejected")) == left


@pytest.mark.parametrize(("do", "state"), [("accept", "asserted"), ("reject", "rejected")])
def test_a_suggestion_is_decided_once(writer: FlaskClient, do: str, state: str) -> None:
    first = writer.get("/api/v1/suggestions?limit=1").get_json()["items"][0]
    event = first["from"]["id"]
    page = f"/events/{event}/links"
    assert f'value="{first["id"]}"' in writer.get(page).get_data(as_text=True)
    done = writer.post(page, data={"do": do, "suggestion": first["id"]})
    assert first["to"]["title"] in told_after(writer, event, done)
    assert (first["rel"], event, first["to"]["id"]) in linked(writer, event, state)
    assert f'value="{first["id"]}"' not in writer.get(page).get_data(as_text=True)
    other = {"accept": "reject", "reject": "accept"}[do]
    assert writer.post(page, data={"do": other, "suggestion": first["id"]}).status_code == 422


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


@pytest.mark.parametrize("do", ["accept", "reject"])
def test_a_second_click_on_a_suggestion_ends_where_the_first_did(writer: FlaskClient, do: str) -> None:
    first = writer.get("/api/v1/suggestions?limit=1").get_json()["items"][0]
    page, typed = f"/events/{first['from']['id']}/links", {"do": do, "suggestion": first["id"]}
    clicks = [writer.post(page, data=typed)]
    last = writer.get("/api/v1/changes").get_json()["last"]
    clicks.append(writer.post(page, data=typed))
    assert [each.status_code for each in clicks] == [303, 303]
    assert clicks[0].headers["Location"] == clicks[1].headers["Location"]
    assert writer.get("/api/v1/changes").get_json()["last"] == last


def test_linking_withdrawing_and_taking_up_twice_is_done_once(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    sent: dict[str, str] = {"to": "wpk-9th-congress", "rel": "follows_up", "evidence": "on its last night"}
    for do in ("link", "rejected", "again", "retracted", "again"):
        clicks = [writer.post(page, data={**sent, "do": do}) for _ in range(2)]
        assert [each.status_code for each in clicks] == [303, 303], do
        assert clicks[0].headers["Location"] == clicks[1].headers["Location"]
        text = writer.get(page).get_data(as_text=True)
        sent = fields(text[max(text.find('id="withdrawn"'), 0) :], page)
    assert linked(writer, parade) == {("follows_up", parade, "wpk-9th-congress")}


def test_what_another_linked_or_what_says_more_is_no_second_click(
    writer: FlaskClient, store: Store, parade: str
) -> None:
    typed = {"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"}
    writer.post(f"/events/{parade}/links", data=typed)
    more = writer.post(f"/events/{parade}/links", data={**typed, "evidence": "on its last night"})
    assert more.status_code == 422
    assert 'value="on its last night"' in more.get_data(as_text=True)
    sign_in(writer, store, "bob")
    refused = writer.post(f"/events/{parade}/links", data=typed)
    assert refused.status_code == 422
    assert "is linked already, by alice on " in told(refused)


def test_what_was_rejected_is_listed_with_its_reason_and_taken_up_again(writer: FlaskClient) -> None:
    first = writer.get("/api/v1/suggestions?limit=1").get_json()["items"][0]
    event, other = first["from"]["id"], first["to"]["id"]
    page = f"/events/{event}/links"
    writer.post(page, data={"do": "reject", "suggestion": first["id"], "why": " another\r\nworks "})
    (link,) = writer.get(f"/api/v1/links?event={event}&state=rejected").get_json()["items"]
    history = writer.get(f"/api/v1/links/{link['id']}/revisions").get_json()["items"]
    assert [each["why"] for each in history] == ["another\nworks"]
    refused = writer.post(page, data={"do": "link", "to": other, "rel": first["rel"]})
    assert refused.status_code == 422
    assert "was said not to be so, by alice on " in told(refused)
    text = refused.get_data(as_text=True)
    assert f'href="#link-{link["id"]}">Take it up again' in text
    section = text[text.index('id="withdrawn"') :]
    assert re.search(r"Said not to be so by alice on \d+ \w+ \d{4}: another\nworks", section)
    form = section[section.index(f'id="link-{link["id"]}"') :]
    done = writer.post(page, data={**fields(form, page), "do": "again", "why": "the same works"})
    assert told_after(writer, event, done).startswith("Linked. ")
    assert (first["rel"], event, other) in linked(writer, event)
    assert 'id="withdrawn"' not in writer.get(page).get_data(as_text=True)


def test_a_reason_that_cannot_be_kept_is_told_beside_it(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"})
    held = fields(writer.get(page).get_data(as_text=True), page)
    refused = writer.post(page, data={**held, "do": "rejected", "why": "a\x07bell"})
    assert refused.status_code == 422
    assert 'id="mistake-why"' in refused.get_data(as_text=True)
    assert linked(writer, parade)


def test_what_is_withdrawn_is_told_of_today_only(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "follows_up"})
    held = fields(writer.get(page).get_data(as_text=True), page)
    done = writer.post(page, data={**held, "do": "rejected"}).headers["Location"]
    day = writer.get("/api/v1/events/wpk-9th-congress").get_json()["known_on"]
    past = writer.get(f"{done.partition('#')[0]}&as_known_on={max(day, '2026-03-01')}").get_data(as_text=True)
    assert 'id="done"' not in past
    assert 'id="withdrawn"' not in past


def test_refusals_are_in_words_for_people(writer: FlaskClient, parade: str) -> None:
    page, congress = f"/events/{parade}/links", "9th Congress of the Workers' Party of Korea"
    writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "part_of"})
    held = fields(writer.get(page).get_data(as_text=True), page)
    stale = writer.post(page, data={**held, "standing": "7-7", "do": "rejected"})
    assert "This link was changed since you opened the page." in told(stale)
    circle = writer.post(page, data={"do": "link", "to": "wpk-9th-congress", "rel": "has_part"})
    assert f"\u201c{congress}\u201d" in told(circle)
    assert "Choose another relation" in told(circle)
    ahead = writer.post(
        page, data={"do": "link", "to": "wpk-9th-congress", "rel": "announces", "known_on": "2999-01-01"}
    )
    assert "1 January 2999 lies after today" in told(ahead)
    early = writer.post(
        page, data={"do": "link", "to": "wpk-9th-congress", "rel": "announces", "known_on": "2026-02-26"}
    )
    assert "\u201cNight parade\u201d is known since 27 February 2026" in told(early)
    itself = writer.post(page, data={"do": "link", "to": parade, "rel": "announces"})
    assert "\u201cNight parade\u201d cannot be linked to itself. Choose another event." in told(itself)
    for refused in (stale, circle, ahead, early, itself):
        assert not re.search(r"If-Match|known_on|\d{4}-\d{2}-\d{2}|wpk-9th|" + parade, told(refused))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"do": "link", "to": "nowhere", "rel": "announces"}, "choose another."),
        ({"do": "link", "to": "wpk-8th-congress", "rel": "loves"}, "Choose one of the relations of the list."),
        ({"do": "accept", "suggestion": "announces~wpk-9th-congress~nowhere"}, "This is not suggested any more"),
        ({"do": "rejected", "link": "zzz"}, "This link is not here any more"),
    ],
)
def test_what_there_is_not_is_told_in_words(writer: FlaskClient, typed: dict[str, str], words: str) -> None:
    assert words in told(writer.post(f"{EVENT}/links", data=typed))


def test_the_words_looked_for_and_the_choice_are_kept_when_refused(writer: FlaskClient, parade: str) -> None:
    page = f"/events/{parade}/links"
    held = fields(writer.get(f"{page}?q=9th+congress").get_data(as_text=True), "form")
    typed = {**held, "do": "link", "to": "wpk-9th-congress", "rel": "follows_up", "known_on": "2999-01-01"}
    refused = writer.post(page, data=typed)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'type="search" value="9th congress"' in text
    assert 'value="wpk-9th-congress" checked' in text
    assert '<option value="follows_up" selected>' in text
    assert fields(text, "form")["q"] == "9th congress"
    done = writer.post(page, data={**typed, "known_on": ""})
    assert done.headers["Location"].startswith(f"{page}?q=9th+congress&done=")


def test_what_a_token_may_not_is_refused_as_such(tmp_path: Path) -> None:
    both = (a_calendar(), a_calendar(slug="other", name="Other"))
    store = a_store(tmp_path / "var/leadup.sqlite3", None, *both)
    tell(store, "mine0001", "2025-10-01", "2025-10-02", status="held")
    tell(store, "other001", "2025-10-01", "2025-10-02", status="held", calendar="other")
    client = client_over(store, "2025-12-01")
    sign_in(client, store, "limited", "write", "demo")
    refused = client.post("/events/mine0001/links", data={"do": "link", "to": "other001", "rel": "follows_up"})
    assert refused.status_code == 403

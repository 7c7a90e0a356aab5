"""Private addresses of feeds: where reading is closed, what calendar programs subscribe to, and what ends it."""

from __future__ import annotations

import gzip
import logging
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
import vobject
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.masking import masked
from service.settings import Settings
from service.store import feedbytes, tokens
from service.store.database import Store, store_of
from service.store.uses import NOTED_EVERY_SECONDS
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell
from tests.judges.vdirsyncer import Subscription
from tests.servers import serving

pytestmark = pytest.mark.slow

KEY_MEETINGS = "/api/v1/feeds/key-meetings/addresses"
BOTH = {"rel": "same_programme", "from": "plenary1", "to": "other001", "known_on": "2026-05-01"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two calendars, a plenary in each that links join, and a visit."""
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2026, 11, 24), a_calendar(), a_calendar(slug="other"))
    tell(store, "plenary1", "2026-05-01", "2026-04-01")
    tell(store, "visit001", "[2026-12-11..2026-12-20]", "2026-04-01", kind="visit", title="A visit")
    tell(store, "other001", "2026-05-09", "2026-04-01", calendar="other", title="Elsewhere")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    return store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return client_over(store, LEADUP_READ="token")


def holding(store: Store, name: str, scope: str = "read", **limits: Any) -> dict[str, str]:
    with store.transaction("test") as tx:
        return {"Authorization": f"Bearer {tokens.create(tx, name, scope, **limits)}"}


@pytest.fixture
def alice(store: Store) -> dict[str, str]:
    return holding(store, "alice")


def made(client: FlaskClient, holder: dict[str, str], slug: str = "key-meetings") -> dict[str, Any]:
    """What making a private address of a feed answers; under `path`, the address from `/`."""
    answer = client.post(f"/api/v1/feeds/{slug}/addresses", headers=holder)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return {**told, "path": urlsplit(told["url"]).path, "at": answer.headers["Location"]}


def end(client: FlaskClient, address: dict[str, Any], holder: dict[str, str]) -> TestResponse:
    """The answer to revoking an address by its tag."""
    tag = client.get(address["at"], headers=holder).headers["ETag"]
    return client.delete(address["at"], headers={**holder, "If-Match": tag})


def said(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.data, [each for each in answer.headers if each[0] != "Date"]


class TestReading:
    @pytest.mark.parametrize(
        ("private", "public"),
        [
            (".ics", "/feeds/key-meetings.ics"),
            (".ics?uncertain=span&alarms=7d", "/feeds/key-meetings.ics?uncertain=span&alarms=7d"),
            (".ics?as_known_on=2026-03-01", "/feeds/key-meetings.ics?as_known_on=2026-03-01"),
            (".atom", "/feeds/key-meetings.atom"),
        ],
    )
    def test_the_feed_has_the_bytes_and_the_tag_of_its_public_address(
        self, client: FlaskClient, alice: dict[str, str], private: str, public: str
    ) -> None:
        address = made(client, alice)["path"].removesuffix(".ics") + private
        assert client.get(public).status_code == 401
        while "Last-Modified" not in client.get(public, headers=alice).headers:
            sleep(0.2)  # within the second of a change a feed is not dated
        found, whole = client.get(address), client.get(public, headers=alice)
        assert (found.status_code, found.data) == (200, whole.data)
        for name in ("ETag", "Content-Type", "Content-Disposition", "Last-Modified"):
            assert found.headers.get(name) == whole.headers.get(name), name

    def test_it_names_its_public_address_and_never_the_secret(self, client: FlaskClient, alice: dict[str, str]) -> None:
        address = made(client, alice)
        feed, news = (client.get(address["path"].replace(".ics", suffix)) for suffix in (".ics", ".atom"))
        assert "SOURCE;VALUE=URI:http://127.0.0.1:8000/feeds/key-meetings.ics" in feed.text.replace("\r\n ", "")
        links = [each["href"] for each in feedparser.parse(news.data)["feed"]["links"]]
        assert "http://127.0.0.1:8000/feeds/key-meetings.atom" in links
        for answer in (feed, news):
            assert address["secret"] not in answer.text + str(answer.headers)

    def test_polling_costs_a_304_and_gzip_has_a_tag_of_its_own(
        self, client: FlaskClient, alice: dict[str, str]
    ) -> None:
        path = made(client, alice)["path"]
        plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(zipped.data) == plain.data
        assert zipped.headers["ETag"] != plain.headers["ETag"]
        for answer in (plain, zipped):
            again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")
        head = client.head(path)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", plain.headers["ETag"])

    @pytest.mark.parametrize("reading", ["token", "open"])
    def test_no_shared_cache_keeps_it_and_nothing_tells_it_on(
        self, store: Store, alice: dict[str, str], reading: str
    ) -> None:
        client = client_over(store, LEADUP_READ=reading)
        path = made(client, alice)["path"]
        for address, status in ((path, 200), ("/feeds/private/nothing.ics", 404), (path.removesuffix(".ics"), 404)):
            answer = client.get(address)
            assert answer.status_code == status
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "public" not in answer.headers.get("Cache-Control", "no-store")
        assert client.get(path).headers["Cache-Control"].startswith("private, max-age=900")

    def test_a_token_that_is_sent_besides_must_be_in_force(self, client: FlaskClient, alice: dict[str, str]) -> None:
        path = made(client, alice)["path"]
        assert client.get(path, headers={"Authorization": "Bearer bogus"}).status_code == 401
        assert client.get(path, headers=alice).data == client.get(path).data


class TestEnding:
    def test_unknown_revoked_expired_and_dropped_are_refused_in_the_same_words(
        self, client: FlaskClient, store: Store
    ) -> None:
        root = holding(store, "root", "admin")
        holders = {name: holding(store, name) for name in ("revoked", "gone", "expired", "forgotten")}
        client.post("/api/v1/feeds", json={"title": "Visits", "query": "kind=visit"}, headers=root)
        found = {name: made(client, each, "visits" if name == "gone" else "demo") for name, each in holders.items()}
        assert {client.get(each["path"]).status_code for each in found.values()} == {200}

        assert end(client, found["revoked"], holders["revoked"]).status_code == 204
        tag = client.get("/api/v1/feeds/visits", headers=root).headers["ETag"]
        assert client.delete("/api/v1/feeds/visits", headers={**root, "If-Match": tag}).status_code == 204
        with store.transaction("test") as tx:
            tokens.revoke(tx, "forgotten")
            tx.conn.execute("UPDATE token SET expires_at = '2026-01-01T00:00:00Z' WHERE name = 'expired'")

        for suffix in (".ics", ".atom"):
            unknown = client.get(f"/feeds/private/{'x' * 32}{suffix}")
            assert (unknown.status_code, unknown.get_json()["detail"]) == (404, "There is no feed at this address.")
            for name, each in found.items():
                assert said(client.get(each["path"].replace(".ics", suffix))) == said(unknown), name
        assert found["expired"]["standing"] == "in force"
        listed = client.get("/api/v1/feeds/demo/addresses", headers=root).get_json()["items"]
        assert {each["owner"]: each["standing"] for each in listed} == {"expired": "expired", "forgotten": "revoked"}

    @pytest.mark.parametrize("reading", ["token", "open"])
    def test_a_revoked_address_ends_at_once(self, store: Store, alice: dict[str, str], reading: str) -> None:
        client = client_over(store, LEADUP_READ=reading)
        address = made(client, alice)
        first = client.get(address["path"])
        assert client.get(address["path"]).status_code == 200
        assert end(client, address, alice).status_code == 204
        kept = {"If-None-Match": first.headers["ETag"]}
        assert [client.get(address["path"], headers=each).status_code for each in ({}, kept)] == [404, 404]
        assert client.get(address["at"], headers=alice).status_code == 404

    def test_a_feed_saved_again_under_its_slug_opens_no_old_address(self, client: FlaskClient, store: Store) -> None:
        writer = holding(store, "bob", "write")
        saved = {"title": "Visits", "query": "kind=visit"}
        tag = client.post("/api/v1/feeds", json=saved, headers=writer).headers["ETag"]
        old = made(client, writer, "visits")
        client.delete("/api/v1/feeds/visits", headers={**writer, "If-Match": tag})
        assert client.post("/api/v1/feeds", json=saved, headers=writer).status_code == 201
        assert client.get(old["path"]).status_code == 404
        assert client.get("/api/v1/feeds/visits/addresses", headers=writer).get_json()["items"] == []

    def test_a_changed_feed_is_changed_at_its_addresses(self, client: FlaskClient, store: Store) -> None:
        writer = holding(store, "bob", "write")
        saved = {"title": "Visits", "query": "kind=visit"}
        tag = client.post("/api/v1/feeds", json=saved, headers=writer).headers["ETag"]
        path = made(client, writer, "visits")["path"]
        assert client.get(path).text.count("BEGIN:VEVENT") == 1
        changed = {**saved, "query": "kind=visit,plenary"}
        assert client.put("/api/v1/feeds/visits", json=changed, headers={**writer, "If-Match": tag}).status_code == 200
        assert client.get(path).text.count("BEGIN:VEVENT") == 3


class TestLimits:
    @pytest.fixture
    def limited(self, store: Store) -> dict[str, str]:
        return holding(store, "dora", calendars=("demo",))

    def test_it_is_read_as_with_the_token_itself(
        self, client: FlaskClient, store: Store, limited: dict[str, str], alice: dict[str, str]
    ) -> None:
        assert client.post("/api/v1/links", json=BOTH, headers=holding(store, "bob", "write")).status_code == 201
        path = made(client, limited, "demo")["path"]
        feed = client.get(path)
        assert feed.data == client.get("/calendars/demo.ics", headers=limited).data
        assert "Elsewhere" not in feed.text
        assert "Elsewhere" in client.get("/calendars/demo.ics", headers=alice).text
        assert "Elsewhere" in client.get(made(client, alice, "demo")["path"]).text
        assert client.get(path.replace(".ics", ".atom")).status_code == 200

    def test_key_meetings_of_its_own_calendar_can_be_had(self, client: FlaskClient, limited: dict[str, str]) -> None:
        feed = client.get(made(client, limited, "demo-key-meetings")["path"]).text
        assert ("UID:plenary1" in feed, "UID:other001" in feed) == (True, False)

    @pytest.mark.parametrize("verb", ["post", "get"])
    def test_what_is_beyond_them_is_refused_as_what_there_is_not(
        self, client: FlaskClient, limited: dict[str, str], verb: str
    ) -> None:
        answers = [
            getattr(client, verb)(f"/api/v1/feeds/{slug}/addresses", headers=limited)
            for slug in ("other", "other-key-meetings", "key-meetings", "nothing")
        ]
        assert {each.status_code for each in answers} == {403}
        assert len({each.data for each in answers}) == 1

    def test_a_feed_that_is_saved_anew_beyond_them_is_read_no_more(
        self, client: FlaskClient, store: Store, limited: dict[str, str]
    ) -> None:
        writer = holding(store, "bob", "write")
        saved = {"title": "Visits", "query": "kind=visit&calendar=demo"}
        tag = client.post("/api/v1/feeds", json=saved, headers=writer).headers["ETag"]
        address = made(client, limited, "visits")
        assert "UID:visit001" in client.get(address["path"]).text
        wider = {**saved, "query": "kind=visit"}
        assert client.put("/api/v1/feeds/visits", json=wider, headers={**writer, "If-Match": tag}).status_code == 200
        assert said(client.get(address["path"])) == said(client.get("/feeds/private/nothing.ics"))
        assert end(client, address, limited).status_code == 204

    def test_a_feed_near_an_event_beyond_them_tells_nothing_of_it(
        self, client: FlaskClient, store: Store, limited: dict[str, str], alice: dict[str, str]
    ) -> None:
        saved = {"title": "Near", "query": "calendar=demo&near=other001"}
        assert client.post("/api/v1/feeds", json=saved, headers=holding(store, "bob", "write")).status_code == 201
        assert "UID:plenary1" in client.get(made(client, alice, "near")["path"]).text
        assert "BEGIN:VEVENT" not in client.get(made(client, limited, "near")["path"]).text

    def test_where_reading_is_open_they_limit_nothing(self, store: Store, limited: dict[str, str]) -> None:
        client = client_over(store)
        path = made(client, limited)["path"]
        assert client.get(path).data == client.get("/feeds/key-meetings.ics").data
        assert client_over(store, LEADUP_READ="token").get(path).status_code == 404


class TestKeeping:
    def test_each_token_sees_and_revokes_its_own_and_an_administrator_all(
        self, client: FlaskClient, store: Store, alice: dict[str, str]
    ) -> None:
        bob, root = holding(store, "bob", "write"), holding(store, "root", "admin")
        hers, his = made(client, alice), made(client, bob)

        def seen(holder: dict[str, str]) -> set[str]:
            return {each["id"] for each in client.get(KEY_MEETINGS, headers=holder).get_json()["items"]}

        assert (seen(alice), seen(bob), seen(root)) == ({hers["id"]}, {his["id"]}, {hers["id"], his["id"]})
        assert client.get("/api/v1/feeds/demo/addresses", headers=root).get_json()["items"] == []
        never = client.get(f"{KEY_MEETINGS}/nothing1", headers=bob)
        others = client.get(hers["at"], headers=bob)
        assert (others.status_code, others.data.replace(hers["id"].encode(), b"nothing1")) == (404, never.data)
        tag = client.get(hers["at"], headers=alice).headers["ETag"]
        elsewhere = hers["at"].replace("key-meetings", "demo")
        for address, holder in ((hers["at"], bob), (elsewhere, root)):
            assert client.delete(address, headers={**holder, "If-Match": tag}).status_code == 404
        assert client.delete(hers["at"], headers={**root, "If-Match": tag}).status_code == 204
        assert client.get(his["path"]).status_code == 200

    def test_revoking_needs_the_tag_which_using_it_does_not_move(
        self, client: FlaskClient, alice: dict[str, str]
    ) -> None:
        address = made(client, alice)
        tag = client.get(address["at"], headers=alice).headers["ETag"]
        client.get(address["path"])
        assert client.delete(address["at"], headers=alice).status_code == 428
        stale = {**alice, "If-Match": '"0123456789abcdef"'}
        assert client.delete(address["at"], headers=stale).status_code == 412
        assert client.delete(address["at"], headers={**alice, "If-Match": tag}).status_code == 204

    def test_lists_are_paged(self, client: FlaskClient, alice: dict[str, str]) -> None:
        ids = {made(client, alice)["id"] for _ in range(3)}
        page = client.get(f"{KEY_MEETINGS}?limit=2", headers=alice).get_json()
        rest = client.get(page["next"], headers=alice).get_json()
        assert (len(page["items"]), rest["next"]) == (2, None)
        assert {each["id"] for each in page["items"] + rest["items"]} == ids

    def test_making_takes_a_token_that_may_read_a_feed_there_is_and_nothing_else(
        self, client: FlaskClient, alice: dict[str, str]
    ) -> None:
        assert client.post(KEY_MEETINGS).status_code == 401
        assert client.post("/api/v1/feeds/nothing/addresses", headers=alice).status_code == 404
        keyed = client.post(KEY_MEETINGS, headers={**alice, "Idempotency-Key": "k"})
        assert (keyed.status_code, keyed.get_json()["type"]) == (422, "/problems/idempotency-key-refused")
        told = client.post(KEY_MEETINGS, json={"expires": "2027-01-01"}, headers=alice)
        assert (told.status_code, told.get_json()["type"]) == (422, "/problems/invalid-record")
        assert client.get(KEY_MEETINGS, headers=alice).get_json()["items"] == []

    def test_the_last_look_is_noted_to_the_minute_and_is_no_use_of_the_token(
        self, client: FlaskClient, store: Store, alice: dict[str, str]
    ) -> None:
        address = made(client, alice)
        assert address["last_used_at"] is None
        with store.transaction("test") as tx:
            tx.conn.execute("UPDATE token SET last_used_at = '2026-01-01T00:00:00Z'")

        def noted() -> tuple[str | None, str | None]:
            with store.reading() as conn:
                row = conn.execute("SELECT last_used_at FROM feed_address").fetchone()
                return row[0], tokens.one(conn, "alice").last_used_at

        client.get(address["path"])
        first, of_token = noted()
        assert first
        assert of_token == "2026-01-01T00:00:00Z"
        for used, again in (("2026-01-01T00:00:00Z", True), (first, False)):
            with store.transaction("test") as tx:
                tx.conn.execute("UPDATE feed_address SET last_used_at = ?", (used,))
            client.get(address["path"])
            assert (noted()[0] != used) is again
        assert NOTED_EVERY_SECONDS == 60

    def test_looking_waits_for_no_writer(self, client: FlaskClient, store: Store, alice: dict[str, str]) -> None:
        path = made(client, alice)["path"]
        with store.transaction("test"):
            assert client.get(path).status_code == 200
        with store.reading() as conn:
            assert conn.execute("SELECT last_used_at FROM feed_address").fetchone()[0] is None


class TestTheSecret:
    def test_it_stands_in_the_answer_that_makes_it_alone(
        self, client: FlaskClient, store: Store, alice: dict[str, str]
    ) -> None:
        answer = client.post(KEY_MEETINGS, headers=alice)
        assert answer.headers["Cache-Control"] == "no-store"
        secret = answer.get_json()["secret"]
        assert answer.get_json()["url"] == f"http://127.0.0.1:8000/feeds/private/{secret}.ics"
        assert len(secret) == 32  # 24 random bytes
        assert secret not in str(answer.headers)
        path = f"/feeds/private/{secret}"
        asked = [
            client.get(f"{path}.ics"),
            client.get(f"{path}.ics?foo=1"),
            client.get(f"{path}.ics?as_known_on=2099-01-01"),
            client.post(f"{path}.ics", headers=alice),
            client.get(path),
            client.get(f"{path}.csv"),
            client.get(f"{path}.ics/"),
            client.get(answer.headers["Location"], headers=alice),
            client.get(KEY_MEETINGS, headers=alice),
            client.get("/api/v1/feeds", headers=alice),
        ]
        assert [each.status_code for each in asked] == [200, 422, 422, 405, 404, 404, 404, 200, 200, 200]
        for each in asked:
            assert secret not in each.text + str(each.headers)
        for file in store.path.parent.iterdir():
            assert secret.encode() not in file.read_bytes(), file

    def test_an_error_of_ours_is_logged_without_it(
        self, client: FlaskClient, store: Store, alice: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        address = made(client, alice)
        with store.transaction("test") as tx:
            tx.conn.execute("DROP TABLE feed_bytes")
        client.application.testing = False
        failed = client.get(address["path"])
        assert failed.status_code == 500
        assert "at GET /feeds/private/....ics" in caplog.text
        assert address["secret"] not in caplog.text + failed.text

    @pytest.mark.parametrize("name", ["gunicorn.error", "gunicorn.access", "leadup"])
    def test_no_log_tells_it(self, client: FlaskClient, caplog: pytest.LogCaptureFixture, name: str) -> None:
        log = logging.getLogger(name)
        with caplog.at_level("INFO", name):
            log.info(
                '%(h)s "%(r)s" %(s)s', {"h": "::1", "r": "GET /feeds/private/c2VjcmV0.ics?past=1 HTTP/1.1", "s": 7}
            )
            try:
                raise ValueError("/feeds/private/c2VjcmV0.atom")
            except ValueError:
                log.exception("Error handling request %s", "/feeds/private/c2VjcmV0")
        written = caplog.text
        assert '::1 "GET /feeds/private/....ics?past=1 HTTP/1.1" 7' in written
        assert "ValueError: /feeds/private/....atom" in written
        assert "c2VjcmV0" not in written
        assert masked("/feeds/key-meetings.ics") == "/feeds/key-meetings.ics"


def test_a_calendar_program_subscribes_where_reading_is_closed(settings: Settings, tmp_path: Path) -> None:
    """vdirsyncer over HTTP, from gunicorn with its access log on: every event is there, and no log tells the secret."""
    log = tmp_path / "access.log"
    told = {"LEADUP_READ": "token", "GUNICORN_CMD_ARGS": f"--access-logfile {log} --error-logfile {tmp_path}/error.log"}
    client = client_over(store_of(settings), LEADUP_READ="token")
    address = made(client, holding(store_of(settings), "alice"), "dprk-key-meetings")
    with serving(settings, **told) as port:
        subscription = Subscription(tmp_path, f"http://127.0.0.1:{port}{address['path']}")
        subscription.discover()
        subscription.sync()
    files = subscription.files()
    whole = client.get(address["path"]).text
    assert len(files) == whole.count("BEGIN:VEVENT") > 20
    titles = {vobject.readOne(written.decode()).vevent.summary.value for written, _ in files.values()}
    assert "9th Congress of the Workers' Party of Korea" in titles
    assert "/feeds/private/....ics" in log.read_text()
    assert not [each for each in tmp_path.rglob("*.log") if address["secret"] in each.read_text()]

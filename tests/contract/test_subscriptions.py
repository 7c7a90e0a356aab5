"""Asking to be told: open to all, told nothing of who is known, confirmed by a button, left by one click, forgotten."""

from __future__ import annotations

import email
import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from schemas.errors import StoreUnreadable, SubscriptionNotFound
from schemas.subscriptions import Choices, Subscription
from service import alerting, delivering, scheduler, signing, subscribing
from service.app import create_app
from service.clock import Clock
from service.settings import Settings, read_settings
from service.store import subscriptions, tokens
from service.store.database import Store
from tests.apps import client_over
from tests.builders import tell

pytestmark = pytest.mark.slow

ALICE = "alice@example.org"
ASKED = {"email": ALICE, "calendar": "dprk"}


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return client_over(store, "2025-12-04")


def ask(client: FlaskClient, **body: Any) -> Any:
    return client.post("/api/v1/subscriptions", json=ASKED | body)


def every(store: Store) -> list[Subscription]:
    with store.reading() as conn:
        return subscriptions.every(conn)


def bring(store: Store, settings: Settings) -> list[EmailMessage]:
    """What lies in the folder once the clock has looked."""
    alerting.raise_due(store)
    delivering.deliver(store, settings)
    files = sorted(settings.mail_folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    found = (email.message_from_bytes(file.read_bytes(), policy=default) for file in files)
    return [each for each in found if isinstance(each, EmailMessage)]


def path_in(letter: EmailMessage, purpose: str) -> str:
    """The path of a link in a letter."""
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    found = re.findall(rf"http://[^/]+(/alerts/{purpose}/\S+)", body.get_content())
    return str(found[0])


@pytest.fixture
def confirmed(client: FlaskClient, store: Store, settings: Settings) -> str:
    """Alice is subscribed; the path by which she manages that."""
    ask(client)
    (letter,) = bring(store, settings)
    said = client.post(path_in(letter, "confirm")).text
    return str(re.findall(r"/alerts/manage/[^\"]+", said)[0])


def test_an_address_and_a_calendar_are_enough(client: FlaskClient, store: Store) -> None:
    found = ask(client)
    assert (found.status_code, found.get_json()["status"]) == (202, "accepted")
    (kept,) = every(store)
    assert (kept.email, kept.state, kept.choices.lead_days, kept.choices.digest) == (ALICE, "waiting", (7,), None)


def test_everything_can_be_chosen(client: FlaskClient, store: Store) -> None:
    asked = {
        "query": "kind=plenary",
        "matters": ["announced", "moved"],
        "lead_days": [1, 30, 7],
        "hour": "06:30",
        "zone": "Europe/Berlin",
        "weekdays": True,
        "digest": "weekly",
        "given_by": ["body", "press"],
        "widest_days": 60,
        "people": ["Kim Jong Un"],
        "unseen_days": [21],
    }
    assert ask(client, **asked).status_code == 202
    choices = every(store)[0].choices
    assert choices.lead_days == (30, 7, 1)
    assert choices.matters == ("lead", "announced", "moved", "unseen")
    assert (f"{choices.hour:%H:%M}", choices.zone, choices.weekdays) == ("06:30", "Europe/Berlin", True)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("email", "alice", "/email"),
        ("email", "alice@example.org, bob@example.org", "/email"),
        ("email", "alice@example.org\r\nBcc: eve@example.org", "/email"),
        ("email", "Alice <alice@example.org>", "/email"),
        ("email", '"a b"@example.org', "/email"),
        ("email", "alice@[127.0.0.1]", "/email"),
        ("email", "=?utf-8?q?a?=@b.org", "/email"),
        ("email", "x=?utf-8?b?YQ==?=@b.org", "/email"),
        ("email", f"{'a' * 65}@example.org", "/email"),
        ("calendar", "nowhere", "/calendar"),
        ("people", ["Kim Jong Un", "Nobody At All"], "/people/1"),
        ("query", "people_all=Kim Jong Un,Nobody At All", "/query"),
        ("query", "theme=nope", "/query"),
        ("query", "person=Nobody", "/query"),
        ("query", "kind=plenary&programme=No Such Programme", "/query"),
        ("query", "kind=zoo", "/query"),
        ("query", "status=held", "/query"),
        ("query", "from=tomorrow", "/query"),
        ("matters", ["weather"], "/matters/0"),
        ("lead_days", [0], "/lead_days/0"),
        ("lead_days", [366], "/lead_days/0"),
        ("hour", 24, "/hour"),
        ("hour", True, "/hour"),
        ("zone", "Mars/Olympus", "/zone"),
        ("weekdays", "yes", "/weekdays"),
        ("digest", "hourly", "/digest"),
        ("matters", ["unseen"], "/people"),
        ("matters", [], "/matters"),
        ("more", 1, "/more"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    client: FlaskClient, store: Store, field: str, value: Any, pointer: str
) -> None:
    found = ask(client, **{field: value})
    assert found.status_code == 422
    assert [each["pointer"] for each in found.get_json()["errors"]] == [pointer]
    assert every(store) == []


@pytest.mark.parametrize("address", ["jörg@exämple.org", "a.b+c@sub.example.org", "alice@house", "用户@例え.jp"])
def test_addresses_are_looked_at_by_their_form_alone(client: FlaskClient, store: Store, address: str) -> None:
    assert ask(client, email=address).status_code == 202
    assert every(store)[0].email == address


def test_nothing_tells_whether_an_address_is_known(client: FlaskClient, confirmed: str) -> None:
    known, unknown = ask(client), ask(client, email="bob@example.org")
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert list(known.headers.keys()) == list(unknown.headers.keys())


def letters_to_confirm(store: Store) -> list[tuple[str, str]]:
    """When each letter that asks to confirm is due, in which state, oldest first."""
    with store.reading() as conn:
        return [tuple(row) for row in conn.execute("SELECT due_at, state FROM outbox ORDER BY due_at, letter")]


def earlier(store: Store, hours: int) -> None:
    """Let so many hours pass since everything that was asked."""
    with store.transaction("test") as tx:
        for table, column in (("subscription", "created_at"), ("outbox", "due_at")):
            tx.conn.execute(
                f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)", (f"-{hours} hours",)
            )


def test_an_address_is_asked_five_times_a_day_at_most_and_never_shut_out(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    for _ in range(subscribing.ASKED_A_DAY):
        ask(client)
    earlier(store, 1)
    answers = {ask(client, email=address, query=f"kind={kind}").data for address, kind in [
        ("ALICE@example.org", "leader-visit"), (ALICE, "parade"), (ALICE, "plenary")]}  # fmt: skip
    assert len(answers) == 1
    assert len(bring(store, settings)) == subscribing.ASKED_A_DAY
    *_, waits = every(store)
    assert (waits.state, waits.choices.query) == ("waiting", "kind=plenary")
    assert waits.created_at == letters_to_confirm(store)[-1][0]
    earlier(store, 24)
    assert len(bring(store, settings)) == subscribing.ASKED_A_DAY + 1


def test_no_more_than_five_letters_reach_an_address_within_any_day(client: FlaskClient, store: Store) -> None:
    for _ in range(60):
        ask(client)
        earlier(store, 3)
    due = [datetime.fromisoformat(each) for each, _ in letters_to_confirm(store)]
    for each in due:
        assert sum(each <= other < each + timedelta(days=1) for other in due) <= subscribing.ASKED_A_DAY
    assert len(due) > 30


def test_the_same_is_written_whether_an_address_is_known_or_was_asked_often(client: FlaskClient, store: Store) -> None:
    written = []
    for _ in range(subscribing.ASKED_A_DAY + 3):
        with store.reading() as conn:
            before = conn.execute("PRAGMA data_version").fetchone()[0]
            assert ask(client).status_code == 202
            conn.rollback()
            written.append(conn.execute("PRAGMA data_version").fetchone()[0] - before)
    assert set(written) == {1}


def test_the_letter_to_confirm_goes_and_nothing_else_before_it_is(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    ask(client)
    (letter,) = bring(store, settings)
    assert letter["Subject"] == "Confirm: alerts of North Korea"
    path = path_in(letter, "confirm")
    page = client.get(path)
    assert page.status_code == 200
    assert "<button" in page.text
    assert every(store)[0].state == "waiting"
    assert len(bring(store, settings)) == 1
    assert client.post(path).status_code == 200
    assert every(store)[0].state == "active"
    assert client.post(path).status_code == 200


def test_the_letter_to_confirm_holds_no_word_of_whoever_asked_whatever_is_kept(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    ask(client, people=["Kim Jong Un"])
    with store.transaction("test") as tx:  # kept before such names were refused
        won = Choices(people=("YOU WON: http://evil.example/claim?x=1", "kim jong un"), matters=("unseen",))
        subscriptions.change(tx, every(store)[0].id, choices=won)
    (letter,) = bring(store, settings)
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert "evil" not in letter.as_string()
    assert "Persons: Kim Jong Un, 1 other" in body.get_content()
    assert "/alerts/confirm/" in re.findall(r"http\S+", body.get_content())[0]


def test_a_person_who_is_named_in_several_spellings_is_one(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    ask(client, people=["kim jong-un", "김정은", "kim-jong-un"], matters=["unseen"], unseen_days=[1])
    (letter,) = bring(store, settings)
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert "Persons: Kim Jong Un\r\n" in body.get_content()
    client.post(path_in(letter, "confirm"))
    subjects = [str(each["Subject"]) for each in bring(Store(store.path, Clock(date(2025, 12, 8))), settings)]
    assert sum("no reported appearance" in each for each in subjects) == 1


def test_a_subscriber_is_told_seven_days_before(
    client: FlaskClient, store: Store, settings: Settings, confirmed: str
) -> None:
    on_the_day = Store(store.path, Clock(date(2025, 12, 4)))
    *_, letter = bring(on_the_day, settings)
    assert letter["Subject"].startswith(
        "13th plenary of the 8th WPK Central Committee: announced for mid-December 2025"
    )


def test_one_click_ends_it_and_opening_the_link_does_not(
    client: FlaskClient, store: Store, settings: Settings, confirmed: str
) -> None:
    with store.reading() as conn:
        path = f"/alerts/unsubscribe/{signing.signed(conn, 'unsubscribe', every(store)[0].id)}"
    assert client.get(path).status_code == 200
    assert every(store)[0].state == "active"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert every(store)[0].state == "ended"
    assert client.post(path).status_code == 200
    assert client.get(confirmed).status_code == 404


@pytest.fixture
def another(client: FlaskClient, store: Store, settings: Settings, confirmed: str) -> str:
    """Alice is subscribed to plenaries besides; the path by which she ends that."""
    ask(client, email="ALICE@example.org", query="kind=plenary")
    *_, asking = (each for each in bring(store, settings) if each["Subject"].startswith("Confirm"))
    client.post(path_in(asking, "confirm"))
    with store.reading() as conn:
        id_ = next(each.id for each in every(store) if each.choices.query)
        return f"/alerts/unsubscribe/{signing.signed(conn, 'unsubscribe', id_)}"


def states(store: Store) -> list[str]:
    return sorted(each.state for each in every(store))


def test_who_ends_one_of_several_is_told_that_letters_go_on_and_may_end_them_all(
    client: FlaskClient, store: Store, another: str
) -> None:
    shown = client.get(another).text
    assert "No further letter" not in shown
    assert "1 other subscription" in shown
    assert "kind=plenary" in shown
    ended = client.post(another, data={"List-Unsubscribe": "One-Click"}).text
    assert states(store) == ["active", "ended"]
    assert "No further letter" not in ended
    assert "Letters go on by 1 other subscription" in ended
    assert "North Korea, key meetings" in ended
    assert f'action="{another}"' in ended
    assert "Letters go on" in client.get(another).text
    assert "No further letter goes to this address." in client.post(another, data={"do": "all"}).text
    assert states(store) == ["ended", "ended"]
    assert "No further letter goes to this address." in client.get(another).text


def test_the_page_of_choices_ends_no_more_than_it_says(
    client: FlaskClient, store: Store, confirmed: str, another: str
) -> None:
    ended = client.post(confirmed, data={"do": "end"}).text
    assert "Letters go on by 1 other subscription" in ended
    (onward,) = re.findall(r'action="(/alerts/unsubscribe/[^"]+)"', ended)
    client.post(onward, data={"do": "all"})
    assert states(store) == ["ended", "ended"]


def test_ending_all_of_an_address_ends_what_was_not_confirmed_yet(
    client: FlaskClient, store: Store, settings: Settings, another: str
) -> None:
    ask(client, query="kind=congress")
    ask(client, email="bob@example.org")
    client.post(another, data={"do": "all"})
    assert states(store) == ["ended", "ended", "ended", "waiting"]
    before = len(bring(store, settings))
    assert len(bring(store, settings)) == before


def test_what_ends_in_the_meantime_is_not_taken_up_again_by_a_change(store: Store, confirmed: str) -> None:
    word, refused = confirmed.rpartition("/")[2], []

    def change() -> None:
        try:
            subscribing.change(store, word, Choices())
        except SubscriptionNotFound as refusal:
            refused.append(refusal)

    changing = Thread(target=change)
    with store.transaction("test") as tx:
        subscriptions.change(tx, every(store)[0].id, state="ended", ended_at=tx.recorded_at)
        changing.start()
        changing.join(0.5)  # it waits for this transaction
    changing.join()
    assert (len(refused), every(store)[0].state) == (1, "ended")


def test_choices_are_changed_without_a_password(client: FlaskClient, store: Store, confirmed: str) -> None:
    page = client.get(confirmed)
    assert ALICE in page.text
    sent = {"matters": ["lead", "moved"], "lead_days": "30, 7", "hour": "08:00", "digest": "", "zone": "Asia/Tokyo"}
    assert "Your choices are kept." in client.post(confirmed, data=sent).text
    choices = every(store)[0].choices
    assert (choices.matters, choices.lead_days, choices.zone) == (("lead", "moved"), (30, 7), "Asia/Tokyo")
    wrong = client.post(confirmed, data=sent | {"lead_days": "soon"})
    assert wrong.status_code == 422
    assert "Not a whole number." in wrong.text
    assert every(store)[0].choices == choices


def test_a_subscription_to_the_same_takes_the_place_of_the_older(
    client: FlaskClient, store: Store, settings: Settings, confirmed: str
) -> None:
    ask(client, lead_days=[30])
    asking = [each for each in bring(store, settings) if each["Subject"].startswith("Confirm")]
    client.post(path_in(asking[-1], "confirm"))
    assert sorted((each.state, each.choices.lead_days) for each in every(store)) == [("active", (30,)), ("ended", (7,))]


@pytest.mark.parametrize("do", ["page", "command"])
def test_an_address_is_forgotten_wholly(
    client: FlaskClient, store: Store, settings: Settings, confirmed: str, do: str
) -> None:
    if do == "page":
        assert client.post(confirmed, data={"do": "erase"}).status_code == 200
    else:
        subscribing.erase(store, ALICE.upper(), settings.mail_folder)
    with store.transaction("test") as tx:
        tables = [row[0] for row in tx.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = [str([tuple(row) for row in tx.conn.execute(f"SELECT * FROM [{each}]")]) for each in tables]
        assert tx.conn.execute("SELECT COUNT(*) FROM attempt").fetchone()[0] == 1  # the history stays
    assert not any("alice@example" in each.lower() for each in held)
    files = list(store.path.parent.glob(f"{store.path.name}*"))
    assert not any(b"alice@example" in file.read_bytes().lower() for file in files)
    assert not list(settings.mail_folder.glob("*"))
    assert client.get(confirmed).status_code == 404


def test_an_address_is_forgotten_however_its_domain_is_written(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    ask(client, email="alice@straße.example")
    ask(client, email="alice@strasse.example")  # another's
    assert subscribing.erase(store, "alice@xn--strae-oqa.example", settings.mail_folder) == 1
    assert {each.email for each in every(store)} == {None, "alice@strasse.example"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("</script>=1", "</script>: Unknown field."),
        ("a~1b=1", "a~1b: Unknown field."),
        ("as_known_on=2025-01-01", "as_known_on: a query that is kept says what, not when: leave it out."),
    ],
)
def test_a_refused_query_is_told_in_the_words_that_were_typed(client: FlaskClient, query: str, said: str) -> None:
    (mistake,) = ask(client, query=query).get_json()["errors"]
    assert (mistake["detail"], mistake["pointer"]) == (said, "/query")


@pytest.mark.parametrize("address", ["дядя@пример.рф", "дядя@xn--e1afmkfd.xn--p1ai"])
def test_the_letters_of_an_address_beyond_ascii_are_forgotten_with_it(
    client: FlaskClient, store: Store, settings: Settings, address: str
) -> None:
    ask(client, email="дядя@пример.рф")
    assert len(bring(store, settings)) == 1
    assert subscribing.erase(store, address, settings.mail_folder) == 1
    assert list(settings.mail_folder.iterdir()) == []


def test_an_address_that_is_never_confirmed_is_forgotten_after_a_week(
    client: FlaskClient, store: Store, settings: Settings, confirmed: str
) -> None:
    ask(client, email="bob@example.org")
    ask(client, email="carol@example.org")
    bring(store, settings)
    with store.transaction("test") as tx:
        told = "UPDATE subscription SET created_at = '2025-01-01T00:00:00Z' WHERE email <> 'carol@example.org'"
        tx.conn.execute(told)
    scheduler._tick(store, settings.mail_folder)
    assert {each.email for each in every(store)} == {None, ALICE, "carol@example.org"}
    held = b"".join(file.read_bytes() for file in settings.mail_folder.glob("*"))
    assert b"carol@example.org" in held
    assert b"bob@example.org" not in held


def test_the_link_to_confirm_says_of_paused_alerts_that_they_are(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    ask(client)
    (letter,) = bring(store, settings)
    path = path_in(letter, "confirm")
    client.post(path)
    with store.transaction("test") as tx:
        subscribing.pause(tx, every(store)[0].id, "550 No such mailbox.")
    for page in (client.get(path).text, client.post(path).text):
        assert "Your alerts are paused" in page
        assert "told from now on" not in page
        (manage,) = set(re.findall(r"/alerts/manage/[^\"]+", page))
    assert "Keeping your choices takes it up again" in client.get(manage).text


@pytest.mark.parametrize("path", ["/alerts/confirm/x", "/alerts/manage/InEi.abc", "/alerts/unsubscribe/.."])
def test_a_link_that_is_not_ours_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_link_serves_one_purpose_alone(client: FlaskClient, store: Store, confirmed: str) -> None:
    assert client.post(confirmed.replace("manage", "confirm")).status_code == 404
    assert client.post(confirmed.replace("manage", "unsubscribe")).status_code == 404


def test_without_its_secret_no_link_is_signed_or_read(store: Store, confirmed: str) -> None:
    with store.transaction("test") as tx:
        tx.conn.execute("DELETE FROM fact WHERE name = 'link_secret'")
        forged = str(URLSafeSerializer("", salt="leadup-manage").dumps(every(store)[0].id))
        with pytest.raises(StoreUnreadable):
            signing.read(tx.conn, "manage", forged)


def test_pages_of_one_person_are_kept_and_found_by_nobody(client: FlaskClient, confirmed: str) -> None:
    headers = client.get(confirmed).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Robots-Tag"] == "noindex"


class _Fields(HTMLParser):
    """The fields of a form, as a browser without JavaScript would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name")
        if tag != "input" or not name or name == "as_known_on":
            return
        if told.get("type") in ("checkbox", "radio") and "checked" not in told:
            return
        self.sent.append((name, told.get("value") or ""))


def test_the_form_asks_for_the_same_without_javascript(client: FlaskClient, store: Store) -> None:
    page = client.get("/alerts")
    assert page.status_code == 200
    fields = _Fields()
    fields.feed(page.text)
    sent: dict[str, list[str]] = {}
    for name, value in fields.sent:
        sent.setdefault(name, []).append(value)
    said = client.post("/alerts", data=sent | {"email": [ALICE]})
    assert said.status_code == 202
    by_form = every(store)[0].choices
    ask(client, email="bob@example.org")
    assert by_form == every(store)[1].choices


def test_a_form_that_cannot_be_taken_comes_back_with_what_is_wrong(client: FlaskClient) -> None:
    found = client.post("/alerts", data={"email": "alice", "calendar": "dprk", "matters": "lead", "lead_days": "400"})
    assert found.status_code == 422
    assert 'value="alice"' in found.text
    assert 'id="mistake-email"' in found.text
    assert 'id="mistake-lead_days"' in found.text


def test_the_page_says_what_would_have_been_told_and_no_more_than_was_known(store: Store) -> None:
    client = client_over(store)
    page = client.get("/alerts?as_known_on=2026-04-30").text
    assert "13th plenary of the 8th WPK Central Committee" in page
    assert "5 days" in page
    early = client.get("/alerts?as_known_on=2025-10-30").text
    assert "13th plenary" not in early


def test_the_page_tells_again_all_that_is_ticked_and_of_the_last_year_alone(store: Store) -> None:
    page = client_over(store, "2026-11-26").get("/alerts").text
    letters = re.findall(r'<th scope="row">(\d+ \w+ \d+)</th>\s*<td>([^<:]*)', page)
    days = [datetime.strptime(day, "%d %B %Y").date() for day, _ in letters]  # noqa: DTZ007
    assert days == sorted(days, reverse=True)
    assert days[-1] > date(2025, 11, 26)
    assert ("11 May 2026", "Nothing recorded in the whole calendar") in letters
    assert "expected by the press for a day between 2 and 20 February 2026" in page
    assert "announced for late February 2026, given by the body itself" in page


def test_a_window_that_passed_without_word_is_told_again(store: Store) -> None:
    tell(store, "late0001", "2026-11-10", "2026-11-01", calendar="dprk")
    page = client_over(store, "2026-11-26").get("/alerts").text
    assert re.search(r'11 November 2026</th>\s*<td>Passed without word: <a href="/events/late0001">', page)


def test_one_address_cannot_ask_for_many_others(store: Store) -> None:
    told = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_TODAY": "2026-11-24", "LEADUP_TRUSTED_PROXIES": "1"}
    client = create_app(read_settings(told | {"LEADUP_SUBSCRIPTIONS_PER_MINUTE": "2"})).test_client()
    afar = {"X-Forwarded-For": "203.0.113.9"}
    answers = [
        client.post("/api/v1/subscriptions", json=ASKED | {"email": f"a{number}@example.org"}, headers=afar).status_code
        for number in range(3)
    ]
    assert answers == [202, 202, 429]
    assert client.post("/alerts", data={"email": ALICE}, headers=afar).status_code == 429
    assert client.get("/api/v1/calendars", headers=afar).status_code == 200
    assert len(every(store)) == 2


def test_where_reading_is_closed_letters_go_only_to_who_may_read(store: Store) -> None:
    client = client_over(store, LEADUP_READ="token")
    assert client.post("/api/v1/subscriptions", json=ASKED).status_code == 401
    assert client.post("/alerts", data={"email": ALICE, "calendar": "dprk", "matters": "lead"}).status_code == 401
    with store.transaction("test") as tx:
        reader = tokens.create(tx, "reader", "read")
        limited = tokens.create(tx, "limited", "read", calendars=("dprk",))
    for secret in (reader, limited):
        headers = {"Authorization": f"Bearer {secret}"}
        assert client.post("/api/v1/subscriptions", json=ASKED, headers=headers).status_code == 202


def test_the_page_of_a_meeting_ahead_quotes_the_record(store: Store) -> None:
    page = client_over(store).get("/events/wpk-9th-congress?as_known_on=2026-02-10").text
    assert "announced windows 11 held the opening, 2 opened before" in page or "opened before, 2 after" in page
    assert "Such windows" not in client_over(store).get("/events/wpk-9th-congress?as_known_on=2026-03-10").text

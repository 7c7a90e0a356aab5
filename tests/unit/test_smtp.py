"""Handing letters to a real mail server on loopback: what it takes, puts off, refuses for good, or leaves hanging."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from schemas.errors import LetterDelayed, LetterUndeliverable
from service.mail import messages, smtp
from service.mail.letters import Letter, Paragraph
from service.mail.messages import Sealed, seal
from service.mail.smtp import Mailing, Server, read_server
from service.settings import SettingRefused
from tests.mailservers import listening

AUTHORITY = trustme.CA()
"""An authority of this run alone; nobody trusts it but the tests that say so."""
"""Signed by itself for localhost, valid until 2126, used nowhere else."""

REFUSALS = {"nobody": "550 5.1.1 No such user", "later": "451 4.7.1 Come back later"}


@dataclass
class Postbox:
    """Takes letters, but not for `nobody@` nor yet for `later@`."""

    letters: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    answer_to_data: str = "250 OK"
    quit_after_seconds: float = 0
    connections: set[Any] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = REFUSALS.get(address.partition("@")[0])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(envelope)
        self.connections.add(session.peer)
        self.sessions.append(session)
        return self.answer_to_data

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.quit_after_seconds)
        return "221 Bye"


def a_letter(recipient: str = "alice@example.org") -> Sealed:
    letter = Letter("Plenary – in 6 days", "In six days.", (Paragraph(". The end."),))
    sender = "Leadup <leadup@leadup.example>"
    now = datetime(2025, 12, 5, 9, 0, tzinfo=UTC)
    return seal(letter, messages.Envelope(name="lead-autumn01", sender=sender, recipient=recipient, now=now))


def send(server: Server, *letters: Sealed) -> None:
    """Hand letters in over one connection."""
    mailing = Mailing(server)
    try:
        for letter in letters:
            mailing.send(letter)
    finally:
        mailing.close()


def on(port: int, user: str | None = None, password: str | None = None) -> Server:
    return Server("127.0.0.1", port, encrypted=False, user=user, password=password)


def server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """OpenSSL trusts the authority of the tests."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def knows_alice(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"alice@x", b"p:ss/w@rd")
    return AuthResult(success=known, handled=False)


def test_a_letter_arrives_as_it_was_written() -> None:
    postbox = Postbox()
    with listening(postbox) as port:
        send(on(port), a_letter())
    (arrived,) = postbox.letters
    assert (arrived.mail_from, arrived.rcpt_tos) == ("leadup@leadup.example", ["alice@example.org"])
    assert arrived.original_content == a_letter().octets


def test_one_connection_brings_many_letters_also_past_a_refusal() -> None:
    postbox = Postbox()
    with listening(postbox) as port:
        mailing = Mailing(on(port))
        mailing.send(a_letter())
        with pytest.raises(LetterUndeliverable):
            mailing.send(a_letter("nobody@example.org"))
        with pytest.raises(LetterDelayed):
            mailing.send(a_letter("later@example.org"))
        mailing.send(a_letter("bob@example.org"))
        mailing.close()
    assert [each.rcpt_tos for each in postbox.letters] == [["alice@example.org"], ["bob@example.org"]]
    assert len(postbox.connections) == 1


def test_a_connection_that_the_server_ended_is_made_anew() -> None:
    postbox = Postbox()
    with listening(postbox) as port:
        mailing = Mailing(on(port))
        mailing.send(a_letter())
        assert mailing._client
        assert mailing._client.sock
        mailing._client.sock.shutdown(socket.SHUT_RDWR)  # as if the server had
        mailing.send(a_letter("bob@example.org"))
        mailing.close()
    assert len(postbox.connections) == 2
    assert len(postbox.letters) == 2


def test_an_unknown_recipient_is_refused_for_good_in_the_words_of_the_server() -> None:
    with listening(Postbox()) as port, pytest.raises(LetterUndeliverable, match=r"550 5\.1\.1 No such user"):
        send(on(port), a_letter("nobody@example.org"))


def test_a_recipient_put_off_delays_the_letter() -> None:
    with listening(Postbox()) as port, pytest.raises(LetterDelayed, match=r"451 4\.7\.1 Come back later"):
        send(on(port), a_letter("later@example.org"))


@pytest.mark.parametrize(
    ("answer", "refusal"), [("554 5.7.1 Spam", LetterUndeliverable), ("452 4.3.1 Disk full", LetterDelayed)]
)
def test_what_is_said_of_the_letter_itself_is_for_good_or_for_now(answer: str, refusal: type[Exception]) -> None:
    with listening(Postbox(answer_to_data=answer)) as port, pytest.raises(refusal, match=answer):
        send(on(port), a_letter())


def test_a_server_that_is_away_delays_the_letter() -> None:
    with listening(Postbox()) as port:
        pass
    with pytest.raises(LetterDelayed, match="Connection refused"):
        send(on(port), a_letter())


def test_a_server_that_hangs_delays_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_STEP_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(LetterDelayed, match="timed out"):
        send(on(silent.getsockname()[1]), a_letter())


def test_a_server_that_hangs_once_it_took_the_letter_has_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_QUIT_SECONDS", 0.1)
    postbox = Postbox(quit_after_seconds=4)
    with listening(postbox) as port:
        started = monotonic()
        send(on(port), a_letter())
        assert monotonic() - started < 3.5
    assert len(postbox.letters) == 1


def test_user_and_password_are_given() -> None:
    postbox = Postbox()
    options = {"authenticator": knows_alice, "auth_require_tls": False}
    with listening(postbox, **options) as port:
        send(read_server(f"smtp://alice%40x:p%3Ass%2Fw%40rd@127.0.0.1:{port}"), a_letter())
    assert postbox.sessions[0].authenticated


def test_a_wrong_password_delays_letters_until_it_is_mended() -> None:
    options = {"authenticator": knows_alice, "auth_require_tls": False}
    with listening(Postbox(), **options) as port, pytest.raises(LetterDelayed, match="535") as delayed:
        send(on(port, user="alice", password="hunter2"), a_letter())
    assert "hunter2" not in delayed.value.detail


def test_a_password_that_cannot_be_said_delays_letters_and_is_not_repeated() -> None:
    options = {"authenticator": knows_alice, "auth_require_tls": False}
    with listening(Postbox(), **options) as port, pytest.raises(LetterDelayed, match="ASCII") as delayed:
        send(on(port, user="alice", password="hünter2"), a_letter())
    assert "nter2" not in delayed.value.detail


def test_a_password_leaves_the_machine_encrypted_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "local", False)
    postbox = Postbox()
    options = {"authenticator": knows_alice, "auth_require_tls": False}
    with listening(postbox, **options) as port, pytest.raises(LetterDelayed, match="not sent in the clear"):
        send(on(port, user="alice@x", password="p:ss/w@rd"), a_letter())
    assert not postbox.letters


@pytest.mark.usefixtures("trusted")
def test_letters_are_encrypted_where_that_is_offered() -> None:
    postbox = Postbox()
    with listening(postbox, tls_context=server_context()) as port:
        send(on(port), a_letter())
    assert postbox.sessions[0].ssl is not None


@pytest.mark.usefixtures("trusted")
def test_smtps_is_encrypted_from_the_start() -> None:
    postbox = Postbox()
    with listening(postbox, ssl_context=server_context()) as port:
        send(read_server(f"smtps://127.0.0.1:{port}"), a_letter())
    assert len(postbox.letters) == 1


def test_a_server_that_cannot_prove_its_name_gets_no_letter() -> None:
    postbox = Postbox()
    with listening(postbox, tls_context=server_context()) as port, pytest.raises(LetterDelayed, match="CERTIFICATE"):
        send(on(port), a_letter())
    assert not postbox.letters


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    postbox = Postbox()
    with listening(postbox, enable_SMTPUTF8=True) as port:
        send(on(port), a_letter("jörg@exämple.org"))
    assert postbox.letters[0].rcpt_tos == ["jörg@xn--exmple-cua.org"]
    with listening(postbox, enable_SMTPUTF8=False) as port, pytest.raises(LetterUndeliverable, match="SMTPUTF8"):
        send(on(port), a_letter("jörg@exämple.org"))


def test_an_address_of_a_server_is_read() -> None:
    assert read_server("smtp://mail.example") == Server("mail.example", 25, encrypted=False)
    assert read_server("smtps://a:b@mail.example") == Server("mail.example", 465, True, "a", "b")
    assert read_server("smtp://mail.example:587/").port == 587


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:none", "smtp://mail.example/inbox"]
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(SettingRefused, match="LEADUP_SMTP_URL"):
        read_server(url)


def test_a_password_is_repeated_nowhere() -> None:
    with pytest.raises(SettingRefused) as refusal:
        read_server("smtp://alice:hunter2@mail.example:none")
    assert "hunter2" not in refusal.value.detail
    assert "hunter2" not in repr(read_server("smtp://alice:hunter2@mail.example"))


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("127.0.0.2", True), ("::1", True), ("mail.example", False)]
)
def test_a_server_on_this_machine_is_told_from_others(host: str, local: bool) -> None:
    assert Server(host, 25, encrypted=False).local is local

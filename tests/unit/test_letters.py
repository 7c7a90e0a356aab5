"""What a letter says and how it is written down; and the folder that letters are put into."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import LetterDelayed, LetterUndeliverable
from service.mail import folder
from service.mail.letters import Outlook, Words, before_meeting, compose, letter_name
from tests.builders import a_source, a_view, an_event

NOW = datetime(2025, 12, 5, 9, 0, tzinfo=UTC)
MID_DECEMBER = "[2025-12-11..2025-12-20]"


def an_outlook(when: str = MID_DECEMBER, *, before: str | None = None, **changes: Any) -> Outlook:
    event = an_event(when, status="announced", known_on=date(2025, 12, 1), **changes)
    return Outlook(
        view=a_view(event, before=before),
        calendar="Demo",
        today=date(2025, 12, 5),
        newest_known=date(2025, 12, 4),
        page="https://leadup.example/events/autumn01",
        reachable=True,
    )


def a_letter(
    words: Words | None = None,
    *,
    recipient: str = "alice@example.org",
    sender: str = "Leadup <leadup@leadup.example>",
) -> EmailMessage:
    words = words or Words("Plenary", "In six days.\n")
    return compose(words, name="lead-autumn01", sender=sender, recipient=recipient, now=NOW)


def test_a_letter_says_what_who_when_and_how_old_its_knowledge_is() -> None:
    outlook = an_outlook(before="2025-12", sources=(a_source(day="2025-12-01"), a_source("Radio", "", url=None)))
    when = outlook.view.event.when
    words = before_meeting(outlook)
    assert words.subject == f"Plenary of the Central Committee: announced for {when.text}, window opens in 6 days"
    assert (
        words.text
        == f"""\
Plenary of the Central Committee

Announced for: {when.text}
Given by: the body itself, known since 1 December 2025
Said before: {outlook.view.before.text if outlook.view.before else ""}, given by press
The window for its first day opens in 6 days, on 11 December 2025,
and closes on 20 December 2025 (days in Asia/Pyongyang).

This is what was announced, not what will be: a meeting may open earlier
or later than announced, or not at all.

Sources:
- State news agency, 1 December 2025: Meeting convened
  https://news.example/1
- Radio: Meeting convened

Newest report known in Demo: 4 December 2025, 1 day ago.
The event: https://leadup.example/events/autumn01
"""
    )


def test_an_announced_day_is_no_window() -> None:
    words = before_meeting(an_outlook("2025-12-06"))
    assert words.subject.endswith(", in 1 day")
    assert "The announced first day, 6 December 2025, is in 1 day (days in Asia/Pyongyang)." in words.text


def test_a_first_day_without_an_end_is_not_told_as_begun() -> None:
    words = before_meeting(an_outlook("2025-12-09/.."))
    assert words.subject == "Plenary of the Central Committee: announced for 9 December 2025, in 4 days"
    assert "opened" not in words.text


def test_known_days_are_told_to_their_end() -> None:
    outlook = an_outlook("2025-12-09/2025-12-11")
    assert f"Announced for: {outlook.view.event.when.text}\n" in before_meeting(outlook).text
    assert before_meeting(outlook).subject.endswith(", in 4 days")


def test_who_gave_the_date_is_named() -> None:
    assert "Given by: the spokesman, known" in before_meeting(an_outlook(said_by=("body", "the spokesman"))).text
    assert "Given by: a source that was not recorded, known" in before_meeting(an_outlook(said_by=None)).text


def test_a_letter_admits_that_no_source_is_recorded() -> None:
    assert "No source is recorded." in before_meeting(an_outlook()).text


def test_a_loopback_address_is_said_to_open_on_one_machine_only() -> None:
    at_home = before_meeting(Outlook(**{**_fields(an_outlook()), "reachable": False}))
    assert "(That address opens only on the machine that runs Leadup.)" in at_home.text
    assert "only on the machine" not in before_meeting(an_outlook()).text


def _fields(outlook: Outlook) -> dict[str, Any]:
    return {name: getattr(outlook, name) for name in Outlook.__slots__}


@pytest.mark.parametrize("when", [MID_DECEMBER, "2025-12-06", "2025-12-09/..", "2025-12-10~"])
def test_a_letter_never_says_surely(when: str) -> None:
    words = before_meeting(an_outlook(when, before="2026"))
    for claim in ("surely", "certain", "definitely", "will open", "will be held", "will take place"):
        assert claim not in words.text.lower()


def test_a_letter_is_read_back_as_it_was_written() -> None:
    words = Words(
        "Plenary – 전원회의: announced for mid-December 2025, window opens in 6 days", "Größer\n" + "x" * 2000
    )
    read = email.message_from_bytes(a_letter(words).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert {name: str(read[name]) for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")} == {
        "From": "Leadup <leadup@leadup.example>",
        "To": "alice@example.org",
        "Subject": words.subject,
        "Date": "Fri, 05 Dec 2025 09:00:00 +0000",
        "Message-ID": "<lead-autumn01@leadup.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert (read.get_content_type(), read.get_content_charset()) == ("text/plain", "utf-8")
    assert read.get_content().splitlines() == words.text.splitlines()


@pytest.mark.parametrize("letter", ["ü", "x"])
def test_a_message_is_seven_bit_with_short_lines(letter: str) -> None:
    octets = a_letter(Words("전원회의 " * 30, letter * 3000)).as_bytes()
    assert octets.isascii()
    assert max(len(line) for line in octets.split(b"\r\n")) <= 78
    assert b"\n" not in octets.replace(b"\r\n", b"")


def test_a_plain_text_stays_readable_as_a_file() -> None:
    assert b"\r\n\r\nIn six days.\r\n" in a_letter().as_bytes()


@pytest.mark.parametrize(
    "recipient",
    ["", "alice", "@example.org", "alice@", "alice@example.org, bob@example.org", "alice@example.org\r\nBcc: bob@b.org",
     "<alice@example.org", "alice@example.org>", "friends: alice@example.org;", "alice@[", "alice@example..org"],
)  # fmt: skip
def test_what_is_no_single_address_gets_no_letter(recipient: str) -> None:
    with pytest.raises(LetterUndeliverable, match="LEADUP_ALERTS_TO"):
        a_letter(recipient=recipient)


@pytest.mark.parametrize("recipient", ["Alice <alice@example.org>", '"Alice B." <alice@example.org>'])
def test_an_address_may_carry_a_name(recipient: str) -> None:
    assert a_letter(recipient=recipient)["To"] == recipient


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    assert "\r\nTo: jörg@exämple.org\r\n".encode() in a_letter(recipient="jörg@exämple.org").as_bytes()


def test_a_sender_that_is_no_address_delays_letters_until_it_is_mended() -> None:
    with pytest.raises(LetterDelayed, match="LEADUP_MAIL_FROM"):
        a_letter(sender="Leadup")


def test_a_letter_keeps_its_name() -> None:
    key = ("lead", "autumn01", "7/2025-12-11")
    name = letter_name(*key, "alice@example.org")
    assert name == "lead-autumn01-7-2025-12-11-65f4233b6aa94503"
    assert letter_name(*key, "bob@example.org") != name
    assert letter_name("lead", "../..\\etc", "x", "y").startswith("lead-etc-x-")


def test_a_letter_lies_in_the_folder_whole(tmp_path: Path) -> None:
    file = folder.deliver(tmp_path / "var" / "mail", a_letter())
    assert file == tmp_path / "var" / "mail" / "lead-autumn01.eml"
    assert file.read_bytes() == a_letter().as_bytes()


def test_a_letter_delivered_again_takes_its_own_place(tmp_path: Path) -> None:
    folder.deliver(tmp_path, a_letter())
    (tmp_path / ".lead-autumn01.part").write_bytes(b"half a letter, left by a crash")
    folder.deliver(tmp_path, a_letter())
    assert [file.name for file in tmp_path.iterdir()] == ["lead-autumn01.eml"]


def test_a_folder_that_cannot_be_made_delays_the_letter(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    with pytest.raises(LetterDelayed, match="File exists"):
        folder.deliver(tmp_path / "mail", a_letter())

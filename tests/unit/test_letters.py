"""What a letter says and how it is written down; and the folder that letters are put into."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.events import SaidBy
from schemas.subscriptions import Choices
from schemas.when import parse
from schemas.windows import Told
from service.mail import folder, notices
from service.mail.givers import since_letter
from service.mail.html import html_text
from service.mail.letters import Button, Facts, Item, Letter, Listing, Paragraph, plain_text
from service.mail.messages import Envelope, Sealed, compose, letter_name, seal
from service.mail.wording import Outlook, about_event
from tests.builders import a_source, a_view, an_event

NOW = datetime(2025, 12, 5, 9, 0, tzinfo=UTC)
MID_DECEMBER = "[2025-12-11..2025-12-20]"
RECORD = "of the last 15 announced windows 11 held the opening, 2 opened before, 2 after"
MATTERS = ("lead", "announced", "firmed", "moved", "cancelled", "opened", "overdue")


def an_outlook(when: str = MID_DECEMBER, *, before: str | None = None, **changes: Any) -> Outlook:
    known = {name: changes.pop(name) for name in ("early", "came", "run_up", "changed", "was") if name in changes}
    event = an_event(when, **{"status": "announced", "known_on": date(2025, 12, 1)} | changes)
    return Outlook(
        view=a_view(event, before=before),
        calendar="Demo",
        today=date(2025, 12, 5),
        newest_known=date(2025, 12, 4),
        record=RECORD,
        page="https://leadup.example/events/autumn01",
        feed="https://leadup.example/events/autumn01.ics",
        **known,
    )


def text(outlook: Outlook, matter: str = "lead") -> str:
    return plain_text(about_event(outlook, matter))


def unfolded(outlook: Outlook, matter: str = "lead") -> str:
    return text(outlook, matter).replace("\n  ", " ")


def a_letter(
    letter: Letter | None = None,
    *,
    recipient: str = "alice@example.org",
    sender: str = "Leadup <leadup@leadup.example>",
    **more: Any,
) -> EmailMessage:
    letter = letter or Letter("Plenary", "Plenary", (Paragraph("In six days."),))
    return compose(letter, Envelope(name="lead-autumn01", sender=sender, recipient=recipient, now=NOW, **more))


def sealed(letter: Letter | None = None, recipient: str = "alice@example.org") -> Sealed:
    letter = letter or Letter("Plenary", "Plenary", (Paragraph("In six days."),))
    sender = "Leadup <leadup@leadup.example>"
    return seal(letter, Envelope(name="lead-autumn01", sender=sender, recipient=recipient, now=NOW))


def read(message: EmailMessage) -> EmailMessage:
    found = email.message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_says_what_who_when_and_how_old_its_knowledge_is() -> None:
    sources = (a_source(day="2025-12-01"), a_source("Radio", "", url=None))
    run_up = ((6, "leader's visits"), (2, "ceremonies"), (1, "weapons test"))
    outlook = an_outlook(before="2025-12", sources=sources, run_up=run_up, early="may open earlier")
    letter = about_event(outlook, "lead")
    assert letter.subject == "Plenary of the Central Committee: announced for mid-December 2025, window opens in 6 days"
    assert (
        plain_text(letter)
        == """\
Plenary of the Central Committee

Announced for mid-December 2025, window opens in 6 days.

When: first day 11 to 20 December 2025 (days in Asia/Pyongyang), in 6 to
  15 days; it may open earlier
Given by: the body itself, known since 1 December 2025
New: before, the press had given December 2025
Record: Of the last 15 announced windows 11 held the opening, 2 opened
  before, 2 after.
Run-up: 6 leader's visits, 2 ceremonies, 1 weapons test reported in the
  last 28 days

This is what was announced, not what will be: a meeting may open earlier
or later than announced, or not at all. As known on 5 December 2025; the
newest report in the calendar Demo is 1 day old.

Sources:
- State news agency, 1 December 2025: Meeting convened
  https://news.example/1
- Radio: Meeting convened

More:
- The event, its history and its links
  https://leadup.example/events/autumn01
- Its days for a calendar program
  https://leadup.example/events/autumn01.ics
"""
    )


@pytest.mark.parametrize(
    ("matter", "changes", "subject", "lead"),
    [
        (
            "announced",
            {},
            "newly announced for mid-December 2025, window opens in 6 days",
            "The body itself announced it for",
        ),
        ("firmed", {"when": "2025-12-12"}, "narrowed to 12 December 2025, in 7 days", "Its window got narrower: it is"),
        ("moved", {}, "moved to mid-December 2025, window opens in 6 days", "Its date moved: it is announced for"),
        (
            "cancelled",
            {"status": "cancelled", "was": Told(date(2025, 12, 1), parse("2026-01"), "expected", SaidBy("press"))},
            "called off",
            "Called off: the body itself told so. It had been expected by the press for January 2026.",
        ),
        (
            "cancelled",
            {
                "status": "cancelled",
                "said_by": ("press", "Yonhap"),
                "was": Told(date(2025, 12, 1), parse("2026-01"), "announced", SaidBy("body")),
            },
            "reported called off by Yonhap",
            "Reported called off by Yonhap. That is not the body's own word. It had been announced for January 2026.",
        ),
        (
            "cancelled",
            {"status": "cancelled", "said_by": None},
            "reported called off, it is not recorded by whom",
            "Reported called off, it is not recorded by whom. That is not the body's own word.",
        ),
        (
            "opened",
            {"when": "2025-12-05/..", "status": "held", "came": "6 days before its announced window"},
            "opened 5 December 2025",
            "It opened on 5 December 2025, 6 days before its announced window.",
        ),
        (
            "overdue",
            {"when": "2025-12-01"},
            "no word, and its day, 1 December 2025, has passed",
            "Its day, 1 December 2025, passed without word of it known here.",
        ),
        (
            "overdue",
            {"when": "2025-12-04/2025-12-07"},
            "no word, and its first day, 4 December 2025, has passed",
            "Its first day, 4 December 2025, passed without word of it known here.",
        ),
        (
            "overdue",
            {"when": "2025-12-04/.."},
            "no word, and its first day, 4 December 2025, has passed",
            "Its first day, 4 December 2025, passed without word of it known here.",
        ),
        (
            "overdue",
            {"when": "2025-11/2025-12"},
            "no word, and the window of its first day, 1 to 30 November 2025, has passed",
            "The window of its first day, 1 to 30 November 2025, passed without word of it known here.",
        ),
        (
            "overdue",
            {"when": "2025-11"},
            "no word, and its window, November 2025, has passed",
            "Its window, November 2025, passed without word of it known here.",
        ),
        (
            "announced",
            {"said_by": ("press",)},
            "newly expected by the press for mid-December 2025, window opens in 6 days",
            "It is newly expected by the press for mid-December 2025.",
        ),
        (
            "announced",
            {"when": "[2025-12-05..]"},
            "newly announced without a date",
            "The body itself announced it as coming, without a date.",
        ),
        (
            "announced",
            {"when": "[2025-12-05..]", "said_by": ("press",)},
            "newly expected by the press without a date",
            "It is newly expected by the press without a date.",
        ),
        (
            "moved",
            {"when": "[2025-12-05..]"},
            "no date any more, announced without a date",
            "No date is given any more: it is announced without a date.",
        ),
        (
            "firmed",
            {"said_by": ("government", "the ministry")},
            "narrowed to mid-December 2025, expected by the ministry, window opens in 6 days",
            "Its window got narrower: it is expected by the ministry for mid-December 2025.",
        ),
        (
            "moved",
            {"status": "expected", "said_by": ("press",)},
            "moved to mid-December 2025, expected by the press, window opens in 6 days",
            "Its date moved: it is expected by the press for mid-December 2025.",
        ),
        (
            "lead",
            {"when": "[2025-12-18..2025-12-25]", "said_by": ("press",), "status": "expected"},
            "expected by the press for a day between 18 and 25 December 2025, window opens in 13 days",
            "Expected by the press for a day between 18 and 25 December 2025, window opens in 13 days.",
        ),
        (
            "opened",
            {"when": "2025-12-02/2025-12-04", "status": "held"},
            "opened 2 December 2025",
            "It opened on 2 December 2025.",
        ),
        (
            "lead",
            {"when": "2025-12-06"},
            "announced for 6 December 2025, in 1 day",
            "Announced for 6 December 2025, in",
        ),
    ],
)
def test_each_matter_is_told_in_its_first_line(matter: str, changes: dict[str, Any], subject: str, lead: str) -> None:
    letter = about_event(an_outlook(**changes), matter)
    assert letter.subject == f"Plenary of the Central Committee: {subject}"
    assert plain_text(letter).split("\n\n")[1].replace("\n", " ").startswith(lead)


GIVERS = [("announced", ("body",)), ("announced", ("press",)), ("announced", None), ("announced", ("government",)),
          ("expected", ("body",)), ("expected", ("press",)), ("expected", None)]  # fmt: skip


@pytest.mark.parametrize("matter", ["lead", "announced", "firmed", "moved"])
@pytest.mark.parametrize(("status", "who"), GIVERS)
def test_only_what_the_body_announced_is_told_as_announced(matter: str, status: str, who: Any) -> None:
    letter = about_event(an_outlook(status=status, said_by=who), matter)
    told = f"{letter.subject}\n{plain_text(letter)}".replace("\n  ", " ").replace("\n", " ")
    theirs = (status, who) == ("announced", ("body",))
    assert ("announced for" in letter.subject) == (theirs and matter in ("lead", "announced"))
    assert ("announced for" in told or "announced it for" in told) == theirs
    assert ("announced it " in told) == (theirs and matter == "announced")
    assert ("This is what was announced" in told) == theirs
    assert ("not what was announced" in told) == (not theirs)
    assert theirs or "expected" in told
    assert (RECORD[1:] in told) == theirs


def test_on_the_day_itself_nothing_may_open_earlier() -> None:
    today = replace(an_outlook(early="may open earlier"), today=date(2025, 12, 11))
    assert "(days in Asia/Pyongyang); the window opens today, 9 days are left\n" in unfolded(today)
    later = replace(today, today=date(2025, 12, 15))
    assert "(days in Asia/Pyongyang); the window is open, 5 days are left\n" in unfolded(later, "firmed")
    alone = replace(an_outlook("2025-12-11", early="may open earlier"), today=date(2025, 12, 11))
    assert "When: 11 December 2025 (days in Asia/Pyongyang), today\n" in unfolded(alone)


def test_a_date_that_was_not_given_is_told_as_none() -> None:
    said = unfolded(an_outlook("[2025-12-05..]", before="[2025-12-01..]"))
    assert "When: no date is given\n" in said
    assert "New: before, the press had given no date\n" in said


def test_what_turns_or_decodes_a_title_is_left_out_of_subjects() -> None:
    letter = about_event(an_outlook(title="Plen\u202eary =?utf-8?q?=57=4f=4e?="), "lead")
    assert str(read(a_letter(letter))["Subject"]).startswith("Plenary = ?utf-8?q?=57=4f=4e?=: announced for")
    assert "\u202e" not in plain_text(letter)


@pytest.mark.parametrize("turn", ["\u202e", "\u200f", "\u200e", "\u061c", "\u2067"])
def test_nothing_turns_the_direction_of_a_letter_wherever_it_stands(turn: str) -> None:
    source = a_source(f"Agency{turn}", title=f"Title{turn}")
    outlook = an_outlook(title=f"Plenary{turn}", said_by=("press", f"Yon{turn}hap"), sources=(source,))
    letter = about_event(replace(outlook, calendar=f"De{turn}mo"), "announced")
    assert "Yonhap" in letter.subject
    found = read(a_letter(letter))
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    for said in (str(found["Subject"]), plain.get_content(), page.get_content()):
        assert turn not in said
        assert f"&#{ord(turn)};" not in said


@pytest.mark.parametrize("status", ["announced", "cancelled"])
def test_what_has_no_date_is_told_without_one(status: str) -> None:
    event = an_event("[2025-12-05..]", status=status)
    said = plain_text(
        notices.digest("North", "weekly", date(2025, 12, 8), notices.Found([], [], [event]), "", "", None)
    )
    assert "announced, no date" not in said
    was = Told(date(2025, 12, 1), parse(MID_DECEMBER), "announced", SaidBy("body"))
    now = replace(was, when=parse("[2025-12-05..]"))
    assert since_letter(was, now, date(2025, 12, 2)) == (
        "our letter of 2 December 2025 had: announced for mid-December 2025, given by the body itself"
    )


def test_a_letter_names_three_sources_and_says_how_many_more_there_are() -> None:
    sources = tuple(a_source(f"Agency {day}", f"2025-11-{day:02}", title="Word " * 60) for day in range(1, 31))
    said = text(an_outlook(sources=sources))
    assert re.findall(r"- (Agency \d+)", said) == ["Agency 28", "Agency 29", "Agency 30"]
    assert "- and 27 more, on the event's page" in said
    assert len(said.splitlines()) < 50


def test_what_is_new_is_told_with_what_the_last_letter_had() -> None:
    was = Told(date(2025, 12, 1), parse("[2025-12-25..2025-12-28]"), "announced", SaidBy("body"))
    now = replace(was, when=parse("[2026-01-01..2026-01-10]"), status="expected", said_by=SaidBy("press"))
    sent = date(2025, 12, 2)
    assert since_letter(was, was, sent) == "nothing new since our letter of 2 December 2025"
    assert since_letter(was, replace(was, when=parse("2025-12-26")), sent) == (
        "moved from 'between 25 and 28 December 2025' to 26 December 2025, inside its window, since our letter of"
        " 2 December 2025"
    )
    assert since_letter(was, now, sent) == (
        "our letter of 2 December 2025 had: announced for a day between 25 and 28 December 2025, given by the body"
        " itself"
    )
    assert since_letter(now, replace(was, status="cancelled"), sent) == (
        "our letter of 2 December 2025 had: expected by the press for early January 2026"
    )


@pytest.mark.parametrize(("who", "words"), [("body", "called off, "), ("press", "reported called off, ")])
def test_a_digest_calls_off_only_what_the_body_did(who: str, words: str) -> None:
    event = an_event(MID_DECEMBER, status="cancelled", said_by=(who,))
    found = notices.Found([], [], [event])
    said = plain_text(notices.digest("North", "weekly", date(2025, 12, 8), found, RECORD, "today", None))
    assert f"Committee: {words}mid-December 2025" in " ".join(said.split())


def test_a_digest_says_what_was_told_before() -> None:
    event = an_event("[2026-01-01..2026-01-10]", status="expected", said_by=("press",))
    was = Told(date(2025, 12, 1), parse("[2025-12-25..2025-12-28]"), "announced", SaidBy("body"))
    found = notices.Found([event], [], [event], {event.id: was})
    said = plain_text(notices.digest("North", "weekly", date(2025, 12, 8), found, RECORD, "today", None))
    assert "expected by the press for early January 2026; before, announced" in said.replace("\n  ", " ")
    assert said.count("; before,") == 1


def test_a_first_day_without_an_end_is_not_told_as_begun() -> None:
    letter = about_event(an_outlook("2025-12-09/.."), "lead")
    assert letter.subject == "Plenary of the Central Committee: announced for 9 December 2025, in 4 days"
    assert "opened 9" not in plain_text(letter)


def test_a_letter_says_what_is_new_since_the_last_one() -> None:
    changed = "moved from 'late December 2025' to mid-December 2025, since our letter of 2 December 2025"
    assert f"New: {changed}" in text(an_outlook(changed=changed)).replace("\n  ", " ")


def test_who_gave_the_date_is_named() -> None:
    assert "Given by: the spokesman, known" in text(an_outlook(said_by=("body", "the spokesman")))
    assert "Given by: a source that was not recorded, known" in text(an_outlook(said_by=None))


def test_a_letter_admits_that_no_source_is_recorded() -> None:
    assert "No source is recorded." in text(an_outlook())


def test_while_only_this_machine_can_open_them_no_links_are_in_a_letter() -> None:
    at_home = about_event(replace(an_outlook(), page=None, feed=None), "lead")
    assert "http" not in plain_text(at_home)
    assert "href" not in html_text(at_home)


@pytest.mark.parametrize("when", [MID_DECEMBER, "2025-12-06", "2025-12-09/..", "2025-12-10~"])
@pytest.mark.parametrize("matter", MATTERS)
def test_a_letter_never_says_surely(when: str, matter: str) -> None:
    letter = about_event(an_outlook(when, before="2026"), matter)
    for said in (plain_text(letter), html_text(letter), letter.subject):
        for claim in ("surely", "certain", "definitely", "will open", "will be held", "will take place"):
            assert claim not in said.lower()


def test_a_quiet_letter_says_that_silence_means_nothing() -> None:
    letter = notices.quiet("North", date(2025, 4, 27), date(2025, 5, 11))
    said = plain_text(letter).replace("\n", " ")
    assert "nothing was recorded since 27 April 2025" in said
    assert "no letter does not mean that nothing is coming" in said


def test_a_quiet_letter_does_not_say_that_nothing_was_recorded_where_something_old_was() -> None:
    letter = notices.quiet("North", date(2025, 4, 27), date(2025, 5, 11), late=True)
    assert letter.subject == "North: nothing newer than 27 April 2025 is recorded"
    said = plain_text(letter).replace("\n", " ")
    assert "nothing is recorded that became known after 27 April 2025, 14 days ago" in said


def test_a_digest_is_written_even_when_there_is_nothing() -> None:
    letter = notices.digest(
        "North", "weekly", date(2025, 12, 1), notices.Found([], [], []), RECORD, "1 December 2025", None
    )
    assert letter.subject == "North, 1 December 2025: nothing announced or expected, 0 new"
    said = plain_text(letter).replace("\n", " ")
    assert "No new event and no new date or status was recorded this week." in said


def test_a_digest_does_not_pass_off_what_it_lists_as_all() -> None:
    events = [an_event(id=f"autumn{number:02}") for number in range(20)]
    letter = notices.digest(
        "North", "daily", date(2025, 12, 1), notices.Found(events, [], events), RECORD, "1 December 2025", None
    )
    assert letter.subject == "North, 1 December 2025: 20 or more ahead, 20 or more new"
    assert "Ahead (no more than 20 are listed):" in plain_text(letter)


def test_the_link_to_confirm_is_the_first_address_in_the_text() -> None:
    link = "http://127.0.0.1:8000/alerts/confirm/abc.def"
    said = plain_text(notices.confirming("http://north.example", Choices(query="kind=visit"), (), link))
    assert re.findall(r"https?://\S+/\S+", said)[0] == link


def test_the_letter_to_confirm_repeats_nothing_that_whoever_asked_wrote() -> None:
    won = "You have won: https://win.example"
    asked = Choices(query="q=You+have+won:+https://win.example", people=(won, "Kim X", f"{won}!", "Ada Ahn"))
    letter = notices.confirming("North", asked, ("Kim X", "Ada Ahn"), "https://leadup.example/alerts/confirm/abc.def")
    assert "win" not in plain_text(letter) + html_text(letter)
    assert "Events: found by a filter" in plain_text(letter)
    assert "Persons: Kim X, Ada Ahn, 2 others" in plain_text(letter)
    assert "Persons: 4 persons" in plain_text(notices.confirming("North", asked, (), "https://leadup.example/x"))


class _Tags(HTMLParser):
    """Which tags and addresses a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "background")]


def test_the_page_of_a_letter_fetches_nothing_and_says_what_the_text_says() -> None:
    outlook = an_outlook(sources=(a_source(),), run_up=((6, "visits"),))
    letter = about_event(outlook, "lead")
    tags = _Tags()
    tags.feed(html_text(letter))
    assert not {"img", "script", "link", "iframe", "object"} & set(tags.tags)
    assert set(tags.addresses) == set(re.findall(r"https://\S+", plain_text(letter)))
    assert "@import" not in html_text(letter)
    assert "url(" not in html_text(letter)
    assert "prefers-color-scheme: dark" in html_text(letter)


def test_what_others_wrote_stands_as_text_in_the_page() -> None:
    evil = '<script>alert(1)</script>"&\r\nBcc: eve@example.org'
    letter = Letter(evil, evil, (Paragraph(evil), Facts(((evil, evil),)), Listing(evil, (Item(evil, evil, evil),))))
    page = html_text(letter)
    assert "<script" not in page
    assert 'href="&lt;' not in page
    message = read(a_letter(letter))
    assert "Bcc" not in message
    assert "\n" not in str(message["Subject"])


def test_a_letter_is_read_back_as_it_was_written() -> None:
    subject = "Plenary – 전원회의: announced for mid-December 2025, window opens in 6 days"
    letter = Letter(subject, "Größer", (Paragraph("x" * 2000), Button("전원회의", "https://leadup.example/x")))
    found = read(a_letter(letter))
    names = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    assert {name: str(found[name]) for name in names} == {
        "From": "Leadup <leadup@leadup.example>",
        "To": "alice@example.org",
        "Subject": subject,
        "Date": "Fri, 05 Dec 2025 09:00:00 +0000",
        "Message-ID": "<lead-autumn01@leadup.example>",
        "Auto-Submitted": "auto-generated",
    }
    plain, page = (found.get_body((kind,)) for kind in ("plain", "html"))
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    assert plain.get_content().splitlines() == plain_text(letter).splitlines()
    assert page.get_content().splitlines() == html_text(letter).splitlines()


def test_a_letter_of_a_list_says_how_it_is_left_and_what_it_belongs_to() -> None:
    leave = "https://leadup.example/alerts/unsubscribe/abc"
    found = read(a_letter(thread="autumn01-1234", listed=("demo", 'The "Demo"'), leave=leave))
    assert found["References"] == found["In-Reply-To"] == "<autumn01-1234@leadup.example>"
    named = read(a_letter(listed=("demo", "=?utf-8?q?=57=4f=4e?=")))["List-Id"]
    assert named == '"= ?utf-8?q?=57=4f=4e?=" <demo.alerts.leadup.example>'
    assert found["List-Id"] == '"The \\"Demo\\"" <demo.alerts.leadup.example>'
    assert found["List-Unsubscribe"] == f"<{leave}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("recipient", ["alice@example.org", "jörg@exämple.org"])
@pytest.mark.parametrize("title", ["Plenary", "전원회의"])
@pytest.mark.parametrize("link", ["https://leadup.example/alerts/manage/a-_.b", "https://leadup.example/?a=1&b='x'"])
def test_what_is_addressed_to_many_is_what_each_alone_would_get(recipient: str, title: str, link: str) -> None:
    outlook = an_outlook(sources=(a_source(),), title=title)
    letter = about_event(outlook, "lead")
    links = (("Change", link), ("Unsubscribe", f"{link}2"))
    envelopes = [
        Envelope(
            name=f"lead-{number}",
            sender="Leadup <leadup@leadup.example>",
            recipient=f"{number}{recipient}",
            now=datetime(2025, 12, 5, 9, number, tzinfo=UTC),
            thread=f"thread-{number}",
            listed=("demo", "Alerts of Demo"),
            leave=f"{link}{number}",
        )
        for number in range(3)
    ]
    footed = replace(
        letter,
        blocks=(
            *letter.blocks,
            Listing("You asked for Alerts of Demo", tuple(Item(*each) for each in links), short=True),
        ),
    )
    for envelope in envelopes:
        got = email.message_from_bytes(seal(letter, envelope, links).octets, policy=default)
        wanted = email.message_from_bytes(compose(footed, envelope).as_bytes(), policy=default)
        assert [(name, str(value)) for name, value in got.items() if name != "Content-Type"] == [
            (name, str(value)) for name, value in wanted.items() if name != "Content-Type"
        ]
        for one, other in zip(got.iter_parts(), wanted.iter_parts(), strict=True):
            assert one.get_content() == other.get_content()
        assert b"token" not in seal(letter, envelope, links).octets


def test_a_letter_has_the_same_bytes_however_often_it_is_written() -> None:
    assert a_letter().as_bytes() == a_letter().as_bytes()


@pytest.mark.parametrize("letter", ["ü", "x"])
def test_a_message_is_seven_bit_with_short_lines(letter: str) -> None:
    octets = a_letter(Letter("전원회의 " * 30, letter, (Paragraph(letter * 3000),))).as_bytes()
    assert octets.isascii()
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    assert b"\n" not in octets.replace(b"\r\n", b"")


def test_a_plain_text_stays_readable_as_a_file() -> None:
    assert b"\r\n\r\nPlenary\r\n\r\nIn six days.\r\n" in a_letter().as_bytes()


@pytest.mark.parametrize(
    "recipient",
    ["", "alice", "@example.org", "alice@", "alice@example.org, bob@example.org", "alice@example.org\r\nBcc: bob@b.org",
     "<alice@example.org", "alice@example.org>", "friends: alice@example.org;", "alice@[", "alice@example..org"],
)  # fmt: skip
def test_what_is_no_single_address_gets_no_letter(recipient: str) -> None:
    with pytest.raises(LetterUndeliverable):
        a_letter(recipient=recipient)


def test_an_address_beyond_ascii_keeps_its_name_and_its_domain_is_written_as_the_dns_has_it() -> None:
    assert "\r\nTo: jörg@xn--exmple-cua.org\r\n".encode() in a_letter(recipient="jörg@exämple.org").as_bytes()
    assert b"\r\nTo: alice@xn--exmple-cua.org\r\n" in a_letter(recipient="alice@exämple.org").as_bytes()
    assert b"\r\nTo: alice@xn--strae-oqa.org\r\n" in a_letter(recipient="alice@straße.org").as_bytes()


def test_a_sender_that_is_no_address_delays_letters_until_it_is_mended() -> None:
    with pytest.raises(LetterDelayed, match="LEADUP_MAIL_FROM"):
        a_letter(sender="Leadup")


def test_a_letter_keeps_its_name() -> None:
    name = letter_name("alice001", "autumn01", "lead", "7")
    assert name.startswith("autumn01-lead-7-")
    assert letter_name("alice001", "autumn01", "lead", "7") == name
    assert letter_name("bob00001", "autumn01", "lead", "7") != name
    assert letter_name("x", "../..\\etc", "x", "y").startswith("etc-x-y-")


def test_a_letter_lies_in_the_folder_whole(tmp_path: Path) -> None:
    file = folder.deliver(tmp_path / "var" / "mail", sealed())
    assert file == tmp_path / "var" / "mail" / "lead-autumn01.eml"
    assert file.read_bytes() == sealed().octets


def test_a_letter_delivered_again_takes_its_own_place(tmp_path: Path) -> None:
    folder.deliver(tmp_path, sealed())
    (tmp_path / ".lead-autumn01.part").write_bytes(b"half a letter, left by a crash")
    folder.deliver(tmp_path, sealed())
    assert [file.name for file in tmp_path.iterdir()] == ["lead-autumn01.eml"]


def test_the_letters_of_one_address_are_taken_out_of_the_folder(tmp_path: Path) -> None:
    folder.deliver(tmp_path, sealed(recipient="Alice@example.org"))
    assert folder.erase(tmp_path, "bob@example.org") == 0
    assert folder.erase(tmp_path, "alice@EXAMPLE.org") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_letters_of_an_address_beyond_ascii_are_taken_out_of_the_folder(tmp_path: Path) -> None:
    for address in ("alice@exämple.org", "alice@xn--exmple-cua.org"):
        folder.deliver(tmp_path, sealed(recipient="Alice@exämple.org"))
        assert folder.erase(tmp_path, address) == 1


@pytest.mark.parametrize(
    "address",
    ["дядя@пример.рф", "дядя@xn--e1afmkfd.xn--p1ai", f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 40}.org",
     f"{'я' * 30}@b.org", "a+b!#$%&'*/=?^_`{|}~-@example.org"],
)  # fmt: skip
def test_a_letter_is_found_by_its_address_whatever_that_looks_like(tmp_path: Path, address: str) -> None:
    folder.deliver(tmp_path, sealed(recipient=address))
    assert folder.erase(tmp_path, f"x{address}") == 0
    assert folder.erase(tmp_path, address.upper() if address.isascii() else address) == 1


def test_a_letter_is_not_taken_for_one_to_what_its_address_decodes_to(tmp_path: Path) -> None:
    folder.deliver(tmp_path, sealed(recipient="=?utf-8?q?a?=@b.org"))
    assert folder.erase(tmp_path, "a@b.org") == 0
    assert folder.erase(tmp_path, "=?utf-8?q?a?=@b.org") == 1


def test_a_folder_that_cannot_be_made_delays_the_letter(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    with pytest.raises(LetterDelayed, match="File exists"):
        folder.deliver(tmp_path / "mail", sealed())

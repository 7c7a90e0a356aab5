"""Files of events made to break the reader: each is read or refused in words, in a time that grows as the file does."""

from __future__ import annotations

import pytest

from calendars.icshtml import text_of_html
from calendars.imports import read
from schemas.errors import FileUnreadable
from schemas.imports import Line
from tests.foreignfiles import DEFAULTS, at_most, entry

pytestmark = pytest.mark.slow


def lines_of(*lines: str) -> list[Line]:
    return read(entry(*lines), "ics", DEFAULTS).lines


def test_a_value_folded_over_very_many_lines_is_read() -> None:
    with at_most(15):
        (line,) = lines_of("DTSTART:20251209", "ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA", *[" " + "A" * 73] * 200_000)
    assert line.kept_out == ("attachments",)


def test_a_text_broken_over_very_many_lines_without_folds_is_read() -> None:
    with at_most(15):
        (line,) = lines_of("DTSTART:20251209", "DESCRIPTION:x", *["a b c d e f g h"] * 100_000)
    assert line.draft
    assert line.draft.note
    assert line.draft.note.startswith("x\na b c d e f g h\na b")
    assert line.kept_out == ("the note beyond 10,000 characters",)


def test_components_inside_each_other_without_end_are_refused() -> None:
    with pytest.raises(FileUnreadable, match="Line 24 begins a component inside 20 others"):
        lines_of(*["BEGIN:VALARM"] * 100_000, *["END:VALARM"] * 100_000)


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<!", "</", "<a b='", '<a "', "<a '\">", "<![CDATA[>", "&", "<aaaaaaaa"]
)
def test_markup_that_never_ends_is_read(piece: str) -> None:
    with at_most(15):
        (line,) = lines_of("DTSTART:20251209", f"X-ALT-DESC:Opens<br>{piece * 100_000}")
    assert line.draft
    assert line.draft.note
    assert line.draft.note.startswith("Opens")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (
            "<style>p {}</style><p class='a>b'>One &amp; two<!-- <b> --><BR/>three</p>&#33;<![if mso]>four<![endif]>",
            "One & two\nthree\n!four",
        ),
        ("<head><title>No</title></head>5 < 6 and 7 > 6 <b", "5 < 6 and 7 > 6 <b"),
        ("<!DOCTYPE html><script>if (a<b) c('</p>')</script>Yes\nno&nbsp;", "Yes no"),
        (f"a&#{'9' * 5000};b&#65;", "a\ufffdbA"),
    ],
)
def test_the_words_of_markup_are_read(html: str, words: str) -> None:
    assert text_of_html(html) == words


def test_very_many_calendars_that_speak_of_one_entry_are_refused_in_words() -> None:
    lines = read(entry("DTSTART:20251209") * 201, "ics", DEFAULTS).lines
    assert all(line.draft for line in lines[:200])
    (told,) = lines[200].mistakes
    assert told == {
        "detail": "Over 200 lines of the file speak of this event: send the others in another.",
        "pointer": "/UID",
    }

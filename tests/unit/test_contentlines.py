"""Content lines: nothing that a text holds may end a line, cut a character or change what is read back."""

from __future__ import annotations

import pytest

from calendars.contentlines import escaped, folded, parameter
from schemas.plaintext import one_line, paragraphs, uri
from tests.icalendar_grammar import content_lines


@pytest.mark.parametrize("letter", ["a", "é", "당", "🎌"])
@pytest.mark.parametrize("length", range(60, 160, 7))
def test_a_fold_keeps_75_octets_and_whole_characters(letter: str, length: int) -> None:
    octets = folded([f"SUMMARY:{letter * length}"])

    assert [line.value for line in content_lines(octets)] == [letter * length]


def test_a_line_of_75_octets_is_not_folded_and_one_of_76_is() -> None:
    assert folded(["X" * 75]) == b"X" * 75 + b"\r\n"
    assert folded(["X" * 76]) == b"X" * 75 + b"\r\n X\r\n"


def test_every_character_that_needs_it_is_escaped() -> None:
    assert escaped("a\\b;c,d\ne:\"f'") == r"a\\b\;c\,d\ne" + ":\"f'"


def test_a_backslash_before_n_is_no_line_break() -> None:
    assert escaped(r"C:\New\now") == r"C:\\New\\now"


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_line_break_of_any_sort_is_a_space_on_one_line_and_a_newline_in_paragraphs(break_: str) -> None:
    assert one_line(f"Plenary{break_}STATUS:CONFIRMED") == "Plenary STATUS:CONFIRMED"
    assert paragraphs(f"first{break_}second") == "first\nsecond"


def test_control_characters_vanish_and_other_letters_stay() -> None:
    assert one_line("\x00Ple\x07nary\x7f \x9f당\u3000中\u200d") == "Plenary 당\u3000中\u200d"


def test_a_parameter_is_quoted_and_its_quotes_and_carets_are_encoded() -> None:
    assert parameter("LABEL", 'He said: "x^2;\ny"') == ";LABEL=\"He said: ^'x^^2; y^'\""


def test_an_address_that_is_right_stays_and_any_other_is_percent_encoded() -> None:
    assert uri("https://a.example/b%20c;d?e=f,g&h=(1)#i") == "https://a.example/b%20c;d?e=f,g&h=(1)#i"
    assert uri('https://a.example/당 "<x>\r\nSTATUS:x') == "https://a.example/%EB%8B%B9%20%22%3Cx%3E%0D%0ASTATUS:x"


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert folded(["SUMMARY:\ud83d"]) == b"SUMMARY:?\r\n"

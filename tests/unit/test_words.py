"""Words as they are compared: acronyms keep their capitals, owners lose their `s`."""

from __future__ import annotations

import pytest

from schemas.words import is_acronym, spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("North Korea's MID meets", ["north", "korea", "MID", "meets"]),
        ("in mid-December", ["in", "mid", "december"]),
        ("in MID-December", ["in", "mid", "december"]),
        ("in mid\u2011MID", ["in", "mid", "mid"]),
        ("THE MID MEETS", ["the", "mid", "meets"]),
        ("the WPK\u2019s plenary", ["the", "WPK", "plenary"]),
        ("S. Korea", ["s", "korea"]),
        ("조선로동당 SPA", ["조선로동당", "spa"]),
        ("SPAWN ABCDEF", ["spawn", "abcdef"]),
        ("", []),
    ],
)
def test_what_is_written_as_acronyms_are_keeps_its_capitals(text: str, words: list[str]) -> None:
    assert spoken(text) == words


def test_an_acronym_is_a_few_capitals() -> None:
    assert [each for each in ("MID", "SPA", "Mid", "M", "K.P.A.", "GENERAL", "KPA Navy") if is_acronym(each)] == [
        "MID",
        "SPA",
    ]

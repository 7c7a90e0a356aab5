"""No log tells a link out of a letter: whoever has it may change what a subscriber is told."""

from __future__ import annotations

import pytest

from service.masking import masked


@pytest.mark.parametrize("purpose", ["confirm", "manage", "unsubscribe"])
@pytest.mark.parametrize("after", ["", " HTTP/1.1", '" 404', "?x=1"])
def test_signed_links_are_masked(purpose: str, after: str) -> None:
    said = masked(f"error ab at POST /alerts/{purpose}/InE1ZWN1N2J2Ig.QpSetgNX6fHk-_iLLW{after}")
    assert said == f"error ab at POST /alerts/{purpose}/...{after}"


def test_private_addresses_are_masked_up_to_their_format() -> None:
    assert masked("GET /feeds/private/abc_-1.ics?past=1") == "GET /feeds/private/....ics?past=1"

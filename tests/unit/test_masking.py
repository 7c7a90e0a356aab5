"""No log tells what is nobody's: links out of letters, private addresses of feeds, e-mail addresses, passwords."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from time import process_time

import pytest

from service import masking
from service.masking import mask_logs, masked
from service.settings import read_settings


@pytest.fixture(autouse=True)
def _forgetting() -> Iterator[None]:
    made, told = logging.getLogRecordFactory(), set(masking._told)
    yield
    masking._told.clear()
    masking._told.update(told)
    logging.setLogRecordFactory(made)


@pytest.mark.parametrize("purpose", ["confirm", "manage", "unsubscribe"])
@pytest.mark.parametrize("after", ["", " HTTP/1.1", '" 404', "?x=1"])
def test_signed_links_are_masked(purpose: str, after: str) -> None:
    said = masked(f"error ab at POST /alerts/{purpose}/InE1ZWN1N2J2Ig.QpSetgNX6fHk-_iLLW{after}")
    assert said == f"error ab at POST /alerts/{purpose}/...{after}"


def test_private_addresses_are_masked_up_to_their_format() -> None:
    assert masked("GET /feeds/private/abc_-1.ics?past=1") == "GET /feeds/private/....ics?past=1"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("RCPT TO:<alice@example.org> failed", "RCPT TO:<(an address)> failed"),
        ("{'alice@example.org': (550, b'no')}", "{'(an address)': (550, b'no')}"),
        ("to o'brien+news@sub.example.org, bob@b.example.", "to (an address), (an address)."),
        ('to "a b"@example.org and x@[127.0.0.1]!', "to (an address) and (an address)!"),
        ("to zoë@bücher.example", "to (an address)"),
        ("GET /x?email=alice%40example.org&y=1", "GET /x?email=(an address)&y=1"),
        ("smtp://desk:pa:ss@mail.example:587/", "smtp://mail.example:587/"),
        ("smtps://desk%40example.org:pass@mail.example", "smtps://mail.example"),
        ("@app.route at 12:30 @ home, a@ b", "@app.route at 12:30 @ home, a@ b"),
    ],
)
def test_addresses_and_passwords_are_masked(said: str, told: str) -> None:
    assert masked(said) == told


@pytest.mark.parametrize("name", ["", "apscheduler.executors.default", "werkzeug", "gunicorn.access", "anybody.else"])
def test_it_holds_for_every_logger_and_every_place_where_records_are_shown(name: str) -> None:
    settings = read_settings(
        {
            "LEADUP_SMTP_URL": "smtp://desk:hunter%2F22@mail.example",
            "LEADUP_WEBHOOK_URL": "https://desk.example/in/s3cr3t?k=zzz1",
            "LEADUP_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        }
    )
    mask_logs(settings.secrets)
    log, shown = logging.getLogger(name), io.StringIO()
    place = logging.StreamHandler(shown)
    log.addHandler(place)
    try:
        try:
            raise ValueError("hunter/22 and hunter%2F22 of alice@example.org")
        except ValueError:
            log.exception("posting %s to %s", settings.webhook_secret, settings.webhook_url, stack_info=True)
        log.error("of %(who)s", {"who": "bob@example.org"})
        log.error("words that do not fit: %d", "carol@example.org")
    finally:
        log.removeHandler(place)
    told = shown.getvalue()
    assert "posting ... to ..." in told
    assert "ValueError: ... and ... of (an address)" in told
    assert "of (an address)" in told
    for secret in ("hunter", "s3cr3t", "zzz1", "whsec_", "@example.org"):
        assert secret not in told


@pytest.mark.parametrize("text", ["a", "a@[", "a@.", '"', "'", "a://", "a%40", "/alerts/manage/", "a://a"])
def test_what_anyone_may_send_is_masked_in_time_that_grows_with_its_length_alone(text: str) -> None:
    """A bad request line is logged by whoever refuses it, before any limit of rates."""

    begun = process_time()
    masked(text * (80_000 // len(text)))
    assert process_time() - begun < 5  # by squares it would be minutes

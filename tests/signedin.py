"""A browser that is signed in, and what the pages that it enters things on hold."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from service.store import tokens
from service.store.database import Store


def sign_in(client: FlaskClient, store: Store, name: str = "alice", scope: str = "write", *calendars: str) -> None:
    """Sign in by a new token of that name."""
    with store.transaction("test") as tx:
        secret = tokens.create(tx, name, scope, calendars=calendars)
    client.post("/sign-in", data={"token": secret})


def fields(text: str, which: str = "form") -> dict[str, str]:
    """The named fields of the form of that id (or of the first to an address), with what they hold."""
    form = re.search(rf'<form[^>]*(?:id="{which}"|action="{which}")[^>]*>(.*?)</form>', text, re.S)
    assert form, f"no form {which}"
    found = {}
    for tag in re.findall(r"<input[^>]*>", form[1]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form[1], re.S):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[1], re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def facts(text: str) -> dict[str, str]:
    """What the page says of how it is read."""
    shown = re.search(r'<dl class="facts">(.*?)</dl>', text, re.S)
    assert shown, text
    plain = (re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", each)).strip() for each in re.split(r"<d[td]>", shown[1])[1:])
    words = [unescape(each) for each in plain]
    return dict(zip(words[::2], words[1::2], strict=True))

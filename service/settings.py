"""What the service is told from outside: environment variables, read once, each refused in one sentence if wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from schemas.errors import DomainError

MOST_INBOX_FEEDS: Final = 100


class SettingRefused(DomainError):
    """A setting (an environment variable beginning with LEADUP_, or PORT) has a value that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Paths are absolute; `home` is LEADUP_HOME or the working folder. What holds a
    secret is not shown with the others."""

    home: Path
    store_path: Path
    mail_folder: Path
    today: date | None
    port: int
    public_url: str
    reading: str
    reads_per_minute: int
    writes_per_minute: int
    trusted_proxies: int
    smtp_url: str | None = field(repr=False)
    webhook_url: str | None = field(repr=False)
    webhook_secret: str | None = field(repr=False)
    webhook_private: str
    mail_from: str
    subscriptions_per_minute: int
    feed_memory_mb: int
    inbox_feeds: tuple[str, ...]
    inbox_private: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of the settings no log may tell: passwords, written and meant, and what an address may hold of one."""
        mail, hook = _parts(self.smtp_url), _parts(self.webhook_url)
        found = (mail.password if mail else None, self.smtp_url, self.webhook_url, self.webhook_secret)
        # With its slash: a path such as `/hook` is no part of what is said of webhooks.
        asked = f"{hook.path}?{hook.query}".rstrip("?") if hook else ""
        path = asked if asked.strip("/") else None
        # Whole, with its question mark: what an address of the inbox is asked by may be a secret.
        queries = (f"?{urlsplit(url).query}" for url in self.inbox_feeds if urlsplit(url).query)
        return tuple(form for each in (*found, path, *queries) if each for form in (each, unquote(each)))

    @property
    def reaches_out(self) -> bool:
        """Whether the public address can be reached from other machines."""
        host = urlsplit(self.public_url).hostname or ""
        return not (host == "localhost" or host.startswith("127.") or host == "::1")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises SettingRefused."""
    env = os.environ if environ is None else environ
    home = Path(env.get("LEADUP_HOME") or Path.cwd()).resolve()
    port = _whole(env, "PORT", 8000, 1, 65535)
    return Settings(
        home=home,
        store_path=home / (env.get("LEADUP_STORE") or "var/leadup.sqlite3"),
        mail_folder=home / (env.get("LEADUP_MAIL_DIR") or "var/mail"),
        today=_day(env, "LEADUP_TODAY"),
        port=port,
        public_url=_address(env, "LEADUP_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        reading=_choice(env, "LEADUP_READ", "open", ("open", "token")),
        reads_per_minute=_whole(env, "LEADUP_READS_PER_MINUTE", 6000, 1, 10**9),
        writes_per_minute=_whole(env, "LEADUP_WRITES_PER_MINUTE", 600, 1, 10**9),
        trusted_proxies=_whole(env, "LEADUP_TRUSTED_PROXIES", 0, 0, 10),
        smtp_url=env.get("LEADUP_SMTP_URL") or None,
        webhook_url=env.get("LEADUP_WEBHOOK_URL") or None,
        webhook_secret=env.get("LEADUP_WEBHOOK_SECRET") or None,
        webhook_private=_choice(env, "LEADUP_WEBHOOK_PRIVATE", "refuse", ("refuse", "allow")),
        mail_from=env.get("LEADUP_MAIL_FROM") or "Leadup <leadup@localhost>",
        subscriptions_per_minute=_whole(env, "LEADUP_SUBSCRIPTIONS_PER_MINUTE", 30, 1, 10**6),
        feed_memory_mb=_whole(env, "LEADUP_FEED_MEMORY_MB", 128, 0, 10**6),
        inbox_feeds=_addresses(env, "LEADUP_INBOX_FEEDS"),
        inbox_private=_choice(env, "LEADUP_INBOX_PRIVATE", "refuse", ("refuse", "allow")),
    )


def _parts(url: str | None) -> SplitResult | None:
    try:
        return urlsplit(url) if url else None
    except ValueError:
        return None


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingRefused(f"{name} is '{text}': give a whole number from {least} to {most}.")
    return int(text)


def _day(env: Mapping[str, str], name: str) -> date | None:
    text = env.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as cause:
        raise SettingRefused(f"{name} is '{text}': give a day as YYYY-MM-DD.") from cause


def _address(env: Mapping[str, str], name: str, default: str) -> str:
    text = (env.get(name) or default).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingRefused(f"{name} is '{text}': give an address such as https://leadup.example.")
    return text


def _addresses(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses parted by spaces or line ends: a comma may stand in one."""
    found = tuple(dict.fromkeys((env.get(name) or "").split()))
    for each in found:
        try:
            parts = urlsplit(each)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or parts.username is not None:
            detail = "give http or https addresses without a login, parted by spaces."
            raise SettingRefused(f"{name} names '{_without_login(each)}': {detail}")
    if len(found) > MOST_INBOX_FEEDS:
        raise SettingRefused(f"{name} names {len(found)} addresses: give at most {MOST_INBOX_FEEDS}.")
    return found


def _without_login(address: str) -> str:
    """An address without what may be a secret in it."""
    return re.sub(r"\?.*", "?...", re.sub(r"//[^/]*@", "//...@", address))


def _choice(env: Mapping[str, str], name: str, default: str, among: tuple[str, ...]) -> str:
    text = env.get(name) or default
    if text not in among:
        raise SettingRefused(f"{name} is '{text}': give one of {', '.join(among)}.")
    return text

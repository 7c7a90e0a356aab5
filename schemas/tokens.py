"""Tokens: who may read, write or administer, where, and until when; never their secrets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from schemas.errors import InvalidRecord, ScopeMissing
from schemas.vocabulary import SCOPES

RESERVED = ("clock", "import", "leadup", "pack")
"""What the record is signed with where no token writes: the clock, the import and other commands, and packs, which may
revise only what they have signed."""

_NAME = re.compile(r"[\w.@-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDraft:
    """A token to be made. No `calendars` means all; from the day `expires` (00:00 UTC) on it is refused."""

    name: str
    scope: str = "read"
    calendars: tuple[str, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secret; instants are UTC. A scope holds those before it: admin > write > read."""

    name: str
    scope: str
    calendars: tuple[str, ...]
    created_at: str
    created_by: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None

    @property
    def tag(self) -> str:
        """What `If-Match` compares: a fingerprint of all that it says, but for when it was last used."""
        said = (self.name, self.scope, self.calendars, self.created_at, self.expires_at, self.revoked_at)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def may(self, scope: str) -> bool:
        """Whether the token's scope holds `scope`."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def admit(self, doing: str, calendars: Iterable[str]) -> None:
        """Raise ScopeMissing unless the token may do it (`write`, `read`) in all of `calendars`.

        What names no calendar concerns all of them, so that a token limited to some is refused.
        """
        asked = set(calendars)
        beyond = sorted(asked - set(self.calendars))
        if self.calendars and (beyond or not asked):
            where = ", ".join(beyond) or "every calendar at once"
            raise ScopeMissing(
                f"The token {self.name} may {doing} only in {', '.join(self.calendars)}, not in {where}."
            )

    def standing(self, now: str) -> str:
        """`in force`, `expired` or `revoked`, at the instant `now`."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "in force"


def check(draft: TokenDraft, known: Iterable[str], today: date) -> None:
    """Raise InvalidRecord with every mistake, as `mistakes` tells them."""
    if found := mistakes(asdict(draft), known, today):
        raise InvalidRecord(found)


def mistakes(draft: Mapping[str, Any], known: Iterable[str], today: date) -> list[dict[str, Any]]:
    """What is to be refused of the fields that could be read of a draft: a name that no address can carry or that is
    RESERVED, a calendar not among `known`, an expiry not after `today`, an administrator limited to calendars (who
    could make a token that is not)."""
    name, calendars, expires = draft.get("name"), draft.get("calendars", ()), draft.get("expires")
    found = []
    if name is not None and not _NAME.fullmatch(name):
        found.append({"detail": "A name is of letters, digits and . _ @ - (at most 100).", "pointer": "/name"})
    if name is not None and name.casefold() in RESERVED:
        detail = f"Leadup itself signs the record with {', '.join(RESERVED)}: choose another name."
        found.append({"detail": detail, "pointer": "/name"})
    unknown = sorted(set(calendars) - set(known))
    if unknown:
        among = ", ".join(sorted(known)) or "none yet"
        found.append({"detail": f"{', '.join(unknown)}: unknown calendar; there are {among}.", "pointer": "/calendars"})
    if draft.get("scope") == "admin" and calendars:
        found.append({"detail": "A token of scope admin cannot be limited to calendars.", "pointer": "/calendars"})
    if expires and expires <= today:
        found.append({"detail": f"expires {expires} is not after today, {today} UTC.", "pointer": "/expires"})
    return found

"""The form of a subscription: what was typed, as the API takes it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from schemas.errors import DomainError
from schemas.subscriptions import LEAD, UNSEEN, Choices, SubscriptionDraft
from schemas.wire.fields import load
from schemas.wire.subscriptions import SubscriptionDraftSchema

_LISTS = ("matters", "given_by")
_TYPED_LISTS = ("lead_days", "unseen_days", "people")
_TEXTS = ("email", "calendar", "query", "hour", "zone", "digest", "widest_days")
FIELDS = (*_TEXTS, *_LISTS, *_TYPED_LISTS, "weekdays")


@dataclass(frozen=True)
class AlertForm:
    """What a form holds, by field: one text each, of a list each value that was ticked."""

    typed: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, sent: MultiDict[str, str]) -> AlertForm:
        """The form as it was sent; empty fields are as if left out."""
        return cls({name: tuple(each.strip() for each in sent.getlist(name) if each.strip()) for name in FIELDS})

    @classmethod
    def holding(cls, email: str, calendar: str, choices: Choices) -> AlertForm:
        """The form filled in with what was chosen."""
        plain = asdict(choices) | {"email": email, "calendar": calendar, "hour": f"{choices.hour:%H:%M}"}
        texts = {name: (str(plain[name]),) if plain[name] else () for name in _TEXTS}
        lists = {name: tuple(map(str, plain[name])) for name in _LISTS}
        typed = {name: (", ".join(map(str, plain[name])),) if plain[name] else () for name in _TYPED_LISTS}
        return cls({**texts, **lists, **typed, "weekdays": ("true",) if choices.weekdays else ()})

    def has(self, name: str, value: str) -> bool:
        """Whether a value was ticked."""
        return value in self.typed.get(name, ())

    def text(self, name: str) -> str:
        """A field as one text."""
        return ", ".join(self.typed.get(name, ()))

    @property
    def body(self) -> dict[str, Any]:
        """What the API would be sent. What is not ticked is not wished; without `lead` no lead days are."""
        sent: dict[str, Any] = {name: self.text(name) for name in _TEXTS if self.text(name)}
        sent |= {name: list(self.typed.get(name, ())) for name in _LISTS}
        for name in _TYPED_LISTS:
            parts = [each.strip() for each in self.text(name).split(",") if each.strip()]
            sent |= {name: [_number(each) for each in parts] if name != "people" else parts} if parts else {}
        if "widest_days" in sent:
            sent["widest_days"] = _number(sent["widest_days"])
        if LEAD not in sent["matters"]:
            sent.pop("lead_days", None)
        if UNSEEN not in sent["matters"]:
            sent.pop("people", None)
        return sent | {"weekdays": bool(self.typed.get("weekdays"))}

    @cached_property
    def read(self) -> tuple[SubscriptionDraft | None, dict[str, str]]:
        """The draft, None where anything is refused; and by field, what is."""
        try:
            return load(SubscriptionDraftSchema(), self.body), {}
        except DomainError as refusal:
            return None, mistakes(refusal)


def _number(text: str) -> Any:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else text


def mistakes(refusal: DomainError) -> dict[str, str]:
    """By field of the form, what is wrong with it; raises what is wrong with none."""
    found = {each["pointer"].strip("/").partition("/")[0]: each["detail"] for each in refusal.errors()}
    if not found:
        raise refusal
    return found

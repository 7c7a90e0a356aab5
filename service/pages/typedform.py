"""A form whose fields are those of the filter language: what was typed, and where a page of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from werkzeug.datastructures import MultiDict

from schemas.errors import AskedInFuture, DomainError, InvalidRecord, ThroughAhead
from schemas.queries import MULTIPLE
from service import answering
from service.doors import as_known
from service.store.asknown import AsKnown

LISTS = (*MULTIPLE, "rel", "alarms", "from_kind", "to_kind")
"""The fields that take several values, by comma or by being given again, as ticks are."""


@dataclass(frozen=True)
class TypedForm:
    """What was typed: by field, its values, none of them empty; of a list each value by itself."""

    typed: Mapping[str, tuple[str, ...]]

    repeated: ClassVar[tuple[str, ...]] = LISTS
    """The fields that may be given again."""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Self:
        """The form as an address carries it; empty fields are as if left out."""
        typed = {name: tuple(each for each in args.getlist(name) if each.strip()) for name in args}
        split = {name: _parted(given) if name in LISTS else given for name, given in typed.items()}
        return cls({name: given for name, given in split.items() if given})

    def has(self, name: str, value: str) -> bool:
        """Whether a value of a field was chosen."""
        return value in self.typed.get(name, ())

    def text(self, name: str) -> str:
        """A field as one text."""
        return (", " if name in LISTS else " ").join(self.typed.get(name, ()))

    def besides(self, name: str, offered: Sequence[str]) -> list[str]:
        """The values of a field that are not among those offered."""
        return [each for each in self.typed.get(name, ()) if each not in offered]

    def given(self, *left_out: str) -> dict[str, str]:
        """By field what was typed, as an address carries it."""
        return {name: ",".join(given) for name, given in self.typed.items() if name not in left_out}

    def twice(self) -> list[DomainError]:
        """The fields that take one value and were given more."""
        names = [name for name, given in self.typed.items() if name not in self.repeated and len(given) > 1]
        detail = "Given twice: give it once, values by comma."
        return [InvalidRecord([{"detail": detail, "pointer": f"?{name}"}]) for name in names]


class Asking(Protocol):
    """A form that can say what it asks, and what is refused of it."""

    @property
    def refused(self) -> list[DomainError]: ...

    @property
    def asked(self) -> dict[str, Any]: ...


@contextmanager
def standpoint_of(form: Asking) -> Iterator[tuple[AsKnown, list[DomainError]]]:
    """Where the form stands, or today where it asks for a day that there is not; and all that is refused of it."""
    refused, asked = list(form.refused), form.asked
    calendars = asked.get("calendar", ())
    with ExitStack() as stack:
        try:
            at = stack.enter_context(as_known(asked.get("as_known_on"), asked.get("through"), calendars))
        except (AskedInFuture, ThroughAhead, InvalidRecord) as refusal:
            refused = [*refused, refusal]
            at = stack.enter_context(as_known(calendars=calendars))
        told = {each["pointer"] for refusal in refused for each in refusal.errors()}
        unknown = [each for each in answering.unknown(at, asked) if each.errors()[0]["pointer"] not in told]
        yield at, [*refused, *unknown]


def _parted(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for each in given for part in each.split(",") if part.strip()))

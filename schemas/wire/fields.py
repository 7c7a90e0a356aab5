"""Fields of the dialect: text, days, dates with their uncertainty, comma lists; and mistakes with their pointers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from marshmallow import Schema, ValidationError, fields, validate

from schemas.days import NoDay, day_in
from schemas.errors import DomainError, InvalidRecord, refuse_together
from schemas.queries import parted
from schemas.rules import utc
from schemas.when import When, read

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_KEPT_CONTROLS = "\n\t"
_ONE_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
_ONE_WORD: Final = _ONE_LINE.replace("[^", "[^,")
LINES: Final = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
_WORDS: Final = LINES.replace(r"\x0b-\x1f", r"\x0e-\x1f")
_LARGEST = 2**53 - 2
_HALF = "Holds half of a character (a lone surrogate)."
_MOST_VALUES = 100
_UNKNOWN = "Unknown field."


class Text(fields.String):
    """Text a person can read: stripped, not empty, without control characters or halves of a character."""

    def __init__(self, *, longest: int = 500, lines: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.metadata = {"pattern": LINES if lines else _ONE_LINE, **self.metadata}
        self.longest = longest
        self.lines = lines
        self.validators = [*self.validators, validate.Length(1, longest)]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options).strip()
        _refuse_unreadable(text, _KEPT_CONTROLS if self.lines else "")
        return text


class Words(Text):
    """Words to look for; a tab or the end of a line (U+0009 to U+000D) parts them as a space does."""

    def __init__(self, *, metadata: Mapping[str, Any], **options: Any) -> None:
        super().__init__(metadata={"pattern": _WORDS, **metadata}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        spaced = re.sub(r"[\t-\r]", " ", value) if isinstance(value, str) else value
        text = super()._deserialize(spaced, attr, data, **options)
        if not text:
            raise ValidationError("Names nothing: give words, or leave the field out.")
        return text


def _refuse_unreadable(text: str, kept: str = "") -> None:
    for letter in text:
        if unicodedata.category(letter) == "Cs":
            raise ValidationError(_HALF)
        if unicodedata.category(letter) == "Cc" and letter not in kept:
            raise ValidationError(f"Holds a control character (U+{ord(letter):04X}).")


def refuse_halves(body: Any) -> None:
    """Raise InvalidRecord with every place of a JSON body where half of a character stands, which UTF-8 cannot say:
    in a text, or (with the place of what it belongs to) in a key."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidRecord([{"detail": _HALF, "pointer": pointer} for pointer in _halves(body)]) from None


def _halves(body: Any) -> list[str]:
    found, left = [], [("", body)]
    while left:
        pointer, value = left.pop()
        if isinstance(value, str) and not _sound(value):
            found.append(pointer)
        elif isinstance(value, dict):
            found += [pointer for key in value if not _sound(key)][:1]
            left += [(f"{pointer}/{_step(key)}", inner) for key, inner in value.items() if _sound(key)]
        elif isinstance(value, list):
            left += [(f"{pointer}/{place}", inner) for place, inner in enumerate(value)]
    return sorted(found)


def _sound(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _step(key: object) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """What a step of a JSON pointer stands for, as it was written."""
    return step.replace("~1", "/").replace("~0", "~")


class Day(fields.Field[date]):
    """A day as YYYY-MM-DD."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        return day_of(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return value.isoformat() if value else None


class Instant(fields.String):
    """An instant (RFC 3339; seconds may be missing), with its offset; kept as UTC with `Z`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        try:
            if _INSTANT.fullmatch(text):
                return utc(text.upper())
        except (ValueError, OverflowError):
            pass
        raise ValidationError("Not an instant: write it as 2025-12-10T06:00:00Z or with an offset.")


def day_of(value: Any) -> date:
    """The day that a text of the form YYYY-MM-DD names; raises ValidationError."""
    try:
        return day_in(value if isinstance(value, str) else "")
    except NoDay as cause:
        raise ValidationError(str(cause)) from cause


class WhenText(fields.Field[When]):
    """EDTF or words; words that need the day they were said take the record's known_on, or that of its sources."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> When:
        if not isinstance(value, str):
            raise ValidationError("Not a date in words or EDTF: write it as text.")
        try:
            return read(value, said_on=_said_on(data))
        except DomainError as refusal:
            raise ValidationError(cast("list[str | dict[str, Any]]", [refusal])) from refusal  # kept whole: `refusals`


def _said_on(data: Any) -> date | None:
    """The day a draft is known on; None where it cannot be told here: of an instant, only the zone says the day."""
    if data.get("known_on") is not None:
        return _day_or_none(data["known_on"])
    sources = data.get("sources")
    told = [each for each in sources if isinstance(each, dict)] if isinstance(sources, list) else []
    if any(each.get("published_at") for each in told):
        return None
    return max((day for each in told if (day := _day_or_none(each.get("published")))), default=None)


def _day_or_none(value: Any) -> date | None:
    try:
        return day_of(value)
    except ValidationError:
        return None


class Flag(fields.Boolean):
    """true or false, in a query."""

    default_error_messages = {"invalid": "Neither true nor false: say one of them."}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **options)


class Whole(fields.Integer):
    """A whole number, in its range, that JSON can carry exactly; 2.0 is one (JSON Schema 6.1.1), true, 1.5 and ٣ are
    none. In a query it is text."""

    def __init__(self, least: int = 0, most: int = _LARGEST, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error="Must be from {min} to {max}."), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        as_text = isinstance(value, str) and re.fullmatch(r"-?\d{1,16}", value, re.ASCII)
        whole = isinstance(value, float) and value.is_integer()
        if not as_text and not whole and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValidationError("Not a whole number.")
        return int(value)


class Several(fields.Field[tuple[str, ...]]):
    """Values of a query field, by comma as `parted` tells, at most 100; with `among`, only those."""

    def __init__(self, among: Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        # A word with nothing in it but the comma that parts it from the next; of `type` string, one alone.
        word = {"type": "string", **({"enum": list(among)} if among else {"pattern": _ONE_WORD})}
        several = {"type": "array", "minItems": 1, "maxItems": _MOST_VALUES, "items": word}
        self.metadata = {**(word if self.metadata.get("type") == "string" else several), **self.metadata}
        self.among = among

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[str, ...]:
        _refuse_unreadable(str(value))
        found = parted(str(value))
        if not found:
            raise ValidationError("Names nothing: give a value, or leave the field out.")
        if len(found) > _MOST_VALUES:
            raise ValidationError(f"Names {len(found)} values: give at most {_MOST_VALUES} at once.")
        unknown = [each for each in found if self.among is not None and each not in self.among]
        if unknown:
            raise ValidationError(f"{', '.join(unknown)}: unknown; one of {', '.join(self.among or ())}.")
        return tuple(dict.fromkeys(found))


def refusals(messages: Any, prefix: str = "/") -> list[DomainError]:
    """marshmallow's nested messages as one refusal each, with its pointer: RFC 6901 in a body, `?field` in a query.
    Known fields stand in the order of the schema; unknown ones, which marshmallow gives in none, follow by pointer."""
    found = sorted(_walk(messages, ()), key=_order)
    if prefix == "/":
        return [_refusal(told, "".join(f"/{step}" for step in path)) for path, told in found]
    return [_refusal(told, prefix + "".join(path[:1])) for path, told in found]


def _order(mistake: tuple[tuple[str, ...], str | DomainError]) -> list[tuple[int, str]]:
    path, told = mistake
    if told != _UNKNOWN:
        return []
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in path]


def _refusal(told: str | DomainError, pointer: str) -> DomainError:
    if isinstance(told, DomainError):
        told.pointer = pointer
        return told
    return InvalidRecord([{"detail": told, "pointer": pointer}])


def _walk(messages: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], str | DomainError]]:
    if isinstance(messages, Mapping):
        found = []
        for key, inner in messages.items():
            step = () if key == "_schema" else (_step(key),)
            found += _walk(inner, (*path, *step))
        return found
    if isinstance(messages, str | DomainError):
        return [(path, messages)]
    return [each for message in messages for each in _walk(message, path)]


def load(schema: Schema, data: Any, prefix: str = "/") -> Any:
    """What a schema reads out of `data`; raises the one refusal there is, or InvalidRecord with every mistake."""
    try:
        return schema.load(data)
    except ValidationError as cause:
        refuse_together(refusals(cause.messages, prefix))
        raise


def load_part(schema: Schema, data: Any, prefix: str = "/") -> tuple[Any, dict[str, Any], list[DomainError]]:
    """What a schema reads out of `data`, None where it refuses any of it; by field, what of that it could read; and
    every refusal."""
    try:
        return schema.load(data), {}, []
    except ValidationError as cause:
        return None, cast("dict[str, Any]", cause.valid_data), refusals(cause.messages, prefix)

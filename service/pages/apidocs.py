"""The OpenAPI document, read to be shown: operations by tag, and of each shape its fields in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, urlencode

Said = list[tuple[str, str]]
"""A sentence in parts: ("text", ...) as it stands, ("shape", ...) the name of a shape to be linked."""

_MOST: Final = {"maxLength": "at most {:,} characters", "maxItems": "at most {:,}", "maximum": "at most {:,}"}
_FORMATS: Final = {
    "date": "a day, YYYY-MM-DD",
    "date-time": "an instant with its offset, as RFC 3339 has it",
    "uri": "an address",
    "email": "an e-mail address",
    "binary": "the bytes of a file",
}
_TYPES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "null": "null",
}
_LARGEST: Final = 1_000_000
"""Bounds beyond it are those of the machine, and say nothing to a reader."""


@dataclass(frozen=True)
class Field:
    """A field of a shape, or a parameter: dotted where it lies in an object that has no name of its own."""

    name: str
    said: Said
    required: bool
    about: str
    example: str | None = None
    where: str = ""
    choices: tuple[str, ...] = ()
    """All that may be asked, where that is a choice of one."""
    repeated: bool = False
    """Whether it is given once for each value; then `example` has one a line, as a form does."""


@dataclass(frozen=True)
class Answer:
    """What an operation answers with a status: bodies as (media type, shape in words)."""

    status: str
    about: str
    bodies: list[tuple[str, Said]]
    headers: list[str]
    leads_to: list[str]


@dataclass(frozen=True)
class Operation:
    """An operation: `body` as (media type, shape in words, example)."""

    name: str
    method: str
    path: str
    tag: str
    summary: str
    about: str
    token: bool
    parameters: list[Field]
    body: list[tuple[str, Said, str]]
    answers: list[Answer]

    @property
    def asked(self) -> list[str]:
        """The parts of its path and the query fields."""
        return [each.name for each in self.parameters if each.where in ("path", "query")]

    @property
    def needed(self) -> list[str]:
        """The parts of its path."""
        return [each.name for each in self.parameters if each.where == "path"]

    @property
    def example(self) -> dict[str, str]:
        """The parts of its path, as in the examples."""
        return {each.name: each.example or "" for each in self.parameters if each.where == "path"}

    def address(self, asked: Mapping[str, str]) -> str:
        """The address that asks this, empty fields left out; raises KeyError for a part of the path that is not
        there."""
        path = re.sub(r"{(\w+)}", lambda part: quote(asked[part[1]], safe=""), self.path)
        typed = ((each, asked.get(each.name, "")) for each in self.parameters if each.where == "query")
        fields = [
            (each.name, value.strip())
            for each, text in typed
            for value in (text.splitlines() if each.repeated else [text])
            if value.strip()
        ]
        return f"{path}?{urlencode(fields, safe=',:')}" if fields else path


class Described:
    """An OpenAPI 3.1 document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.shapes: Mapping[str, Any] = document["components"]["schemas"]
        self.headers: Mapping[str, Any] = document["components"]["headers"]
        self.about: list[str] = document["info"]["description"].split("\n\n")
        self.token: str = document["components"]["securitySchemes"]["token"]["description"]

    @cached_property
    def tags(self) -> list[tuple[str, str, list[Operation]]]:
        """(name, about, operations) of each tag, in the order of the document."""
        every = self.operations.values()
        return [
            (tag["name"], tag["description"], [each for each in every if each.tag == tag["name"]])
            for tag in self._document["tags"]
        ]

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id."""
        found = (
            self._operation(method, path, told)
            for path, item in self._document["paths"].items()
            for method, told in item.items()
        )
        return {each.name: each for each in found}

    def _operation(self, method: str, path: str, told: Mapping[str, Any]) -> Operation:
        content = told.get("requestBody", {}).get("content", {})
        return Operation(
            name=told["operationId"],
            method=method.upper(),
            path=path,
            tag=told["tags"][0],
            summary=told["summary"],
            about=told.get("description", ""),
            token=bool(told.get("security")),
            parameters=[_parameter(each) for each in told.get("parameters", [])],
            body=[(type_, said(each["schema"]), _shown(each.get("example"))) for type_, each in content.items()],
            answers=[self._answer(status, each) for status, each in told["responses"].items()],
        )

    def _answer(self, status: str, told: Mapping[str, Any]) -> Answer:
        if "$ref" in told:
            told = self._document["components"]["responses"][_last(told["$ref"])]
        return Answer(
            status=status,
            about=told["description"],
            bodies=[(type_, said(each.get("schema", {}))) for type_, each in told.get("content", {}).items()],
            headers=list(told.get("headers", {})),
            leads_to=[each["operationId"] for each in told.get("links", {}).values()],
        )

    def fields(self, name: str) -> list[Field]:
        """The fields of a shape, with those of the shapes that it is made of."""
        return list(self._fields(self.shapes[name], ""))

    def _fields(self, shape: Mapping[str, Any], before: str) -> Iterator[Field]:
        own = shape.get("properties", {})
        for part in shape.get("allOf", []):
            whole = self.shapes[_last(part["$ref"])] if "$ref" in part else part
            yield from (each for each in self._fields(whole, before) if each.name.partition(".")[0] not in own)
        for name, told in own.items():
            required = name in shape.get("required", [])
            yield Field(before + name, said(told), required, told.get("description", ""))
            inner = told.get("items", told)
            if isinstance(inner, Mapping) and "properties" in inner:
                yield from self._fields(inner, f"{before}{name}{'[]' if inner is not told else ''}.")


def _parameter(told: Mapping[str, Any]) -> Field:
    repeated = told["schema"].get("type") == "array" and told.get("explode", True)
    example = told.get("example")
    if example is not None:
        example = "\n".join(map(_worded, example)) if repeated else _worded(example)
    return Field(
        told["name"],
        said(told["schema"]),
        told.get("required", False),
        told.get("description", ""),
        example,
        told["in"],
        _choices(told["schema"]),
        repeated,
    )


def _choices(shape: Mapping[str, Any]) -> tuple[str, ...]:
    return ("true", "false") if shape.get("type") == "boolean" else tuple(shape.get("enum", ()))


def said(shape: Mapping[str, Any]) -> Said:
    """What a shape takes, in words."""
    if "$ref" in shape:
        return [("shape", _last(shape["$ref"]))]
    for name, joint in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")):
        if name in shape:
            return _joined([said(each) for each in shape[name]], joint)
    if "const" in shape:
        return [("text", _worded(shape["const"]))]
    if "enum" in shape:
        return [("text", "one of " + ", ".join(_worded(each) for each in shape["enum"]))]
    types = shape.get("type", "any value")
    return _joined([_of_type(each, shape) for each in (types if isinstance(types, list) else [types])], " or ")


def _of_type(type_: str, shape: Mapping[str, Any]) -> Said:
    bounds = "" if type_ == "null" else _bounds(shape)
    if type_ == "array":
        return [("text", f"a list{bounds}, each "), *said(shape.get("items", {}))]
    words = _FORMATS.get(shape.get("format", "")) if type_ == "string" else None
    return [("text", (words or _TYPES.get(type_, type_)) + bounds)]


def _bounds(shape: Mapping[str, Any]) -> str:
    most = [words.format(shape[name]) for name, words in _MOST.items() if shape.get(name, _LARGEST) < _LARGEST]
    least = f", at least {shape['minimum']:,}" if shape.get("minimum") else ""
    return least + "".join(f", {each}" for each in most)


def _joined(parts: list[Said], joint: str) -> Said:
    found: Said = []
    for each in parts:
        found += [*([("text", joint)] if found else []), *each]
    return found


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _worded(value: Any) -> str:
    """An example as it is written in an address."""
    if isinstance(value, list):
        return ",".join(map(_worded, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shown(value: Any) -> str:
    """An example as it is sent."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

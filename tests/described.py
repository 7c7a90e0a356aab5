"""The OpenAPI document as tests hold answers against it: jsonschema checks, by references into the document itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.wrappers import Response

Operation = dict[str, Any]
_ADDRESS = "urn:leadup:openapi"


@dataclass(frozen=True)
class Described:
    """A document, with what an answer breaks of it."""

    document: dict[str, Any]
    registry: Registry[Any] = field(init=False)

    def __post_init__(self) -> None:
        resource = DRAFT202012.create_resource(self.document)
        object.__setattr__(self, "registry", Registry().with_resource(_ADDRESS, resource))

    def operations(self) -> Iterator[tuple[str, str, Operation]]:
        """(path, method, operation) of each."""
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def operation(self, method: str, path: str) -> Operation | None:
        """That of a method and a path with its parameters in braces, if it is described."""
        found: Operation | None = self.document["paths"].get(path, {}).get(method.lower())
        return found

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """What a part of the document says, or refers to."""
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part

    def broken_by(self, answer: Response, operation: Operation) -> list[str]:
        """In which points an answer is not as its operation says; it has been read whole."""
        told = operation["responses"].get(str(answer.status_code))
        if told is None:
            return [f"{answer.status_code} is not described"]
        told = self.resolved(told)
        headers = {name: self.resolved(each) for name, each in told.get("headers", {}).items()}
        missing = [
            f"no {name}" for name, each in headers.items() if each.get("required") and name not in answer.headers
        ]
        return missing + self._body_broken(answer, told)

    def _body_broken(self, answer: Response, told: dict[str, Any]) -> list[str]:
        content, type_ = told.get("content"), answer.mimetype or ""
        if not content:
            # The server leaves out the body of a 304, after we have looked.
            return [] if not answer.data or answer.status_code == 304 else ["a body, and none is described"]
        if type_ not in content:
            return [f"{type_} is not among {', '.join(content)}"]
        if not type_.endswith("json"):
            return []
        return [each.message[:500] for each in self._validator(content[type_]).iter_errors(answer.json)]

    def _validator(self, media: dict[str, Any]) -> Draft202012Validator:
        schema = _based(media["schema"])
        formats = Draft202012Validator.FORMAT_CHECKER
        return Draft202012Validator(schema, registry=self.registry, format_checker=formats)


def _based(part: Any) -> Any:
    """A schema out of the document, its references made whole."""
    if isinstance(part, dict):
        return {key: _ADDRESS + each if key == "$ref" else _based(each) for key, each in part.items()}
    return [_based(each) for each in part] if isinstance(part, list) else part

"""An example of every request, as the shipped calendar tells it (`examples.toml` in its pack), in the document."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from service.importing import PACKS


@lru_cache(maxsize=1)
def told() -> dict[str, dict[str, Any]]:
    """By operation, the example of each parameter by name; under `body`, that of the body by media type."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(PACKS.glob("*/examples.toml")):
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def show(operations: dict[str, dict[str, Any]]) -> None:
    """Write the examples into the operations of the document, by their names."""
    for name, operation in operations.items():
        asked = told().get(name, {})
        shown = [
            each | {"example": asked[each["name"]]} if each["name"] in asked else each
            for each in operation["parameters"]
        ]
        operation["parameters"] = shown
        for type_, content in operation.get("requestBody", {}).get("content", {}).items():
            content["example"] = asked["body"][type_]

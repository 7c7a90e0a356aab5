"""Answers about names, as the JSON that clients rely on."""

from __future__ import annotations

from typing import Any

from schemas.names import NameSeen
from schemas.wire.answers import day


def name(value: NameSeen) -> dict[str, Any]:
    """{type, slug, name, native, variants, former: [{name, until}], part_of, count, first_seen, last_seen}"""
    entry = value.name
    return {
        "type": entry.type,
        "slug": entry.slug,
        "name": entry.name,
        "native": entry.native,
        "variants": [each for each in entry.variants if each not in (entry.name, entry.native)],
        "former": [{"name": each.name, "until": day(each.until)} for each in entry.former],
        "part_of": entry.part_of,
        "count": value.seen.count,
        "first_seen": day(value.seen.first),
        "last_seen": day(value.seen.last),
    }


def beside(value: NameSeen) -> dict[str, Any]:
    """A name beside another: {slug, name, part_of, count}, `count` of the events that bear both."""
    entry = value.name
    return {"slug": entry.slug, "name": entry.name, "part_of": entry.part_of, "count": value.seen.count}

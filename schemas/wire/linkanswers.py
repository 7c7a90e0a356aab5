"""Answers about links: their history, the graph around an event, suggestions."""

from __future__ import annotations

from typing import Any

from schemas.links import Chain, Edge, LinkRecorded, Node, Suggestion
from schemas.wire.answers import changes, day, end, when, whole_link


def link_revision(value: LinkRecorded, before: LinkRecorded | None) -> dict[str, Any]:
    """{sequence, known_on, recorded_at, recorded_by, why, replaced, link, changes}"""
    shape = whole_link(value.link)
    return {
        "sequence": value.link.sequence,
        "known_on": day(value.link.known_on),
        "recorded_at": value.link.recorded_at,
        "recorded_by": value.link.recorded_by,
        "why": value.why,
        "replaced": value.replaced,
        "link": shape,
        "changes": changes(whole_link(before.link), shape) if before else [],
    }


def history(recorded: list[LinkRecorded]) -> list[dict[str, Any]]:
    """Revisions in order, each with what it changed in the one before it that was not replaced."""
    items, before = [], None
    for each in recorded:
        items.append(link_revision(each, before))
        if not each.replaced:
            before = each
    return items


def chain(value: Chain) -> dict[str, Any]:
    """{nodes, edges, truncated}"""
    return {
        "nodes": [_node(node) for node in value.nodes],
        "edges": [_edge(edge) for edge in value.edges],
        "truncated": value.truncated,
    }


def _node(value: Node) -> dict[str, Any]:
    return {
        "id": value.id,
        "title": value.title,
        "kind": value.kind,
        "when": when(value.when),
        "status": value.status,
        "hops": value.hops,
    }


def _edge(value: Edge) -> dict[str, Any]:
    return {
        "id": value.id,
        "rel": value.rel,
        "from": value.subject,
        "to": value.target,
        "gap_days": list(value.gap_days),
        "state": value.state,
    }


def suggestion(value: Suggestion) -> dict[str, Any]:
    """{id, rel, from, to, score, reasons}"""
    return {
        "id": value.id,
        "rel": value.rel,
        "from": end(value.subject),
        "to": end(value.target),
        "score": value.score,
        "reasons": list(value.reasons),
    }

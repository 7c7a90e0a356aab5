"""Where an answer leads: the links between operations (OpenAPI Link Objects), for people, generators and testers."""

from __future__ import annotations

from typing import Any, Final

_EVENT: Final = {"event_id": "$response.body#/id"}
_FIRST_EVENT: Final = {"event_id": "$response.body#/items/0/id"}
_LINK: Final = {"link_id": "$response.body#/id"}
_FIRST_LINK: Final = {"link_id": "$response.body#/items/0/id"}
_SUGGESTION: Final = {"suggestion_id": "$response.body#/items/0/id"}
_SLUG: Final = {"slug": "$response.body#/slug"}
_NAME: Final = {"name": "$response.body#/name"}
_ADDRESS: Final = {"slug": "$response.body#/feed", "address_id": "$response.body#/id"}
_SECRET: Final = {"secret": "$response.body#/secret"}
_TAG: Final = {"If-Match": "$response.header.ETag"}
_ABOUT_EVENT: Final = ("get_event", "list_revisions", "get_chain", "event_feed", "event_news")

LEADS: Final[dict[tuple[str, int], dict[str, dict[str, str]]]] = {
    ("list_events", 200): dict.fromkeys(_ABOUT_EVENT, _FIRST_EVENT),
    ("create_event", 201): dict.fromkeys(_ABOUT_EVENT, _EVENT)
    | {
        "amend_event": _EVENT | _TAG,
        "list_links": {"event": "$response.body#/id"},
        "list_suggestions": {"event": "$response.body#/id"},
    },
    ("get_event", 200): {
        "list_revisions": _EVENT,
        "get_chain": _EVENT,
        "event_feed": _EVENT,
        "event_news": _EVENT,
        "amend_event": _EVENT | _TAG,
        "list_links": {"event": "$response.body#/id"},
        "get_calendar": {"slug": "$response.body#/calendar"},
    },
    ("amend_event", 200): dict.fromkeys(_ABOUT_EVENT, _EVENT) | {"amend_event": _EVENT | _TAG},
    ("list_links", 200): {"get_link": _FIRST_LINK, "list_link_revisions": _FIRST_LINK},
    ("create_link", 201): {
        "get_link": _LINK,
        "list_link_revisions": _LINK,
        "amend_link": _LINK | _TAG,
        "get_event": {"event_id": "$response.body#/from/id"},
        "get_chain": {"event_id": "$response.body#/to/id"},
    },
    ("get_link", 200): {"list_link_revisions": _LINK, "amend_link": _LINK | _TAG},
    ("amend_link", 200): {"get_link": _LINK, "list_link_revisions": _LINK, "amend_link": _LINK | _TAG},
    ("list_suggestions", 200): {"accept_suggestion": _SUGGESTION, "reject_suggestion": _SUGGESTION},
    ("accept_suggestion", 201): {"get_link": _LINK, "amend_link": _LINK | _TAG},
    ("reject_suggestion", 201): {"get_link": _LINK, "amend_link": _LINK | _TAG},
    ("list_calendars", 200): {
        "get_calendar": {"slug": "$response.body#/items/0/slug"},
        "calendar_feed": {"slug": "$response.body#/items/0/slug"},
        "calendar_news": {"slug": "$response.body#/items/0/slug"},
        "list_kinds": {},
    },
    ("study_leadups", 200): {"get_leadup": {"event_id": "$response.body#/anchors/0/id"}},
    ("get_leadup", 200): {"get_event": {"event_id": "$response.body#/meeting/id"}},
    ("get_leadup_so_far", 200): {"get_event": {"event_id": "$response.body#/meeting/id"}},
    ("list_gaps", 200): {"get_event": {"event_id": "$response.body#/sites/0/first/id"}},
    ("list_names", 200): {
        "get_name": {"type_": "$response.body#/items/0/type", "name": "$response.body#/items/0/slug"},
        "list_names_of_type": {"type_": "$response.body#/items/0/type"},
    },
    ("get_name", 200): {"get_event": {"event_id": "$response.body#/last_event/id"}},
    ("list_changes", 200): {"list_changes": {"after": "$response.body#/last"}},
    ("list_windows", 200): {"get_event": {"event_id": "$response.body#/items/0/event/id"}},
    ("create_import", 201): {"get_import": {"import_id": "$response.body#/id"}, "list_imports": {}},
    ("list_imports", 200): {"get_import": {"import_id": "$response.body#/items/0/id"}},
    ("create_token", 201): {"get_token": _NAME},
    ("get_token", 200): {"revoke_token": _NAME | _TAG},
    ("list_feeds", 200): {"get_feed": {"slug": "$response.body#/items/0/slug"}},
    ("save_feed", 201): {
        "feed_news": _SLUG,
        "get_feed": _SLUG,
        "named_feed": _SLUG,
        "change_feed": _SLUG | _TAG,
        "drop_feed": _SLUG | _TAG,
        "make_feed_address": _SLUG,
    },
    ("get_feed", 200): {"named_feed": _SLUG, "make_feed_address": _SLUG, "list_feed_addresses": _SLUG},
    ("change_feed", 200): {"get_feed": _SLUG, "named_feed": _SLUG, "drop_feed": _SLUG | _TAG},
    ("make_feed_address", 201): {
        "get_feed_address": _ADDRESS,
        "revoke_feed_address": _ADDRESS | _TAG,
        "private_feed": _SECRET,
        "private_news": _SECRET,
    },
    ("get_feed_address", 200): {"revoke_feed_address": _ADDRESS | _TAG},
}
"""By operation and status: the operations that take something of its answer, and what."""


def lead_on(operations: dict[str, dict[str, Any]]) -> None:
    """Write `LEADS` into the operations of the document, by their names."""
    for (name, status), leads in LEADS.items():
        operations[name]["responses"][str(status)]["links"] = {
            target: {"operationId": target, "parameters": _located(operations[target], parameters)}
            for target, parameters in leads.items()
        }


def _located(target: dict[str, Any], parameters: dict[str, str]) -> dict[str, str]:
    """Parameters by their place and name, `header.If-Match`: so no two of one name can be meant."""
    places = {each["name"]: each["in"] for each in target["parameters"]}
    return {f"{places[name]}.{name}": value for name, value in parameters.items()}

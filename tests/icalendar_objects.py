"""A strict reader of calendar objects: what RFC 5545, 7986 and 9253 ask of components, properties and parameters.

Each rule has a name and the section it comes from; `Breach.rule` says which was broken, so that a test can hold every
rule against a text that breaks it and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from tests.icalendar_grammar import ContentLine, content_lines
from tests.icalendar_properties import COMPONENTS, PROPERTIES, RELATIONS, TEMPORAL, Property
from tests.icalendar_values import is_a

RULES: Final = {
    "nested": "every BEGIN has its END, one VCALENDAR holds everything (RFC 5545 section 3.4)",
    "known component": "a component is one of its parent's (3.6)",
    "not empty": "VCALENDAR holds a component (3.6), VTIMEZONE an observance (3.6.5)",
    "properties first": "properties stand before components (3.4, 3.6)",
    "known property": "a property is one of its component's, or an X- one (3.6, 3.8)",
    "must stand": "what is REQUIRED stands (3.6)",
    "at most once": "what MUST NOT occur more than once does not (3.6)",
    "known parameter": "a parameter is one of its property's, or an X- one (3.2, 3.8)",
    "needed parameter": "LINKREL at LINK (RFC 9253 section 8.2); VALUE where no default is (RFC 7986 section 5.7)",
    "value type": "VALUE names a type of the property (RFC 5545 sections 3.2.20, 3.8)",
    "value": "the value is of its type, and of the property's list of values (3.3, 3.8)",
    "end or duration": "DTEND and DURATION do not both stand (3.6.1)",
    "end after start": "DTEND is of DTSTART's type and later (3.8.2.2)",
    "days in days": "the DURATION of what starts on a day is in days or weeks (3.6.1)",
    "zone of clocks": "TZID stands at local times only (3.2.19)",
    "zone is told": "each TZID has its VTIMEZONE, once (3.2.19, 3.6.5)",
    "zone covers": "no local time lies before the first onset that its VTIMEZONE tells (3.6.5)",
    "local onset": "an observance's DTSTART is local time without TZID (3.6.5)",
    "one of a UID": "no two events have a UID, as there are no repetitions (3.8.4.7)",
    "counted up": "SEQUENCE, REPEAT and PRIORITY are not negative (3.8.7.4)",
    "alarm shows": "a DISPLAY alarm has its DESCRIPTION (3.6.6)",
    "alarm repeats": "REPEAT and DURATION of an alarm stand together (3.6.6)",
    "one language": "NAME and DESCRIPTION of a calendar stand once a language (RFC 7986 section 5.1, 5.2)",
    "refresh forward": "REFRESH-INTERVAL is positive (RFC 7986 section 5.7)",
    "colour by name": "COLOR is a name of CSS3, so letters (RFC 7986 section 5.9)",
    "relation": "RELTYPE and LINKREL are of their registers, a URI in quotes, or X- (RFC 5545 3.2.15, RFC 9253 6.1)",
    "gap of time": "GAP, a DURATION, stands at temporal relations only (RFC 9253 sections 5, 6.2)",
    "bytes as letters": "a BINARY value has ENCODING=BASE64 (RFC 5545 section 3.1.3, RFC 7986 section 5.10)",
}


class Breach(AssertionError):
    """A rule that the text breaks, and where."""

    def __init__(self, rule: str, where: object) -> None:
        super().__init__(f"{rule} [{RULES[rule]}]: {where}")
        self.rule = rule


@dataclass(slots=True)
class Component:
    """A component: its properties and the components in it, both in their order."""

    name: str
    lines: list[ContentLine] = field(default_factory=list)
    components: list[Self] = field(default_factory=list)

    def first(self, name: str) -> ContentLine | None:
        """The first property of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def inside(self, name: str) -> list[Self]:
        """The components of that name in it."""
        return [component for component in self.components if component.name == name]

    def walk(self) -> Iterator[Self]:
        """It and all in it."""
        yield self
        for component in self.components:
            yield from component.walk()


def calendar_object(octets: bytes) -> Component:
    """The VCALENDAR of a whole stream; Breach at the first rule broken, AssertionError at an unreadable line."""
    calendar = _nested(content_lines(octets))
    for component in calendar.walk():
        _check_names(component)
        for line in component.lines:
            if not line.name.startswith("X-"):
                _check_line(line)
        if check := _CHECKS.get(component.name):
            check(component)
    _check_whole(calendar)
    return calendar


def _hold(condition: object, rule: str, where: object) -> None:
    if not condition:
        raise Breach(rule, where)


def _nested(lines: list[ContentLine]) -> Component:
    stream = Component("")
    open_ = [stream]
    for line in lines:
        if line.name == "BEGIN":
            component = Component(line.value)
            open_[-1].components.append(component)
            open_.append(component)
        elif line.name == "END":
            _hold(len(open_) > 1 and open_.pop().name == line.value, "nested", line)
        else:
            _hold(not open_[-1].components, "properties first", line)
            open_[-1].lines.append(line)
    whole = len(open_) == 1 and [each.name for each in stream.components] == ["VCALENDAR"] and not stream.lines
    _hold(whole, "nested", "the stream")
    return stream.components[0]


def _check_names(component: Component) -> None:
    holds = COMPONENTS[component.name]
    for inner in component.components:
        _hold(inner.name in holds.components, "known component", inner.name)
    _hold(component.components or component.name not in ("VCALENDAR", "VTIMEZONE"), "not empty", component.name)
    seen = Counter(line.name for line in component.lines)
    for name in holds.must:
        _hold(seen[name], "must stand", f"{name} of {component.name}")
    for name, count in seen.items():
        if name in holds.must | holds.once:
            _hold(count == 1, "at most once", f"{name} of {component.name}")
        else:
            _hold(name in holds.many or re.match(r"X-.", name), "known property", f"{name} of {component.name}")


def _check_line(line: ContentLine) -> None:
    rule = PROPERTIES[line.name]
    known = rule.parameters | rule.needs | {"VALUE"}
    for name in line.parameters:
        _hold(name in known or re.match(r"X-.", name), "known parameter", line)
    _hold(rule.needs <= line.parameters.keys(), "needed parameter", line)
    _hold(not rule.explicit or "VALUE" in line.parameters, "needed parameter", line)
    _check_value(line, rule)


def _check_value(line: ContentLine, rule: Property) -> None:
    named = {"UTC": "DATE-TIME", "TEXTS": "TEXT"}
    types = {named.get(each, each): each for each in rule.types}
    type_ = types.get(line.parameters.get("VALUE", next(iter(types))))
    _hold(type_, "value type", line)
    assert type_ is not None
    _hold(type_ == "XML-REFERENCE" or is_a(type_, line.value), "value", line)
    _hold(not rule.choices or line.value in rule.choices, "value", line)
    if line.name in ("SEQUENCE", "REPEAT", "PRIORITY"):
        _hold(int(line.value) >= 0, "counted up", line)
    if type_ == "BINARY":
        _hold(line.parameters.get("ENCODING") == "BASE64", "bytes as letters", line)


def _check_calendar(calendar: Component) -> None:
    said = Counter(
        (line.name, line.parameters.get("LANGUAGE")) for line in calendar.lines if line.name in ("NAME", "DESCRIPTION")
    )
    _hold(max(said.values(), default=1) == 1, "one language", said)
    if refresh := calendar.first("REFRESH-INTERVAL"):
        _hold(refresh.value[0] != "-" and re.search("[1-9]", refresh.value), "refresh forward", refresh)
    _check_colour(calendar)


def _check_colour(component: Component) -> None:
    if colour := component.first("COLOR"):
        _hold(re.fullmatch("[A-Za-z]+", colour.value), "colour by name", colour)


def _check_event(event: Component) -> None:
    start, end, duration = event.first("DTSTART"), event.first("DTEND"), event.first("DURATION")
    assert start is not None
    _hold(not (end and duration), "end or duration", end)
    for line in filter(None, (start, end)):
        local = line.parameters.get("VALUE") != "DATE" and not line.value.endswith("Z")
        _hold(local or "TZID" not in line.parameters, "zone of clocks", line)
    if end:
        alike = [(each.parameters.get("VALUE"), len(each.value)) for each in (start, end)]
        _hold(alike[0] == alike[1] and end.value > start.value, "end after start", end)
    if duration and start.parameters.get("VALUE") == "DATE":
        _hold(re.fullmatch(r"\+?P\d+[DW]", duration.value), "days in days", duration)
    _check_colour(event)
    for line in event.lines:
        _check_relation(line)


def _check_relation(line: ContentLine) -> None:
    if line.name == "RELATED-TO":
        relation = line.parameters.get("RELTYPE", "PARENT")
        _hold(relation in RELATIONS or relation.startswith("X-"), "relation", line)
        if gap := line.parameters.get("GAP"):
            _hold(relation in TEMPORAL and is_a("DURATION", gap), "gap of time", line)
    if line.name == "LINK":
        relation = line.parameters["LINKREL"]
        _hold(re.fullmatch(r"[A-Za-z0-9.-]+", relation) or is_a("URI", relation), "relation", line)


def _check_alarm(alarm: Component) -> None:
    action = alarm.first("ACTION")
    assert action is not None
    _hold(action.value != "DISPLAY" or alarm.first("DESCRIPTION"), "alarm shows", action)
    _hold(bool(alarm.first("REPEAT")) == bool(alarm.first("DURATION")), "alarm repeats", action)


def _check_observance(observance: Component) -> None:
    onset = observance.first("DTSTART")
    assert onset is not None
    _hold(is_a("LOCAL", onset.value) and not onset.parameters, "local onset", onset)


def _check_whole(calendar: Component) -> None:
    """What no component can say alone: zones and UIDs."""
    zones: dict[str, str] = {}
    for zone in calendar.inside("VTIMEZONE"):
        told = next(line.value for line in zone.lines if line.name == "TZID")
        _hold(told not in zones, "zone is told", told)
        zones[told] = min(line.value for part in zone.components if (line := part.first("DTSTART")))
    for line in (line for event in calendar.inside("VEVENT") for line in event.lines if "TZID" in line.parameters):
        _hold(line.parameters["TZID"] in zones, "zone is told", line)
        _hold(zones[line.parameters["TZID"]] <= line.value, "zone covers", line)
    uids = Counter(line.value for event in calendar.inside("VEVENT") if (line := event.first("UID")))
    _hold(max(uids.values(), default=1) == 1, "one of a UID", uids.most_common(1))


_CHECKS: Final = {
    "VCALENDAR": _check_calendar,
    "VEVENT": _check_event,
    "VALARM": _check_alarm,
    "STANDARD": _check_observance,
    "DAYLIGHT": _check_observance,
}

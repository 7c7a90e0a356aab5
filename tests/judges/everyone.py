"""Every judge, as parameters of tests: those that start programs are slow, some need what the machine may lack."""

from __future__ import annotations

import pytest

from tests.judges.grammar import by_grammar
from tests.judges.khal import by_khal, without_made_up_end
from tests.judges.libical import by_libical
from tests.judges.nodes import by_icaljs, by_node_ical
from tests.judges.pythons import by_icalendar, by_ics, by_recurring_ical_events, by_vobject
from tests.judges.shown import Judge
from tests.judges.vdirsyncer import by_vdirsyncer, without_uid

OURS = Judge(by_grammar)

IN_PROCESS = [
    pytest.param(OURS, id="grammar"),
    pytest.param(Judge(by_icalendar), id="icalendar"),
    pytest.param(Judge(by_recurring_ical_events), id="recurring-ical-events"),
    pytest.param(Judge(by_vobject), id="vobject"),
    pytest.param(Judge(by_ics), id="ics.py"),
    pytest.param(Judge(by_libical), id="libical", marks=pytest.mark.libical),
]

EVERY_JUDGE = [
    *IN_PROCESS,
    pytest.param(Judge(by_icaljs), id="ical.js", marks=[pytest.mark.slow, pytest.mark.node]),
    pytest.param(Judge(by_node_ical), id="node-ical", marks=[pytest.mark.slow, pytest.mark.node]),
    pytest.param(Judge(by_khal, without_made_up_end), id="khal", marks=pytest.mark.slow),
    pytest.param(Judge(by_vdirsyncer, without_uid), id="vdirsyncer", marks=pytest.mark.slow),
]

"""ical.js (Thunderbird's reader) and node-ical (npm), each in a Node.js process of its own.

Their versions stand in `programs/package-lock.json`; the Makefile installs them with `npm ci`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.judges.shown import Shown, from_rows

PROGRAMS = Path(__file__).with_name("programs")


def by_icaljs(octets: bytes) -> list[Shown]:
    """ical.js, in its strict mode, with the feed's own VTIMEZONEs."""
    return _asked("icaljs.mjs", octets)


def by_node_ical(octets: bytes) -> list[Shown]:
    """node-ical."""
    return _asked("nodeical.mjs", octets)


def _asked(program: str, octets: bytes) -> list[Shown]:
    # A zone far from the feed's own and with summer time: a day must stay a day on any clock.
    environ = {**os.environ, "TZ": "America/New_York"}
    ended = subprocess.run(["node", PROGRAMS / program], input=octets, capture_output=True, env=environ, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
    return from_rows(json.loads(ended.stdout))

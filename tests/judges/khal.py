"""khal, a calendar program for terminals: `khal import`, then `khal list`, in a home folder of its own.

Narrowed: khal shows what has a time of day and no end as an hour long (its `sanitize_timerange` makes up the end), so
the end of such entries is not compared.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from tests.judges.shown import Shown

_CONFIG: Final = """
[calendars]
[[feed]]
path = {home}/feed
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%SZ
longdatetimeformat = %Y-%m-%dT%H:%M:%SZ
[sqlite]
path = {home}/khal.db
"""
_FIELDS: Final = ("start", "end", "title", "status", "uid", "all-day")
_MEMORY: Final = Path("/dev/shm")


def by_khal(octets: bytes) -> list[Shown]:
    """khal's list of every event from the first year that the feed speaks of to the last."""
    years = [int(year) for year in re.findall(rb"\r\nDT(?:START|END)[^:]*:(\d{4})", octets)] or [2000]
    # khal forces every file to the disk; in memory that costs nothing.
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        home = Path(folder)
        (home / "feed").mkdir()
        (home / "feed.ics").write_bytes(octets)
        (home / "config").write_text(_CONFIG.format(home=home))
        _run(home, "import", "--batch", "-a", "feed", str(home / "feed.ics"))
        fields = [word for field in _FIELDS for word in ("--json", field)]
        listed = _run(home, "list", "--once", *fields, f"{min(years)}-01-01", f"{max(years) + 1}-01-01")
    return list(_shown(listed))


def without_made_up_end(shown: Shown) -> Shown:
    """The entry, without its end if it has a time of day."""
    return shown._replace(end="") if "T" in shown.start else shown


def _run(home: Path, *words: str) -> str:
    """What khal prints, which is to end well and warn of nothing."""
    environ = {
        **os.environ,
        "HOME": str(home),
        **{f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "CACHE")},
    }
    khal = Path(sys.executable).with_name("khal")
    ended = subprocess.run(
        [khal, "-c", home / "config", *words], capture_output=True, env=environ, text=True, timeout=300
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def _shown(listed: str) -> Iterator[Shown]:
    """Of khal's list: a JSON array a day; the last day of a band is its last, not the one after."""
    for line in listed.splitlines():
        for entry in json.loads(line):
            end = entry["end"]
            if entry["all-day"] == "True":
                end = (date.fromisoformat(end) + timedelta(1)).isoformat()
            yield Shown(entry["start"], end, entry["title"], entry["status"].strip(), entry["uid"])

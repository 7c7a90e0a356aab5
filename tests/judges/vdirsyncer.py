"""vdirsyncer: a subscription over HTTP synchronised into a folder of files, one an event (a vdir).

Narrowed: of a subscription vdirsyncer keeps no UID. It names each item by a hash of its text without UID, DTSTAMP and
LAST-MODIFIED, since some publishers make those anew at every request (`_ignore_uids` in its http storage; there is no
setting for it). So UIDs are not compared, and a changed event is one file gone and one new.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

from tests.judges.pythons import by_icalendar
from tests.judges.shown import Shown

_CONFIG: Final = """
[general]
status_path = "{home}/status"

[pair feed]
a = "published"
b = "folder"
collections = null
conflict_resolution = "a wins"

[storage published]
type = "http"
url = "{address}"

[storage folder]
type = "filesystem"
path = "{home}/events"
fileext = ".ics"
"""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to `address`, kept in `home`."""

    home: Path
    address: str

    def discover(self) -> None:
        """What a subscriber does once."""
        (self.home / "events").mkdir()
        (self.home / "config").write_text(_CONFIG.format(home=self.home, address=self.address))
        self._run("discover", "feed")

    def sync(self) -> str:
        """What a subscriber does again and again; what vdirsyncer says of it."""
        return self._run("sync")

    def files(self) -> dict[str, tuple[bytes, int]]:
        """What each file holds and when it was written (ns), by name."""
        return {
            file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in (self.home / "events").glob("*.ics")
        }

    def _run(self, *words: str) -> str:
        environ = {**os.environ, "HOME": str(self.home), "VDIRSYNCER_CONFIG": str(self.home / "config")}
        program = Path(sys.executable).with_name("vdirsyncer")
        ended = subprocess.run(
            [program, "--verbosity", "INFO", *words], capture_output=True, env=environ, text=True, timeout=300
        )
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0, said
        assert not any(word in said.lower() for word in ("warning", "error", "critical")), said
        return said


def by_vdirsyncer(octets: bytes) -> list[Shown]:
    """The events in the files that vdirsyncer makes of the feed, served to it over HTTP; icalendar reads the files."""
    with tempfile.TemporaryDirectory() as folder, _published(octets) as address:
        subscription = Subscription(Path(folder), address)
        subscription.discover()
        subscription.sync()
        return [shown for written, _ in subscription.files().values() for shown in by_icalendar(written)]


def without_uid(shown: Shown) -> Shown:
    """The entry, without its UID."""
    return shown._replace(uid="")


@contextmanager
def _published(octets: bytes) -> Iterator[str]:
    """The address of a server that knows one answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.ics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

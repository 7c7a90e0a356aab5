"""Real web servers for tests: gunicorn, as the Procfile starts it, over the store of some settings."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.settings import Settings

HOUSE = Path(__file__).parents[1]


@contextmanager
def serving(settings: Settings, **environ: str) -> Iterator[int]:
    """The port of a gunicorn over these settings' store, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (web,) = re.findall(r"^web: (.*)$", (HOUSE / "Procfile").read_text(encoding="utf-8"), re.M)
    # Not by the setting PORT, from which the public address follows.
    web = web.replace("${PORT:-8000}", str(port))
    told = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": "2026-11-24", "LEADUP_THREADS": "4"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    server = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {web}"], cwd=HOUSE, env={**os.environ, "PATH": path, **told, **environ}
    )
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("gunicorn did not listen")

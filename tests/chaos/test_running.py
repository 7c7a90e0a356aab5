"""`make run` for real, at a terminal: it starts, answers, and ends quietly on Ctrl-C."""

from __future__ import annotations

import os
import pty
import select
import socket
import sys
import time
import urllib.request
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, home: Path, *command: str) -> None:
        self.said = b""
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.chdir(HOUSE)
            os.execvpe(command[0], command, {**os.environ, "LEADUP_HOME": str(home)})

    def until(self, words: bytes, seconds: float = 60) -> None:
        """Read the screen until it shows `words`; fail where the command ends or time passes first."""
        give_up_at = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < give_up_at, self.said
            assert self._read(), self.said

    def _read(self) -> bool:
        if not select.select([self.screen], [], [], 0.2)[0]:
            return True
        try:
            more = os.read(self.screen, 65536)
        except OSError:
            return False
        self.said += more
        return bool(more)

    def status(self, seconds: float = 15) -> int:
        """Wait for the end; the exit status."""
        give_up_at = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < give_up_at, self.said
        os.close(self.screen)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments that make make use the Python that runs the tests, with nothing to install."""
    binaries = Path(sys.executable).parent
    stamps = [f"-o{HOUSE}/.venv/.installed", "-o.venv/.installed"]
    monkeypatch.setenv("MAKEFLAGS", "")
    return ["make", "--no-print-directory", *stamps, f"BIN={binaries}"]


@pytest.mark.slow
def test_run_answers_and_ctrl_c_ends_it_quietly(house: list[str], tmp_path: Path) -> None:
    port = free_port()
    for _ in range(2):
        terminal = Terminal(tmp_path, *house, "run", f"PORT={port}")
        terminal.until(f"Leadup answers at http://127.0.0.1:{port}/".encode())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        os.write(terminal.screen, b"\x03")
        assert terminal.status() == 0
        assert b"Interrupt" not in terminal.said
        assert b"Traceback" not in terminal.said
    assert b"recorded" not in terminal.said
    assert (tmp_path / "var" / "leadup.sqlite3").exists()


@pytest.mark.slow
def test_a_taken_port_gets_one_sentence(house: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        terminal = Terminal(tmp_path, *house, "run", f"PORT={port}")
        assert terminal.status() != 0
    assert f"Port {port} is taken".encode() in terminal.said
    assert b"Traceback" not in terminal.said


@pytest.mark.slow
def test_the_demo_lives_on_its_day_and_leaves_nothing(house: list[str], tmp_path: Path) -> None:
    port = free_port()
    terminal = Terminal(tmp_path, *house, "demo", f"PORT={port}")
    terminal.until(b"Leadup answers at")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        said = answer.read().decode()
    assert '"today":"2025-12-05"' in said
    assert '"newest_known_on":"2025-12-05"' in said
    os.write(terminal.screen, b"\x03")
    assert terminal.status() == 0
    assert not (tmp_path / "var").exists()

"""`leadup run`: everything at once from the Procfile, for a person at a terminal; Ctrl-C ends it quietly."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from schemas.errors import DomainError
from service.settings import Settings

READY_SECONDS = 60
END_SECONDS = 6
"""More than the 5 s after which honcho kills what will not end."""

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)
_STARTED = re.compile(r" started \(pid=(\d+)\)$")


class CannotRun(DomainError):
    """The service cannot be started here; the sentence says why and what to do."""


def run(settings: Settings, prepare: Callable[[], None]) -> int:
    """Prepare, start web and clock, print the address once the web answers, and wait; the exit status.

    That is 0 wherever a person ended it, by Ctrl-C, a signal or closing the terminal, and 1 where web or clock did.
    """
    procfile = Path("Procfile").resolve()
    if not procfile.exists():
        raise CannotRun("There is no Procfile in the working folder: run this from the project's folder.")
    stopped = threading.Event()
    with _foreground(), _on_ending(lambda *_: _interrupt(stopped)):
        try:
            prepare()
            if stopped.is_set():
                return 0
            with _on_ending(lambda *_: stopped.set()), _started(settings, procfile) as formation:
                return _attend(settings, formation, stopped)
        except KeyboardInterrupt:
            return 0


def _interrupt(stopped: threading.Event) -> None:
    """Break off what is done now. Libraries may swallow the exception, so it is noted besides."""
    stopped.set()
    raise KeyboardInterrupt


def check_port(port: int) -> None:
    """Raise CannotRun if the web server could not listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(), port))
        except OSError as cause:
            if cause.errno == errno.EADDRINUSE:
                raise CannotRun(f"Port {port} is taken: choose another, as in `make run PORT={port + 10}`.") from cause
            reason = f"Nothing can listen at {_host()}, port {port} ({cause.strerror})"
            raise CannotRun(f"{reason}: choose another PORT, or another LEADUP_BIND.") from cause


@contextlib.contextmanager
def throw_away_home() -> Iterator[Path]:
    """A home for one run, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="leadup-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Formation:
    """What honcho runs: each process of the Procfile in a process group of its own."""

    honcho: subprocess.Popen[str]
    size: int
    groups: list[int] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.honcho.poll() is None

    def pass_on(self) -> None:
        """Print what web and clock say; honcho's own remarks about starting and stopping tell a person nothing."""
        for line in self.honcho.stdout or ():
            if " system " not in line.split("|", 1)[0]:
                with contextlib.suppress(OSError):  # nobody reads it any more, but it must be read here
                    click.echo(line, nl=False)
            elif started := _STARTED.search(line):
                self.groups.append(int(started[1]))

    def end(self) -> None:
        """End what still runs, and leave nothing behind whatever became of honcho."""
        self._await_groups()
        self.honcho.terminate()
        try:
            self.honcho.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.honcho.kill()
            self.honcho.wait()
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def _await_groups(self) -> None:
        """honcho breaks, and leaves its processes behind, when it is told to end before it has counted them."""
        deadline = time.monotonic() + END_SECONDS
        while self.runs and len(self.groups) < self.size and time.monotonic() < deadline:
            time.sleep(0.05)


@contextlib.contextmanager
def _started(settings: Settings, procfile: Path) -> Iterator[_Formation]:
    """Web and clock from the Procfile, until the end of the block."""
    honcho = subprocess.Popen(  # noqa: S603 - our own program, our own Procfile
        [_program("honcho"), "--no-colour", "-e", os.devnull, "-f", str(procfile), "start", "-p", str(settings.port)],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(settings),
    )
    size = sum(1 for line in procfile.read_text().splitlines() if re.match(r"[\w-]+:", line))
    formation = _Formation(honcho, size)
    reading = threading.Thread(target=formation.pass_on, daemon=True)
    reading.start()
    try:
        yield formation
    finally:
        formation.end()
        reading.join(1)


def _program(name: str) -> str:
    """A program that was installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of web and clock: programs beside this Python first, and the paths as they were settled here."""
    beside = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": beside + os.pathsep + os.environ.get("PATH", ""),
        "LEADUP_HOME": str(settings.home),
        "LEADUP_STORE": str(settings.store_path),
        "LEADUP_PUBLIC_URL": settings.public_url,
        "PYTHONUNBUFFERED": "1",
    }


def _attend(settings: Settings, formation: _Formation, stopped: threading.Event) -> int:
    deadline = time.monotonic() + READY_SECONDS
    while not (answered := _answers(settings.port)) and formation.runs and not stopped.is_set():
        if time.monotonic() > deadline:
            click.echo(f"leadup: the web server did not answer within {READY_SECONDS} s; ending.", err=True)
            return 1
        stopped.wait(0.1)
    if answered and not stopped.is_set():
        click.echo(f"Leadup answers at {settings.public_url}/  (Ctrl-C ends it)")
    while formation.runs and not stopped.is_set():
        stopped.wait(0.2)
    if stopped.is_set():
        return 0
    click.echo("leadup: web or clock ended by itself; what it said stands above.", err=True)
    return 1


def _host() -> str:
    return os.environ.get("LEADUP_BIND") or "127.0.0.1"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(_host(), port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def _on_ending(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Have `handler` called when this process is told to end; what `nohup` ignores stays ignored."""
    heeded = [number for number in _ENDINGS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heeded}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextlib.contextmanager
def _foreground() -> Iterator[None]:
    """Take the terminal for a process group of our own, where we are in its foreground.

    Ctrl-C goes to the whole foreground group: make would get it too, and end with an error after everything ended well.
    Ctrl-Z would reach us and not make, so that the shell would wait for ever: it does nothing here.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        yield
        return
    group = os.getpgrp()
    try:
        if os.tcgetpgrp(terminal) == group and group != os.getpid():
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            os.setpgid(0, 0)
            os.tcsetpgrp(terminal, os.getpgrp())
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
        os.close(terminal)

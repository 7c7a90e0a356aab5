"""`leadup run`: everything at once from the Procfile, for a person at a terminal; Ctrl-C ends it quietly."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

from schemas.errors import DomainError
from service.settings import Settings

READY_SECONDS = 60
END_SECONDS = 8


class CannotRun(DomainError):
    """The service cannot be started here; the sentence says why and what to do."""


def run(settings: Settings) -> int:
    """Start web and clock, print the address once the web answers, and wait; the exit status (0 after Ctrl-C)."""
    procfile = Path("Procfile").resolve()
    if not procfile.exists():
        raise CannotRun("There is no Procfile in the working folder: run this from the project's folder.")
    with _foreground(), _stops() as stopped:
        honcho = subprocess.Popen(  # noqa: S603 - our own program, our own Procfile
            [_program("honcho"), "--no-colour", "-f", str(procfile), "start", "-p", str(settings.port)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(settings),
        )
        threading.Thread(target=_pass_on, args=(honcho,), daemon=True).start()
        answered = _await_answer(settings, honcho, stopped)
        if answered:
            click.echo(f"Leadup answers at {settings.public_url}/  (Ctrl-C ends it)")
        while not stopped.is_set() and honcho.poll() is None:
            stopped.wait(0.2)
        return _end(honcho, stopped)


def check_port(port: int) -> None:
    """Raise CannotRun if something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("LEADUP_BIND") or "127.0.0.1", port))
        except OSError as cause:
            raise CannotRun(f"Port {port} is taken: choose another, as in `make run PORT={port + 10}`.") from cause


@contextlib.contextmanager
def throw_away_home() -> Iterator[Path]:
    """A home for one run, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="leadup-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """A program that was installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of web and clock: programs beside this Python first, and the home as it was settled here."""
    beside = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": beside + os.pathsep + os.environ.get("PATH", ""),
        "LEADUP_HOME": str(settings.home),
        "LEADUP_PUBLIC_URL": settings.public_url,
        "PYTHONUNBUFFERED": "1",
    }


def _pass_on(honcho: subprocess.Popen[str]) -> None:
    """Print what web and clock say; honcho's own remarks about starting and stopping tell a person nothing."""
    for line in honcho.stdout or ():
        if " system " not in line.split("|", 1)[0]:
            click.echo(line, nl=False)


def _await_answer(settings: Settings, honcho: subprocess.Popen[str], stopped: threading.Event) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and honcho.poll() is None and not stopped.is_set():
        if _answers(settings.port):
            return True
        stopped.wait(0.1)
    return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(os.environ.get("LEADUP_BIND") or "127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _end(honcho: subprocess.Popen[str], stopped: threading.Event) -> int:
    """End what still runs. 0 where a person ended it (honcho itself says 130 then), else what it ended with."""
    if honcho.poll() is None:
        honcho.send_signal(signal.SIGTERM)
        try:
            honcho.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            honcho.kill()
            honcho.wait()
    if stopped.is_set():
        return 0
    click.echo("leadup: web or clock ended by itself; what it said stands above.", err=True)
    return 1


@contextlib.contextmanager
def _stops() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C, SIGTERM or the closing of the terminal."""
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in signals}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _foreground() -> Iterator[None]:
    """Take the terminal for a process group of our own, where we are in its foreground.

    Ctrl-C goes to the whole foreground group: make would get it too, and end with an error after everything ended well.
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
            os.setpgid(0, 0)
            os.tcsetpgrp(terminal, os.getpgrp())
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
        os.close(terminal)

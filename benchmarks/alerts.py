"""Promise: 10,000 letters due at once reach a mail server on this machine in under 60 s, from two clock processes, none
twice; each clock stays under 200 MiB, and the API answers meanwhile.

LETTERS subscribers are owed a letter about one event. A real aiosmtpd, a process of its own, takes and counts them; two
real clock processes bring them; a real web server is asked for a list all the while. As the floor, the same server is
given as many letters of the same size by smtplib alone, one after the other, composed beforehand.
"""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from schemas.subscriptions import Choices, SubscriptionDraft
from service import alerting
from service.clock import Clock
from service.importing import PACKS, add_pack
from service.store import subscriptions
from service.store.database import Store
from service.store.migrations import migrate

LETTERS = 10_000
PROMISE_SECONDS = 60
PROMISE_MIB = 200
PROMISE_ANSWER_SECONDS = 1
DAY = "2025-12-04"
HOUSE = Path(__file__).parents[1]


class Counting:
    """Counts letters by Message-ID, and keeps the size of the last."""

    def __init__(self) -> None:
        self.letters: Counter[bytes] = Counter()
        self.octets = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        content = envelope.original_content
        self.octets = len(content)
        self.letters[re.search(rb"Message-ID: (\S+)", content)[1]] += 1  # type: ignore[index]
        return "250 OK"


def serve(port: int) -> None:
    """Be the mail server until SIGTERM, then print how many letters came, how many more than once, and their size."""
    counting = Counting()
    controller = Controller(counting, hostname="127.0.0.1", port=port)
    controller.start()
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))
    signal.sigwait((signal.SIGTERM,))
    controller.stop()
    print(len(counting.letters), sum(counting.letters.values()) - len(counting.letters), counting.octets)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def owing(home: Path) -> Store:
    """The shipped calendar on the 7th day before a window, with LETTERS letters owed."""
    store = Store(home / "var" / "leadup.sqlite3", Clock(date.fromisoformat(DAY)))
    migrate(store.path)
    add_pack(store, PACKS / "dprk", known_by=store.clock.pinned)
    with store.transaction("benchmark") as tx:
        for number in range(LETTERS):
            choices = Choices(matters=("lead",))
            draft = SubscriptionDraft(email=f"a{number}@example.org", calendar="dprk", choices=choices)
            subscriptions.add(tx, f"desk{number:05}", draft, state="active")
    started = time.monotonic()
    assert len(alerting.raise_due(store)) == LETTERS
    print(f"raised in {time.monotonic() - started:.1f} s")
    return store


def process(*command: str, **environ: str) -> subprocess.Popen[str]:
    """A process over the house, its words kept from us."""
    out = subprocess.PIPE if "--serve" in command else subprocess.DEVNULL
    env = {**os.environ, "PYTHONPATH": str(HOUSE), **environ}
    return subprocess.Popen([sys.executable, *command], env=env, stdout=out, stderr=subprocess.DEVNULL, text=True)


def sent(store: Store) -> int:
    """How many letters went."""
    with store.reading() as conn:
        return int(conn.execute("SELECT COUNT(*) FROM outbox WHERE state = 'sent'").fetchone()[0])


def peak_mib(pid: int) -> float:
    """The most memory that a process held (VmHWM of proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def answer_seconds(port: int) -> float:
    """How long a list takes to be answered."""
    started = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/events?limit=20", timeout=30) as answer:
        answer.read()
    return time.monotonic() - started


def await_answer(port: int) -> None:
    """Wait until the web server answers."""
    for _ in range(300):
        try:
            answer_seconds(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The web server does not answer.")


def bring(store: Store, home: Path, mail_port: int, web_port: int) -> tuple[float, float, list[float]]:
    """Seconds until two clocks have brought everything, their peak memory in MiB, and how long answers took."""
    environ = {"LEADUP_HOME": str(home), "LEADUP_TODAY": DAY, "LEADUP_SMTP_URL": f"smtp://127.0.0.1:{mail_port}"}
    started = time.monotonic()
    clocks = [process("-m", "service", "clock", **environ) for _ in range(2)]
    answers = []
    while sent(store) < LETTERS:
        answers.append(answer_seconds(web_port))
        time.sleep(0.2)
    took = time.monotonic() - started
    memory = max(peak_mib(each.pid) for each in clocks)
    for each in clocks:
        each.terminate()
        each.wait(10)
    return took, memory, answers


def floor_seconds(mail_port: int, octets: int) -> float:
    """The same number of letters of that size by smtplib alone."""
    body = b"Subject: x\r\n\r\n" + b"x" * 76 + b"\r\n"
    letter = body + (b"y" * 76 + b"\r\n") * max(0, (octets - len(body)) // 78)
    client = smtplib.SMTP("127.0.0.1", mail_port)
    started = time.monotonic()
    for number in range(LETTERS):
        named = b"Message-ID: <floor-%d@x>\r\n" % number + letter
        client.sendmail("leadup@example.org", [f"a{number}@example.org"], named)
    took = time.monotonic() - started
    client.quit()
    return took


def main() -> None:
    """Measure and print; fails where the promise is broken."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        store = owing(home)
        mail_port, floor_port, web_port = free_port(), free_port(), free_port()
        servers = [process(__file__, "--serve", str(port)) for port in (mail_port, floor_port)]
        told = {"LEADUP_HOME": name, "LEADUP_TODAY": DAY}
        bind = ("--bind", f"127.0.0.1:{web_port}", "--worker-class", "gthread", "--threads", "4")
        web = process("-m", "gunicorn", "--no-control-socket", *bind, "service.app:create_app()", **told)
        await_answer(web_port)
        took, memory, answers = bring(store, home, mail_port, web_port)
        web.terminate()
        servers[0].terminate()
        arrived, doubled, octets = map(int, servers[0].communicate()[0].split())
        floor = floor_seconds(floor_port, octets)
        servers[1].terminate()
    answers.sort()
    print(f"{arrived} letters of {octets} octets in {took:.1f} s ({arrived / took:.0f} a second), {doubled} doubled")
    print(f"memory of a clock at its peak: {memory:.0f} MiB")
    middle, slowest = answers[len(answers) // 2] * 1000, answers[-1]
    print(f"{len(answers)} answers meanwhile: median {middle:.0f} ms, slowest {slowest:.2f} s")
    print(f"smtplib alone, one connection: {floor:.1f} s; ours / floor = {took / floor:.1f}")
    broken = took > PROMISE_SECONDS or memory > PROMISE_MIB or answers[-1] > PROMISE_ANSWER_SECONDS
    if broken or doubled or arrived != LETTERS:
        raise SystemExit("The promise is broken.")


if __name__ == "__main__":
    serve(int(sys.argv[2])) if sys.argv[1:2] == ["--serve"] else main()

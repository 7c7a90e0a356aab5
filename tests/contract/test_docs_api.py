"""docs/api.md tells the truth: its commands are run in one shell against a real server, and answer what it says.

`...` in an answer stands for anything, and a line break with what follows it for any white space.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.app import create_app
from service.settings import Settings
from tests.servers import HOUSE, serving

DOCUMENT = (HOUSE / "docs" / "api.md").read_text(encoding="utf-8")
TODAY = "2026-05-02"
NEEDED = ("bash", "curl", "jq")
END = "-- that was all --"


@contextmanager
def shell(folder: Path, port: int, environ: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """What runs commands in one bash, in which what one sets is there for the next, and gives what they print."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    bash = subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", **environ},
        encoding="utf-8",
    )

    def run(command: str) -> str:
        assert bash.stdin
        assert bash.stdout
        bash.stdin.write(f"{command.replace('127.0.0.1:8000', f'127.0.0.1:{port}')}\necho; echo '{END}'\n")
        bash.stdin.flush()
        lines = itertools.takewhile(lambda line: line != f"{END}\n", bash.stdout)
        return "".join(lines).replace("\r\n", "\n").strip()

    with bash:
        yield run


def steps() -> Iterator[tuple[str, str]]:
    """(command, answer) of every `$` in the fenced blocks, in order; a command goes on while a quote is open."""
    for block in re.findall(r"^```console\n(.*?)^```", DOCUMENT, re.M | re.S):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, rest = step.split("\n", 1)
            while command.count("'") % 2:
                line, rest = rest.split("\n", 1)
                command += f"\n{line}"
            yield command, rest.strip()


def pattern(answer: str) -> str:
    parts = ([re.escape(line) for line in re.split(r"\s*\n\s*", part)] for part in answer.split("..."))
    return ".*?".join(r"\s*".join(lines) for lines in parts)


@pytest.mark.slow
@pytest.mark.skipif(any(shutil.which(each) is None for each in NEEDED), reason="apt-get install curl jq")
def test_every_command_answers_what_the_document_says(settings: Settings, tmp_path: Path) -> None:
    home = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": TODAY}
    ran = 0
    with serving(settings, **home, LEADUP_TRUSTED_PROXIES="1") as port, shell(tmp_path, port, home) as run:
        for command, answer in steps():
            found = run(command)
            assert re.fullmatch(pattern(answer), found, re.S), f"$ {command}\n{found}"
            ran += 1
    assert ran > 50


def test_every_resource_is_shown(settings: Settings) -> None:
    shown = {f"/{name}" for command, _ in steps() for name in re.findall(r"(?:\$API|/api/v1)/([a-z]+)", command)}
    rules = (str(rule) for rule in create_app(settings).url_map.iter_rules())
    assert shown == {f"/{rule.split('/')[3].split('.')[0]}" for rule in rules if rule.startswith("/api/v1/")}

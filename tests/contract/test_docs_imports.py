"""docs/imports.md tells the truth: its files are imported by its commands, and say what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemas.wire import columns
from service.__main__ import main
from service.settings import Settings

pytestmark = pytest.mark.slow

DOCUMENT = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")


def test_every_command_prints_what_the_document_says(settings: Settings, tmp_path: Path) -> None:
    for name, text in re.findall(r"```\w+ (\S+)\n(.*?)```", DOCUMENT, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    examples = re.findall(r"```sh\nleadup (.*?)\n```\n```text\n(.*?)```", DOCUMENT, re.DOTALL)
    assert len(examples) >= 4
    for command, told in examples:
        arguments = [str(tmp_path / word) if (tmp_path / word).is_file() else word for word in command.split()]
        env = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": "2026-11-24"}
        done = CliRunner().invoke(main, arguments, env=env)
        assert done.output == told, command


def test_every_column_is_named() -> None:
    table = DOCUMENT.partition("| columns |")[2].partition("\n\n")[0]
    assert set(columns.READ) <= set(re.findall(r"`([^`]+)`", table))

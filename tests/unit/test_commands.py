"""The `leadup` command: what it prints, and its status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import main
from service.settings import Settings


def leadup(settings: Settings, *arguments: str, **environ: str) -> Result:
    env = {"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": "2026-11-24", **environ}
    return CliRunner().invoke(main, arguments, env=env)


def test_a_token_stands_alone_on_standard_output_and_works_once_only_by_name(settings: Settings) -> None:
    made = leadup(settings, "token", "create", "alice", "--scope", "write")
    assert made.exit_code == 0
    assert made.stdout.startswith("leadup_")
    assert len(made.stdout.split()) == 1
    again = leadup(settings, "token", "create", "alice")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "alice" in again.stderr
    assert "alice\twrite" in leadup(settings, "token", "list").stdout
    assert leadup(settings, "token", "revoke", "alice").exit_code == 0
    assert leadup(settings, "token", "revoke", "alice").exit_code == 2


def test_a_token_can_be_limited_and_the_list_says_to_what(settings: Settings) -> None:
    made = leadup(
        settings, "token", "create", "bob", "--scope", "write", "--calendar", "dprk", "--expires", "2999-01-01"
    )
    assert made.exit_code == 0
    assert "in dprk until 2999-01-01" in made.stderr
    line = leadup(settings, "token", "list").stdout.splitlines()[0].split("\t")
    assert line[:3] == ["bob", "write", "dprk"]
    assert line[4:] == ["expires 2999-01-01T00:00:00Z", "last used never", "in force"]
    refused = leadup(settings, "token", "create", "carol", "--calendar", "atlantis")
    assert (refused.exit_code, "atlantis" in refused.stderr) == (2, True)


def test_loading_a_pack_again_says_that_nothing_is_new(settings: Settings) -> None:
    done = leadup(settings, "calendars", "add", str(Path("calendars/packs/dprk").resolve()))
    assert done.exit_code == 0
    assert "nothing new" in done.stdout


def test_a_folder_that_is_no_pack_is_refused_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    refused = leadup(settings, "calendars", "add", str(tmp_path / "nowhere"))
    assert refused.exit_code == 2
    assert "calendar.toml" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_rebuilding_says_how_much_was_followed(settings: Settings) -> None:
    done = leadup(settings, "rebuild")
    assert done.exit_code == 0
    assert "assertions followed" in done.stdout


def test_words_are_read_as_dates(settings: Settings) -> None:
    done = leadup(settings, "when", "late February", "--said-on", "2026-02-08")
    assert done.stdout.splitlines()[0] == "[2026-02-21..2026-02-28]"
    refused = leadup(settings, "when", "whenever")
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("LEADUP_TODAY", "tomorrow"), ("LEADUP_PUBLIC_URL", "here"), ("LEADUP_READ", "maybe")],
)
def test_a_setting_that_cannot_be_used_is_named(settings: Settings, name: str, value: str) -> None:
    refused = leadup(settings, "migrate", **{name: value})
    assert refused.exit_code == 2
    assert name in refused.stderr
    assert value in refused.stderr


def test_a_date_in_words_is_read_with_its_bounds(settings: Settings) -> None:
    read = leadup(settings, "when", "late February", "--said-on", "2026-02-08")
    assert read.stdout.splitlines() == [
        "[2026-02-21..2026-02-28]",
        "late February 2026",
        "starts 2026-02-21 to 2026-02-28, ends 2026-02-21 to 2026-02-28",
    ]
    assert leadup(settings, "when", "late February").exit_code == 2


def test_how_well_links_are_suggested_is_as_the_document_says(settings: Settings) -> None:
    measured = leadup(settings, "suggestions", "measure", "dprk", "--as-known-on", "2026-04-27")
    assert measured.exit_code == 0
    document = Path(__file__).parents[2] / "docs" / "suggestions.md"
    assert measured.stdout.strip() in document.read_text(encoding="utf-8")
    curve = leadup(settings, "suggestions", "measure", "dprk", "--as-known-on", "2026-04-27", "--curve")
    assert curve.stdout.strip() in document.read_text(encoding="utf-8")
    unknown = leadup(settings, "suggestions", "measure", "atlantis")
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_a_file_is_imported_with_each_refusal_on_a_line(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "may.csv"
    file.write_text(
        "kind,title,when,status,known_on\nspeech,A speech,3 May 2026,held,2026-05-04\nopera,x,2026,held,2026-05-04\n"
    )
    refused = leadup(settings, "import", str(file), "--calendar", "dprk")
    assert refused.exit_code == 2
    assert "line 3, /kind:" in refused.stderr
    tried = leadup(settings, "import", str(file), "--calendar", "dprk", "--dry-run")
    assert "may.csv:3: /kind: " in tried.stderr
    assert tried.stdout.splitlines()[-1].endswith("(dry run: nothing was stored).")
    done = leadup(settings, "import", str(file), "--calendar", "dprk", "--partial")
    assert done.exit_code == 2
    assert done.stdout == "may.csv: 1 accepted, 0 unchanged, 1 refused.\n"
    again = leadup(settings, "import", str(file), "--calendar", "dprk", "--partial")
    assert "0 accepted, 1 unchanged" in again.stdout
    unclear = leadup(settings, "import", str(settings.store_path))
    assert (unclear.exit_code, "--format" in unclear.stderr) == (2, True)

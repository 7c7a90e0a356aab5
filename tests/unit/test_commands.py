"""The `leadup` command: what it prints, and its status."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import main
from service.commands.conventions import progress_bar
from service.importing import ORIGIN
from service.settings import Settings
from service.store import subscriptions
from service.store.database import store_of

pytestmark = pytest.mark.slow


class Screen(io.StringIO):
    """What a person sees."""

    def isatty(self) -> bool:
        return True


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


def test_a_private_address_stands_alone_on_standard_output_and_is_revoked_by_its_id(settings: Settings) -> None:
    closed = {"LEADUP_READ": "token", "LEADUP_PUBLIC_URL": "https://leadup.example"}
    leadup(settings, "token", "create", "phone")
    made = leadup(settings, "feed", "address", "key-meetings", "--token", "phone", **closed)
    assert (made.exit_code, len(made.stdout.split())) == (0, 1)
    assert made.stdout.startswith("https://leadup.example/feeds/private/")
    id_, name, _, used, standing = leadup(settings, "feed", "addresses", "key-meetings").stdout.strip().split("\t")
    assert (name, used, standing) == ("phone", "last used never", "in force")
    assert id_ in made.stderr
    assert leadup(settings, "feed", "revoke", "dprk", id_).exit_code == 2
    assert leadup(settings, "feed", "revoke", "key-meetings", id_).exit_code == 0
    assert leadup(settings, "feed", "addresses", "key-meetings").stdout == ""


def test_a_private_address_needs_a_token_in_force_that_may_read_a_feed_there_is(settings: Settings) -> None:
    closed = {"LEADUP_READ": "token"}
    leadup(settings, "token", "create", "limited", "--calendar", "dprk")
    for slug, name, words in (
        ("nothing", "limited", "There is no feed nothing"),
        ("key-meetings", "limited", "There is no feed key-meetings in dprk."),
        ("dprk", "nobody", "There is no token nobody."),
    ):
        refused = leadup(settings, "feed", "address", slug, "--token", name, **closed)
        assert (refused.exit_code, refused.stdout, words in refused.stderr) == (2, "", True), refused.stderr
    assert leadup(settings, "feed", "address", "dprk", "--token", "limited", **closed).exit_code == 0
    leadup(settings, "token", "revoke", "limited")
    refused = leadup(settings, "feed", "address", "dprk", "--token", "limited", **closed)
    assert (refused.exit_code, refused.stderr) == (2, "leadup: No token limited is in force.\n")


def test_no_token_is_called_as_what_leadup_itself_signs_with(settings: Settings) -> None:
    refused = leadup(settings, "token", "create", ORIGIN, "--scope", "write")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "choose another name" in refused.stderr


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


def test_what_is_said_of_many_lines_is_said_once_with_their_count(settings: Settings, tmp_path: Path) -> None:
    rows = "".join(f"opera,x{number},2026-05-03,held,2026-05-04\n" for number in range(200))
    file = tmp_path / "may.csv"
    file.write_text("kind,title,when,status,known_on\n" + rows + "speech,,2026-05-03,held,2026-05-04\n")
    refused = leadup(settings, "import", str(file), "--calendar", "dprk")
    assert [line[:60] for line in refused.stderr.splitlines()] == [
        "leadup: 201 of 201 lines were refused and nothing was stored; line 2, /kind: The calendar dprk has no kind"[
            :60
        ],
        "  line 2 (and 199 more alike, on line 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ...)"[:60],
        "  line 202: /title: Missing data for required field."[:60],
    ]
    tried = leadup(settings, "import", str(file), "--calendar", "dprk", "--dry-run")
    assert len(tried.stderr.splitlines()) == 2
    assert tried.stderr.splitlines()[0].endswith(" (and 199 more alike, on line 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ...)")
    each = leadup(settings, "import", str(file), "--calendar", "dprk", "--dry-run", "--each")
    assert len(each.stdout.splitlines()) == 403
    assert each.stdout.splitlines()[0] == "may.csv:2: refused"
    series = tmp_path / "daily.ics"
    series.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260501T000000Z\nSUMMARY:Talks\nDTSTART:20260504\n"
        "RRULE:FREQ=DAILY;COUNT=50\nATTENDEE:mailto:a@b\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    done = leadup(settings, "import", str(series), "--calendar", "dprk", "--kind", "conference")
    assert done.stdout == (
        "daily.ics:2: left out: attendees (and 49 more alike on this line)\n"
        "daily.ics: 50 accepted, 0 unchanged, 0 refused.\n"
    )
    wrong = leadup(settings, "import", str(series), "--calendar", "dprk", "--kind", "opera")
    assert (wrong.exit_code, len(wrong.stderr.splitlines())) == (2, 1)
    bare = leadup(settings, "import", str(series))
    assert (bare.exit_code, len(bare.stderr.splitlines())) == (2, 1)
    assert "give --calendar and --kind" in bare.stderr


def test_columns_that_there_are_not_are_each_named(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "may.csv"
    file.write_text("Title,When,kind\nx,2026,speech\n")
    refused = leadup(settings, "import", str(file))
    assert refused.stderr.splitlines() == [
        "leadup: 2 mistakes in the input.",
        "  line 1: There is no column Title; did you mean title?",
        "  line 1: There is no column When; did you mean when?",
    ]


def test_the_clock_of_a_progress_bar_starts_with_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    now = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    with progress_bar("Importing") as progress:
        now[0] += 60
        for done in range(1, 101):
            progress(done, 100)
            now[0] += 0.2
    left = re.findall(r"(\d+)%  ((?:\d+d )?[\d:]{8})", screen.getvalue())
    assert left
    assert max(time for _, time in left) <= "00:00:20"


def test_what_would_have_been_told_is_as_the_document_says(settings: Settings) -> None:
    asked = ("alerts", "replay", "--from", "2019-01-01", "--to", "2026-04-30", "--calendar", "dprk")
    told = leadup(settings, *asked, "--format", "markdown")
    assert told.exit_code == 0
    document = Path(__file__).parents[2] / "docs" / "alerts.md"
    assert told.stdout.strip() in document.read_text(encoding="utf-8")
    summary = leadup(settings, *asked).stdout.splitlines()[-1]
    assert summary == (
        "19 meetings: 13 lead-day letters went before the opening, 5 to 18 days ahead (median 12); 0 after it;"
        " of 6 meetings none went."
    )


def test_silence_is_told_again_and_what_is_no_matter_is_refused(settings: Settings) -> None:
    asked = ("alerts", "replay", "--from", "2026-05-01", "--to", "2026-06-30", "--calendar", "dprk")
    told = leadup(settings, *asked, "--matter", "quiet", LEADUP_TODAY="2026-11-26").stdout.splitlines()
    assert told[:2] == [
        f"{day}  quiet: nothing recorded in the whole calendar since 2026-04-27" for day in ("2026-05-11", "2026-06-10")
    ]
    for matter in ("foo", "unseen", "digest"):
        assert leadup(settings, *asked, "--matter", matter).exit_code == 2


def test_who_is_told_is_added_listed_ended_and_forgotten(settings: Settings) -> None:
    added = leadup(settings, "subscriptions", "add", "alice@example.org", "--calendar", "dprk", "--lead-day", "30")
    assert added.exit_code == 0
    id_ = added.stdout.strip()
    listed = leadup(settings, "subscriptions", "list").stdout
    assert id_ in listed
    assert "alice@example.org" in listed
    assert leadup(settings, "subscriptions", "end", id_).exit_code == 0
    assert leadup(settings, "subscriptions", "list").stdout == ""
    assert leadup(settings, "subscriptions", "resume", id_).exit_code == 2
    forgotten = leadup(settings, "subscriptions", "erase", "alice@example.org")
    assert forgotten.stdout.startswith("Subscriptions of that address: 1;")
    assert "(erased)" in leadup(settings, "subscriptions", "list", "--all").stdout
    assert leadup(settings, "subscriptions", "add", "alice", "--calendar", "dprk").exit_code == 2


def test_the_webhook_is_told_by_the_documented_command_with_all_that_can_be_chosen(settings: Settings) -> None:
    asked = ("--calendar", "dprk", "--person", "Kim Ju Ae", "--unseen-day", "21")
    windows = ("--given-by", "press", "--widest-days", "60")
    added = leadup(settings, "subscriptions", "add", "webhook", *asked, *windows)
    assert added.exit_code == 0, added.stderr
    assert f"{added.stdout.strip()}\tactive\twebhook\tdprk" in leadup(settings, "subscriptions", "list").stdout
    with store_of(settings).reading() as conn:
        (kept,) = subscriptions.every(conn)
    assert (kept.choices.people, kept.choices.unseen_days) == (("Kim Ju Ae",), (21,))
    assert (kept.choices.given_by, kept.choices.widest_days) == (("press",), 60)


def test_what_is_owed_is_brought_and_a_letter_can_be_looked_at(settings: Settings, tmp_path: Path) -> None:
    day = {"LEADUP_TODAY": "2025-12-04"}
    assert "Nobody is told" in leadup(settings, "alerts", "due", **day).stdout
    leadup(settings, "subscriptions", "add", "alice@example.org", "--calendar", "dprk", **day)
    due = leadup(settings, "alerts", "due", **day).stdout.splitlines()
    assert due[:2] == ["lead 7 wpk-8cc-13th-plenary", "Letters: 1 sent."]
    shown = leadup(settings, "letter", "preview", "wpk-8cc-13th-plenary", "--to", str(tmp_path / "shown"), **day)
    assert [Path(line).suffix for line in shown.stdout.splitlines()] == [".eml", ".html"]
    assert "in 7 days" in (tmp_path / "shown" / "wpk-8cc-13th-plenary-lead.html").read_text()
    message = (tmp_path / "shown" / "wpk-8cc-13th-plenary-lead.eml").read_text()
    assert all(f"\n{name}: " in message for name in ("References", "List-Id", "List-Unsubscribe", "Auto-Submitted"))
    assert leadup(settings, "letter", "preview", "nothing", **day).exit_code == 2
    assert leadup(settings, "letter", "preview", "wpk-8cc-13th-plenary", "--matter", "quiet", **day).exit_code == 2
    impossible = leadup(settings, "letter", "preview", "wpk-8cc-13th-plenary", "--matter", "opened", **day)
    assert impossible.exit_code == 2
    assert "no letter on opened goes about it then, only on lead, announced" in impossible.output


def test_what_a_dropped_letter_was_to_say_is_said_by_the_lead_day_at_once(settings: Settings) -> None:
    chosen = ("--matter", "announced", "--matter", "lead")
    leadup(
        settings, "subscriptions", "add", "alice@example.org", "--calendar", "dprk", *chosen, LEADUP_TODAY="2026-11-20"
    )
    state = '"calendar": "dprk", "kind": "plenary", "title": "Plenary", "status": "announced"'
    told = '"said_by": {"who": "body"}, "sources": [{"publisher": "KCNA"}]'
    file = settings.home / "told.jsonl"
    # It moved to another day, of which this subscriber is not told; 7 days before that is past.
    for day, when in (("2026-11-20", "2026-11-28"), ("2026-11-21", "[2026-11-21..]"), ("2026-11-22", "2026-11-26")):
        file.write_text(f'{{"id": "moved001", {state}, "when": "{when}", "known_on": "{day}", {told}}}')
        assert leadup(settings, "import", str(file), "--notify", LEADUP_TODAY=day).exit_code == 0
        due = leadup(settings, "alerts", "due", LEADUP_TODAY=day).stdout.splitlines()
    assert due[:2] == ["lead 7 moved001", "Letters: 1 dropped, 1 sent."]


@pytest.mark.parametrize(
    ("day", "event", "possible"),
    [
        ("2026-02-14", "wpk-9th-congress", ("lead", "announced")),
        ("2025-06-25", "wpk-9th-congress", ("announced",)),
        ("2025-12-12", "wpk-9th-congress", ("lead", "firmed")),
        ("2026-01-24", "wpk-9th-congress", ("lead", "firmed")),
        ("2026-02-03", "wpk-9th-congress", ("moved",)),
        ("2026-02-20", "wpk-9th-congress", ("opened",)),
        ("2026-02-25", "wpk-9cc-1st-plenary", ()),
    ],
)
def test_a_letter_is_shown_only_on_what_the_last_change_was(
    settings: Settings, tmp_path: Path, day: str, event: str, possible: tuple[str, ...]
) -> None:
    for matter in ("lead", "announced", "firmed", "moved", "cancelled", "opened", "overdue"):
        asked = ("letter", "preview", event, "--matter", matter, "--to", str(tmp_path))
        shown = leadup(settings, *asked, LEADUP_TODAY=day)
        assert (shown.exit_code == 0) is (matter in possible), (matter, shown.output)
        only = f"only on {', '.join(possible)}." if possible else "no letter goes about it then."
        assert shown.exit_code == 0 or only in " ".join(shown.output.split())
    usual = leadup(settings, "letter", "preview", event, "--to", str(tmp_path), LEADUP_TODAY=day)
    assert (usual.exit_code == 0) is bool(possible)

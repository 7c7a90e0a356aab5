"""Amending what somebody else amends too, or on a day before a later revision: what was not touched is put back by
nobody."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.signedin import facts, fields

pytestmark = pytest.mark.slow


def opened(writer: FlaskClient, event: str) -> dict[str, str]:
    """The form as it is opened now."""
    return fields(writer.get(f"{event}/amend").get_data(as_text=True))


def rows(text: str) -> dict[str, list[str]]:
    """By field, the cells of the table of versions."""
    table = text.partition('class="plain versions"')[2].partition("</table>")[0]
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    return {name: re.findall(r"<td>(.*?)</td>", cells, re.S) for name, cells in found}


def test_what_another_changed_and_i_did_not_stays(writer: FlaskClient, planned: str) -> None:
    mine, theirs = opened(writer, planned), opened(writer, planned)
    writer.post(f"{planned}/amend", data={**theirs, "note": "Told by two.", "do": "record"})
    shown = writer.post(f"{planned}/amend", data={**mine, "when": "15 December", "do": "record"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 409
    assert "It was amended meanwhile, by alice" in text
    assert rows(text) == {
        "When": ["mid-December 2026", "mid-December 2026", "15 December 2026", "Yours"],
        "Note": ["nothing", "Told by two.", "Told by two.", "Theirs, kept"],
    }
    assert fields(text)["note"] == "Told by two."
    done = writer.post(f"{planned}/amend", data={**fields(text, f"{planned}/amend"), "do": "record"})
    assert done.status_code == 303
    event = writer.get(f"/api/v1{planned}").get_json()
    assert (event["note"], event["when"]["edtf"]) == ("Told by two.", "2026-12-15")


def test_what_both_changed_is_called_so(writer: FlaskClient, planned: str) -> None:
    mine, theirs = opened(writer, planned), opened(writer, planned)
    writer.post(f"{planned}/amend", data={**theirs, "note": "Theirs.", "title": "Plenary", "do": "record"})
    shown = writer.post(f"{planned}/amend", data={**mine, "note": "Mine.", "place": "Hall", "do": "check"})
    text = shown.get_data(as_text=True)
    assert rows(text)["Note"] == [
        "nothing",
        "Theirs.",
        "Mine.",
        "<strong>Both of you changed it</strong>; yours would stand",
    ]
    assert rows(text)["What"][2:] == ["Plenary", "Theirs, kept"]
    assert rows(text)["Place"][3] == "Yours"
    assert "Both of you changed: Note." in text


def test_who_did_the_same_meanwhile_leaves_nothing_to_record(writer: FlaskClient, planned: str) -> None:
    mine, theirs = opened(writer, planned), opened(writer, planned)
    writer.post(f"{planned}/amend", data={**theirs, "note": "The same.", "do": "record"})
    shown = writer.post(f"{planned}/amend", data={**mine, "note": "The same.", "do": "record"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 409
    assert "Nothing of yours is left to record" in text
    assert 'value="record"' not in text


def test_a_mistake_beside_what_another_changed_loses_neither(writer: FlaskClient, planned: str) -> None:
    mine, theirs = opened(writer, planned), opened(writer, planned)
    writer.post(f"{planned}/amend", data={**theirs, "note": "Theirs.", "do": "record"})
    shown = writer.post(f"{planned}/amend", data={**mine, "when": "whenever", "do": "record"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 422
    assert "It was amended meanwhile, by alice" in text
    assert (fields(text)["when"], fields(text)["note"]) == ("whenever", "Theirs.")
    mended = writer.post(f"{planned}/amend", data={**fields(text), "when": "15 December", "do": "record"})
    assert mended.status_code == 303


@pytest.fixture
def moved(writer: FlaskClient, planned: str) -> str:
    """The same, of which more became known on 23 November."""
    typed = {"title": "The great plenary", "note": "Known later.", "known_on": "2026-11-23", "do": "record"}
    writer.post(f"{planned}/amend", data={**opened(writer, planned), **typed})
    return planned


def test_a_late_entry_starts_from_what_was_known_on_its_day(writer: FlaskClient, moved: str) -> None:
    late = {**opened(writer, moved), "when": "15 December", "known_on": "2026-11-22"}
    shown = writer.post(f"{moved}/amend", data={**late, "do": "record"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "meanwhile" not in text
    assert "A later revision stands, of 23 November 2026" in text
    assert rows(text) == {"When": ["mid-December 2026", "15 December 2026"]}
    assert facts(text)["Known since"] == "22 November 2026"
    assert (fields(text)["title"], fields(text)["note"]) == ("15th plenary", "")
    done = writer.post(f"{moved}/amend", data={**fields(text, f"{moved}/amend"), "do": "record"})
    assert done.status_code == 303
    then = writer.get(f"/api/v1{moved}?as_known_on=2026-11-22").get_json()
    assert (then["title"], then["note"], then["when"]["edtf"]) == ("15th plenary", None, "2026-12-15")
    now = writer.get(f"/api/v1{moved}").get_json()
    assert (now["title"], now["note"]) == ("The great plenary", "Known later.")


def test_a_late_entry_keeps_what_was_typed_for_it(writer: FlaskClient, moved: str) -> None:
    late = {**opened(writer, moved), "note": "Told on the day.", "known_on": "2026-11-22"}
    text = writer.post(f"{moved}/amend", data=late).get_data(as_text=True)
    assert rows(text) == {"Note": ["nothing", "Told on the day."]}


def test_a_day_that_is_taken_back_leads_back_to_how_it_stands(writer: FlaskClient, moved: str) -> None:
    late = {**opened(writer, moved), "place": "Hall", "known_on": "2026-11-22"}
    again = fields(writer.post(f"{moved}/amend", data=late).get_data(as_text=True))
    shown = writer.post(f"{moved}/amend", data={**again, "known_on": ""})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "meanwhile" not in text
    assert "A later revision" not in text
    assert list(rows(text)) == ["Place"]
    assert fields(text)["title"] == "The great plenary"


def test_a_late_entry_by_another_is_told_on_that_day_alone(writer: FlaskClient, moved: str) -> None:
    mine, theirs = opened(writer, moved), {**opened(writer, moved), "known_on": "2026-11-22", "place": "Hall"}
    text = writer.post(f"{moved}/amend", data=theirs).get_data(as_text=True)
    writer.post(f"{moved}/amend", data={**fields(text), "do": "record"})
    assert writer.post(f"{moved}/amend", data={**mine, "when": "15 December", "do": "record"}).status_code == 303
    shown = writer.post(f"{moved}/amend", data={**mine, "when": "15 December", "known_on": "2026-11-22"})
    assert shown.status_code == 409
    assert "It was amended meanwhile, by alice" in shown.get_data(as_text=True)
    assert fields(shown.get_data(as_text=True))["place"] == "Hall"


@pytest.mark.parametrize("standing", ["", "0-99", "x"])
def test_a_form_that_says_nothing_of_where_it_was_opened_records_nothing_unseen(
    writer: FlaskClient, planned: str, standing: str
) -> None:
    sent = {**opened(writer, planned), "note": "Mine.", "standing": standing, "do": "record"}
    assert writer.post(f"{planned}/amend", data=sent).status_code == 409
    assert writer.get(f"/api/v1{planned}").get_json()["sequence"] == 0

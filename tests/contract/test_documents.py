"""The documents say what is there: every setting stands in the README; and those of the API are found."""

from __future__ import annotations

import gzip
import html
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

HOUSE = Path(__file__).parents[2]


def test_every_setting_stands_in_the_table_of_the_readme() -> None:
    told = [*HOUSE.glob("service/**/*.py"), HOUSE / "Procfile", HOUSE / "Makefile"]
    named = {name for file in told for name in re.findall(r"\b(LEADUP_[A-Z_]+|PORT)\b", file.read_text())}
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (HOUSE / "README.md").read_text(), re.M))
    assert named == table


def test_the_house_names_the_modules_of_the_layers_that_are_checked_and_in_their_order() -> None:
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    (layers,) = (
        each["layers"]
        for each in settings["tool"]["importlinter"]["contracts"]
        if each.get("containers") == ["service"]
    )
    checked = {name: depth for depth, layer in enumerate(layers) for name in layer.split(" | ")}
    told = (HOUSE / "CONTRIBUTING.md").read_text().partition("\nservice/ ")[2].partition("\ntests/ ")[0]
    rows = [re.split(r" {3,}", line.strip())[0] for line in told.splitlines()[1:]]
    named = [re.sub(r" \(.*?\)|/", "", name) for row in rows for name in row.split("  ")]
    assert sorted(named) == sorted(checked)
    assert [checked[name] for name in named] == sorted(checked.values())


def test_the_documents_are_found_with_a_slash_behind_too(client: FlaskClient) -> None:
    assert client.get("/docs/").data == client.get("/docs").data


def test_every_operation_and_shape_of_the_document_has_a_page(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    index = client.get("/docs").get_data(as_text=True)
    operations = {told["operationId"]: told for item in document["paths"].values() for told in item.values()}
    for name, told in operations.items():
        assert f'href="/docs/operations/{name}"' in index, name
        page = client.get(f"/docs/operations/{name}")
        text = page.get_data(as_text=True)
        assert page.status_code == 200, name
        assert len(page.data) < 100_000, name
        for parameter in told["parameters"]:
            assert f"<code>{parameter['name']}</code>" in text, (name, parameter["name"])
        for status in told["responses"]:
            assert f"<dt>{status}</dt>" in text, (name, status)
        for shape in re.findall(r'href="/docs/shapes/(\w+)"', text):
            assert shape in document["components"]["schemas"], (name, shape)
    for name, shape in document["components"]["schemas"].items():
        text = client.get(f"/docs/shapes/{name}").get_data(as_text=True)
        for field in shape.get("properties", {}):
            assert f"<code>{field}</code>" in text, (name, field)
    assert client.get("/docs/operations/nothing").status_code == 404
    assert client.get("/docs/shapes/nothing").status_code == 404


def test_what_reads_is_asked_by_fields_of_its_page(client: FlaskClient) -> None:
    """The answer is the API's own: what is filled in badly is refused there, in the API's words."""
    document = client.get("/openapi.json").get_json()
    for path, item in document["paths"].items():
        for method, told in item.items():
            page = client.get(f"/docs/operations/{told['operationId']}").get_data(as_text=True)
            asked = [each["name"] for each in told.get("parameters", []) if each["in"] in ("path", "query")]
            ids = re.findall(r'<label for="ask-([^"]+)"', page)
            assert ids == (asked if method == "get" else []), path
    led = client.get("/docs/operations/get_event/ask?event_id=a%2Fb&through=&as_known_on=2025-12-05")
    assert (led.status_code, led.location) == (303, "/api/v1/events/a%2Fb?as_known_on=2025-12-05")
    several = {
        "activity": " leader-visit\r\nkind:ceremony;programme:20x10\r\n",
        "calendar": "dprk",
        "anchors": "plenary",
    }
    study = client.get("/docs/operations/study_leadups/ask", query_string=several)
    assert study.location.count("activity=") == 2
    assert client.get(study.location).status_code == 200
    refused = client.get("/docs/operations/get_event/ask?event_id=")
    assert refused.status_code == 422
    assert "event_id: fill it in." in refused.get_data(as_text=True)
    for name in ("create_event", "nothing"):
        assert client.get(f"/docs/operations/{name}/ask").status_code == 404


def test_the_command_of_an_operation_holds_all_that_it_takes(client: FlaskClient) -> None:
    page = client.get("/docs/operations/create_event").get_data(as_text=True)
    command = html.unescape(re.findall(r"<code>(curl .*?)</code>", page, re.S)[0])
    assert shlex.split(command) == [
        "curl",
        "-X",
        "POST",
        "http://127.0.0.1:8000/api/v1/events",
        "-H",
        "Authorization: Bearer $TOKEN",
        "-H",
        "Content-Type: application/json",
        "--data-binary",
        "@body",
    ]


def test_examples_are_shown_as_of_today_alone(client: FlaskClient) -> None:
    path = "/docs/operations/create_event"
    assert "A bicycle factory opens" in client.get(path).get_data(as_text=True)
    past = client.get(f"{path}?as_known_on=2025-12-05").get_data(as_text=True)
    assert "A bicycle factory opens" not in past
    assert "2026" not in past


def test_one_heading_leads_each_page_of_the_documents(client: FlaskClient) -> None:
    for path in ("/docs", "/docs/operations/list_events", "/docs/shapes/EventDraft"):
        assert client.get(path).get_data(as_text=True).count("<h1") == 1, path


@pytest.mark.parametrize("path", ["/openapi.json", "/static/leadup.css"])
def test_long_files_go_as_gzip_to_who_takes_it(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2
    assert "Accept-Encoding" in zipped.vary
    assert "Accept-Encoding" in plain.vary
    for answer, takes in ((plain, "identity"), (zipped, "gzip")):
        asked = {"Accept-Encoding": takes, "If-None-Match": answer.headers["ETag"]}
        again = client.get(path, headers=asked, buffered=True)
        assert (again.status_code, again.data) == (304, b""), takes
        assert again.headers["ETag"] == answer.headers["ETag"]
    assert plain.headers["ETag"] != zipped.headers["ETag"]

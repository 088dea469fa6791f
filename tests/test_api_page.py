"""The API page: what the description says, for people."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from defkg.web.api_page import api_values
from tests.server import server
from tests.test_editor import Page

TEXT = {"type": "string"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with (
        server("--no-check", "--timeout", "7") as running,
        httpx.Client(base_url=running.address, timeout=30) as client,
    ):
        yield client


def described(**operation: Any) -> dict[str, Any]:
    whole = {"operationId": "o", "summary": "S", "responses": {"200": {}}, **operation}
    return {"info": {"version": "1"}, "paths": {"/p": {"get": whole}}, "tags": [{"name": "t"}]}


def parameters(*given: dict[str, Any]) -> list[dict[str, Any]]:
    values: Any = api_values(described(parameters=list(given)), "http://h")
    found: list[dict[str, Any]] = values["protocol"][0]["parameters"]
    return found


def test_every_operation_is_on_the_page_with_its_parameters(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()
    page = Page(client.get("/api/").text)
    words = " ".join(page.words.split())
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert f"{path} {operation['summary']}" in words
            for parameter in operation.get("parameters", []):
                assert parameter.get("name", "sources") in words
    assert f"{sum(map(len, told['paths'].values()))} operations" in words
    assert len(told["paths"]) > 100


def test_the_page_is_small_and_has_no_script(client: httpx.Client) -> None:
    response = client.get("/api/")
    assert len(response.content) < 80_000
    page = Page(response.text)
    assert (page.scripts, page.inline) == ([], [])
    assert client.get("/api/", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert (client.get("/api").status_code, client.get("/api").headers["location"]) == (308, "/api/")
    assert client.put("/api/").status_code == 405


def test_the_examples_answer(client: httpx.Client) -> None:
    text = client.get("/api/").text
    examples = [href for href in Page(text).hrefs if href.startswith("/questions/") and "?" in href]
    assert len(examples) > 50
    for href in examples[::10]:
        assert client.get(href, headers={"Accept": "text/csv"}).status_code == 200, href
    values: Any = api_values(client.get("/openapi.json").json(), str(client.base_url).rstrip("/"))
    command = shlex.split(values["example"]["curl"])
    assert command[:3] == ["curl", "-H", "Accept: text/csv"]
    assert httpx.get(command[3], headers={"Accept": "text/csv"}).headers["content-type"].startswith("text/csv")


def test_limits_are_those_of_the_server(client: httpx.Client) -> None:
    assert "7 seconds" in client.get("/api/").text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (TEXT, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "enum": ["a", "b"]}, "a or b"),
        ({"type": "integer", "minimum": 1, "maximum": 10_000}, "integer from 1 to 10000"),
        ({"type": "number", "exclusiveMinimum": 0}, "number above 0"),
        ({"type": "array", "items": {"type": "string", "format": "iri"}}, "array of iri"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
    ],
)
def test_a_type_is_told_in_words(schema: dict[str, Any], words: str) -> None:
    (found,) = parameters({"name": "x", "in": "query", "schema": schema})
    assert found["type"] == words


def test_a_class_leads_to_the_vocabulary(client: httpx.Client) -> None:
    assert "/ontology#Official" in Page(client.get("/api/").text).hrefs


def test_a_value_cannot_end_the_command_it_is_in() -> None:
    given = [{"name": name, "in": "query", "schema": TEXT, "example": "'; echo x & #$(echo y)"} for name in "xy"]
    values: Any = api_values(described(parameters=given, tags=["t"]), "http://h")
    (one,) = values["groups"]["t"]
    shown = subprocess.run(
        ["sh", "-c", f"curl() {{ printf '%s\\n' \"$@\"; }}; {one['curl']}"], capture_output=True, text=True
    )
    assert (shown.stdout.splitlines(), shown.stderr) == (["-H", "Accept: text/csv", f"http://h{one['example']}"], "")


def test_a_status_is_told_in_the_words_of_the_first_that_has_it() -> None:
    values: Any = api_values(described(responses={"200": {}, "429": {"description": "Wait"}, "400": {"$ref": "#"}}), "")
    assert values["problems"] == {"429": "Wait"}

"""The described surface, asked with what fits its description and what does not: never a fault of the server."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from defkg.terms import expand
from tests.server import Server, server
from tests.test_question import LIBRARY

pytestmark = pytest.mark.alone
PHASES = (Phase.explicit, Phase.generate)
PATHS = ["/sparql", "/graph-store", "/sparql/lint"]
QUESTION = "/questions/"
EVERY = 10  # of the questions' operations, which are alike, one in so many is tried


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check", "--client-seconds", "0", "--timeout", "5") as running:
        yield running


@pytest.fixture(scope="module")
def schema(running: Server) -> Any:
    return schemathesis.openapi.from_url(f"{running.address}/openapi.json")


def operations(schema: Any) -> Iterator[Any]:
    found = [result.ok() for result in schema.get_all_operations()]
    questions = [operation for operation in found if operation.path.startswith(QUESTION)]
    yield from (operation for operation in found if operation not in questions)
    yield from questions[::EVERY]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_nothing_described_makes_the_server_fail(schema: Any, mode: GenerationMode) -> None:
    asked = 0
    for operation in operations(schema):
        most = 6 if operation.path.startswith(QUESTION) else 30

        @settings(
            max_examples=most, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            assert case.call().status_code in (*range(200, 500), 503, 504), case.as_curl_command()

        ask()
    assert asked > 30 * len(PATHS)


def test_the_surface_is_described(schema: Any) -> None:
    assert set(PATHS) | {QUESTION + name for name in LIBRARY} <= set(schema.raw_schema["paths"])


def test_the_description_is_openapi(schema: Any) -> None:
    assert schema.raw_schema["openapi"].startswith("3.1.")
    assert list(OPENAPI_31_VALIDATOR.iter_errors(schema.raw_schema)) == []


def test_each_operation_has_a_name_of_its_own(schema: Any) -> None:
    names = [o["operationId"] for path in schema.raw_schema["paths"].values() for o in path.values()]
    assert len(names) == len(set(names)) > len(LIBRARY)


@pytest.mark.parametrize("name", LIBRARY)
def test_parameters_have_their_types(schema: Any, name: str) -> None:
    operation = schema.raw_schema["paths"][QUESTION + name]["get"]
    described = {p["name"]: p for p in operation["parameters"] if "name" in p}
    assert (operation["summary"], operation["tags"]) == (LIBRARY[name].title, [LIBRARY[name].group])
    assert list(described) == [parameter.name for parameter in LIBRARY[name].parameters]
    for parameter in LIBRARY[name].parameters:
        told = described[parameter.name]
        assert told["required"] == (parameter.default is None and not parameter.optional)
        assert told["schema"].get("default") == (
            int(parameter.default) if parameter.default and parameter.type in ("year", "number") else parameter.default
        )
        assert "example" in told
        assert list(parameter.choices) == told["schema"].get("enum", [])


def test_things_are_listed_by_class(schema: Any) -> None:
    official = schema.raw_schema["components"]["schemas"]["defkg_Official"]
    assert "id:official/amitabh-prasad" in official["anyOf"][0]["enum"]
    assert "Amitabh Prasad" in official["anyOf"][0]["x-enum-descriptions"]
    assert official["anyOf"][1]["type"] == "string"


@pytest.mark.parametrize("name", LIBRARY)
def test_examples_are_what_is_answered(running: Server, schema: Any, name: str) -> None:
    content = schema.raw_schema["paths"][QUESTION + name]["get"]["responses"]["200"]["content"]
    assert {"text/csv", "application/sparql-results+json", "text/turtle", "image/svg+xml"} <= set(content)
    answered = list(csv.DictReader(io.StringIO(httpx.get(f"{running.address}{QUESTION}{name}.csv").text)))
    example = csv.DictReader(io.StringIO(content["text/csv"].get("example", "")))
    rows = [{column: value for column, value in row.items() if value} for row in example]
    assert rows == [{column: value for column, value in row.items() if value} for row in answered[:3]]
    assert len(rows) == min(3, len(LIBRARY[name].expected))


def test_an_example_of_a_thing_is_one(schema: Any) -> None:
    for path in schema.raw_schema["paths"].values():
        for parameter in (p for o in path.values() for p in o.get("parameters", []) if "allOf" in p.get("schema", {})):
            assert expand(parameter["example"]).startswith("https://")

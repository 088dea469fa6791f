"""The described surface, asked with what fits its description and what does not: never a fault of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.server import server

pytestmark = pytest.mark.alone
PHASES = (Phase.explicit, Phase.generate)
PATHS = ["/sparql", "/graph-store", "/sparql/lint"]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    with server("--no-check", "--client-seconds", "0", "--timeout", "5") as running:
        yield schemathesis.openapi.from_url(f"{running.address}/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_nothing_described_makes_the_server_fail(schema: Any, mode: GenerationMode) -> None:
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=30, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            assert case.call().status_code in (*range(200, 500), 503, 504), case.as_curl_command()

        ask()
    assert asked > 30 * len(PATHS)


def test_the_surface_is_described(schema: Any) -> None:
    assert set(PATHS) <= set(schema.raw_schema["paths"])

"""The page of problem types has every type that the server has, each with its statuses, and each type leads there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import httpx
import pytest

from defkg.web.problem_types import TYPES
from tests.conftest import ROOT
from tests.server import server

_RAISED = re.compile(r"Problem\(\s*(\d{3}),\s*\"([a-z-]+)\"")
_ROW = re.compile(r"^\| ((?:`[a-z-]+`(?:, )?)+) \| ([^|]*) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def test_every_problem_of_the_code_is_told_with_its_status() -> None:
    raised = {
        (name, int(status))
        for path in (ROOT / "src" / "defkg").rglob("*.py")
        for status, name in _RAISED.findall(path.read_text())
    }
    assert len(raised) > 50
    assert sorted((name, status) for name, status in raised if status not in TYPES[name].statuses) == []


def test_the_guide_has_the_same_types_and_statuses() -> None:
    section = (ROOT / "docs" / "operating.md").read_text().partition("| problem | status |")[2].partition("\n\n")[0]
    told: defaultdict[str, set[int]] = defaultdict(set)
    for names, statuses in _ROW.findall(section):
        for name in re.findall(r"`([a-z-]+)`", names):
            told[name] |= {int(status) for status in re.findall(r"\d{3}", statuses)}
    assert told.keys() == TYPES.keys()
    assert [name for name, each in TYPES.items() if not set(each.statuses) <= told[name]] == []


def test_the_type_of_a_problem_leads_to_what_it_means(client: httpx.Client) -> None:
    problem = client.get("/sparql", params={"query": "SELECT"}, headers={"Accept": "application/json"}).json()
    name = problem["type"].removeprefix("https://w3id.org/defkg/problem/")
    answer = client.get(f"/problem/{name}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/problem/#syntax")
    page = client.get("/problem/").text
    assert {f'id="{name}"' for name in TYPES} <= set(re.findall(r'id="[a-z-]+"', page))
    assert TYPES["syntax"].remedy in page


def test_what_is_no_type_is_not_found(client: httpx.Client) -> None:
    assert client.get("/problem/nonsense").status_code == 404
    assert client.get("/problem/?x=1").status_code == 400
    assert client.post("/problem/").status_code == 405

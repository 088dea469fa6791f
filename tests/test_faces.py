"""One new ``.rq`` in a project, and every face has the question after a reload, with no other change."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import defkg
from tests.server import Server, server, until
from tests.test_cli import run

pytestmark = pytest.mark.alone

NAME = "countries-of-the-graph"
TITLE = "Which countries does the graph know?"
FILE = f"""#+ title: {TITLE}
#+ tags: [country]
#+ parameters:
#+   - {{name: country, type: thing, class: defkg:Country, label: Country, optional: true}}
SELECT ?country ?countryLabel WHERE {{
  ?country a defkg:Country ; skos:prefLabel ?countryLabel .
}}
ORDER BY ?countryLabel ?country
"""
BRUNEI = "https://w3id.org/defkg/id/country/BRN,Brunei"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    from defkg.project import FOLDERS
    from tests.conftest import ROOT

    folder = tmp_path_factory.mktemp("faces") / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


def drop(project: Path) -> None:
    (project / "queries" / "countries").mkdir()
    (project / "queries" / "countries" / f"{NAME}.rq").write_text(FILE)


@pytest.fixture(scope="module")
def running(project: Path) -> Iterator[Server]:
    with server(project) as one:
        assert httpx.get(f"{one.address}/questions/{NAME}").status_code == 404
        drop(project)
        one.process.send_signal(signal.SIGHUP)
        assert until(lambda: "reload" in httpx.get(f"{one.address}/readyz").json(), 20)
        yield one


def test_page_has_it(running: Server) -> None:
    page = httpx.get(f"{running.address}/questions/{NAME}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert TITLE in page.text
    assert "Brunei" in page.text
    assert f"/questions/{NAME}" in httpx.get(f"{running.address}/questions/").text


def test_api_has_it(running: Server) -> None:
    answer = httpx.get(f"{running.address}/questions/{NAME}.csv?country=Brunei")
    assert answer.text.splitlines() == ["country,countryLabel", BRUNEI]


def test_openapi_has_it(running: Server) -> None:
    paths = httpx.get(f"{running.address}/openapi.json").json()["paths"]
    assert any(NAME in path for path in paths)


def test_graph_has_it(running: Server) -> None:
    query = f'SELECT ?q {{ GRAPH ?g {{ ?q a sh:SPARQLExecutable ; rdfs:comment ?c }} FILTER(STR(?c) = "{TITLE}") }}'
    assert NAME in running.ask(query).text
    assert NAME in httpx.get(f"{running.address}/.well-known/sparql-examples").text


def test_shell_has_it(running: Server, project: Path) -> None:
    said = run("ask", NAME, "--country", "Brunei", "--project", str(project)).stdout
    assert said.splitlines() == ["country,countryLabel", BRUNEI]
    assert TITLE in run("ask", "--project", str(project)).stdout


def test_python_has_it(running: Server, project: Path) -> None:
    graph = defkg.load(project)
    assert graph.questions[NAME].title == TITLE
    assert [row["countryLabel"] for row in graph.ask(NAME, country="Brunei")] == ["Brunei"]

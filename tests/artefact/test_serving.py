"""A server over an artefact: the same answers and pages as one over the project, and the same promises."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.kinds import BROWSER, PAGES, WRONG
from tests.server import Server, server, until
from tests.test_cli import run

pytestmark = pytest.mark.alone

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPHS = ["https://w3id.org/defkg/graph/registry", "https://w3id.org/defkg/graph/curation"]
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def memory() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="module")
def stored(built: Path) -> Iterator[Server]:
    with server("--store", built, "--workers", "2") as running:
        yield running


def page(running: Server, path: str) -> tuple[int, str]:
    response = running.client.get(running.address + path, headers=BROWSER)
    text = response.text.replace(running.address, "HOST").replace(response.headers["x-request-id"], "ID")
    lines = re.sub("running since [^<]+", "running since THEN", text).split("\n")
    return response.status_code, "\n".join(sorted(lines) if path == PAGES["results"] else lines)  # no order asked for


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_those_of_a_server_over_the_project(memory: Server, stored: Server, name: str) -> None:
    expected, found = page(memory, PAGES[name]), page(stored, PAGES[name])
    assert expected[0] == WRONG.get(name, 200)
    assert found == expected


def test_answers_tags_and_counts_are_the_same(memory: Server, stored: Server) -> None:
    for query in (COUNT, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"):
        one, other = memory.ask(query), stored.ask(query)
        assert (one.status_code, one.text, one.headers["etag"]) == (200, other.text, other.headers["etag"])
    texts = [
        running.client.get(f"{running.address}/void").text.replace(running.address, "") for running in (memory, stored)
    ]
    assert texts[0] == texts[1]


def test_graphs_are_merged_without_counting_twice(memory: Server, stored: Server) -> None:
    merged = "".join(f"FROM <{graph}> " for graph in [*GRAPHS, *GRAPHS])
    query = f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) {merged} {{ ?s ?p ?o }}"
    assert stored.ask(query).text == memory.ask(query).text
    given = {"default-graph-uri": GRAPHS[0], "named-graph-uri": GRAPHS[1]}
    query = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert stored.ask(query, **given).text == memory.ask(query, **given).text


def test_limits_hold_and_workers_come_back(stored: Server) -> None:
    assert stored.ask(SLOW, timeout="0.5").json()["type"].endswith("timeout")
    assert stored.ask("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").status_code == 403
    assert stored.ask(COUNT).status_code == 200
    assert until(lambda: len(stored.workers()) == 2, 10)


def test_two_servers_share_an_artefact_and_write_nothing(built: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*")}
    with server("--store", built) as one, server("--store", built, "--verify") as other:
        assert one.ask(COUNT).text == other.ask(COUNT).text
    assert {path: path.stat().st_mtime_ns for path in built.rglob("*")} == before


def reloaded(running: Server) -> dict[str, str]:
    found: dict[str, str] = httpx.get(f"{running.address}/readyz").json().get("reload", {})
    return found


def test_a_signal_opens_what_a_link_leads_to_now(built: Path, tmp_path: Path) -> None:
    link, other = tmp_path / "current", tmp_path / "other"
    link.symlink_to(built)
    assert run("build", str(ROOT), "--no-check", "--no-inference", "-o", str(other)).returncode == 0
    with server("--store", link) as running:
        (before, first), family = (running.ask(COUNT).text, httpx.get(f"{running.address}/readyz")), running.zygotes()
        link.unlink()
        link.symlink_to(other)
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: reloaded(running).get("result") == "kept", 20)
        assert "without a check" in reloaded(running)["detail"]
        shutil.copytree(built, tmp_path / "again")
        (tmp_path / "again/store/CURRENT").unlink()
        link.unlink()
        link.symlink_to(tmp_path / "again")
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: "CURRENT" in reloaded(running)["detail"], 20)
        assert (running.ask(COUNT).text, running.zygotes()) == (before, family)
        (tmp_path / "again/store/CURRENT").write_text((built / "store/CURRENT").read_text())
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: reloaded(running).get("result") == "loaded", 20)
        assert httpx.get(f"{running.address}/readyz").json()["digest"] == first.json()["digest"]
        assert running.ask(COUNT).text == before


def test_one_that_is_moved_away_is_served_on(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "a"))
    with server("--store", folder, "--workers", "1") as running:
        before = running.ask(COUNT).text
        folder.rename(tmp_path / "away")
        folder.mkdir()
        killed = running.workers()
        os.kill(killed[0], signal.SIGKILL)
        assert until(lambda: len(running.workers()) == 1 and running.workers() != killed, 10)
        assert running.ask(COUNT + " # again").text == before


def test_an_unchecked_one_is_refused_or_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    assert run("build", str(ROOT), "--no-check", "-o", str(folder)).returncode == 0
    refused = run("serve", "--store", str(folder), "--port", "0")
    assert refused.returncode == 2
    assert refused.stderr.strip().endswith("give --force to serve it all the same")
    with server("--store", folder, "--force") as running:
        assert "has not been checked" in running.client.get(running.address, headers=BROWSER).text
        assert "passes all its checks" not in running.client.get(f"{running.address}/quality", headers=BROWSER).text
    with server("--store", folder, "--no-check") as running:
        assert "has not been checked. It is served" not in running.client.get(running.address, headers=BROWSER).text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--store", "{built}", "--watch"], "--watch has no meaning with --store DIR"),
        (["--store", "{built}", "."], "PATH has no meaning with --store DIR"),
        (["--store", "{built}", "--no-inference"], "--no-inference has no meaning with --store DIR"),
        (["--store", "http://127.0.0.1:1/sparql", "--verify"], "--verify has no meaning with --store URL"),
        (["--verify"], "--verify has no meaning without --store"),
        (["--store", "nowhere"], "nowhere is no artefact"),
    ],
)
def test_options_that_do_not_fit_are_refused_in_words(built: Path, args: list[str], words: str) -> None:
    said = run("serve", "--port", "0", *(arg.format(built=built) for arg in args))
    assert (said.returncode, words in said.stderr) == (2, True), said.stderr

"""A changed project is swapped in while requests go on, and only if it checks clean."""

from __future__ import annotations

import shutil
import signal
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.server import Server, server, until

pytestmark = pytest.mark.alone

NAME = "SELECT ?l { <https://w3id.org/defkg/id/official/rajnath-singh> skos:prefLabel ?l }"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def rename(project: Path, old: str, new: str) -> None:
    file = project / "data/registry/officials.ttl"
    file.write_text(file.read_text().replace(old, new))


def named(running: Server, name: str) -> bool:
    return running.ask(NAME).text.split("\r\n")[1] == name


def reloaded(running: Server, result: str) -> bool:
    answer = httpx.get(f"{running.address}/readyz").json()
    return bool(answer.get("reload", {}).get("result") == result)


def test_a_saved_file_is_served_without_losing_a_request(project: Path) -> None:
    outcomes: Counter[int] = Counter()
    with server(project, "--watch") as running:
        stop = threading.Event()

        def load() -> None:
            while not stop.is_set():
                outcomes[running.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }").status_code] += 1

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for old, new in (("Rajnath Singh", "Rajnath A"), ("Rajnath A", "Rajnath B")):
                rename(project, old, new)
                assert until(lambda name=new: named(running, name), 20)  # type: ignore[misc]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        workers = len(running.workers())
        assert until(lambda: len(running.zygotes()) == 1, 40)
        assert len(running.workers()) <= workers
    assert set(outcomes) == {200}


def test_a_signal_loads_a_clean_graph_and_keeps_the_old_one_otherwise(project: Path) -> None:
    with server(project) as running:
        digest = httpx.get(f"{running.address}/readyz").json()["digest"]
        rename(project, "skos:prefLabel", "skos:prefLable")
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: reloaded(running, "kept"), 20)
        ready = httpx.get(f"{running.address}/readyz")
        assert (ready.status_code, ready.json()["digest"]) == (200, digest)
        assert "undeclared-term" in ready.json()["reload"]["detail"]
        assert "undeclared-term" in running.said()
        assert named(running, "Rajnath Singh")
        rename(project, "skos:prefLable", "skos:prefLabel")
        rename(project, "Rajnath Singh", "Rajnath A")
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: named(running, "Rajnath A"), 20)
        assert httpx.get(f"{running.address}/readyz").json()["digest"] != digest


def test_a_graph_that_cannot_be_read_is_kept_out(project: Path) -> None:
    with server(project) as running:
        (project / "ontology" / "defkg.ttl").write_text("<a> <b>")
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: reloaded(running, "kept"), 20)
        assert named(running, "Rajnath Singh")

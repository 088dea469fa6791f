"""What is asked of a server, and how it is timed and told."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from benchmarks.asking import analytic, ask, lookups
from benchmarks.engines import Data, Endpoint
from benchmarks.engines.embedded import Defkg
from benchmarks.engines.peers import peer
from benchmarks.running import Missing

from benchmarks import speed, timing
from defkg.terms import ONTOLOGY
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("served")
    with Defkg().serve(Data(ROOT, folder / "none"), folder) as found:
        yield found


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as found:
        yield found


def test_lookups_are_one_question_about_each_official(endpoint: Endpoint, client: httpx.Client) -> None:
    queries = lookups(endpoint, client)
    assert len(set(queries)) == len(queries) > 5
    assert sum("official/amitabh-prasad" in query for query in queries) == 1
    assert all("defkg:coChaired" in query for query in queries)


def test_questions_are_about_what_has_most_to_tell(endpoint: Endpoint, client: httpx.Client) -> None:
    asked = {one.name: one for one in analytic(endpoint, client)}
    assert asked["timeline-of-country"].about.startswith("country country/IND")
    pair = asked["links-between-countries"]
    assert pair.about.startswith("country country/IND, partner country/")
    assert pair.query.count("<https://w3id.org/defkg/id/country/IND>") == 1
    assert len(asked) > 100


def test_what_is_asked_about_is_kept_with_the_data(endpoint: Endpoint, client: httpx.Client, tmp_path: Path) -> None:
    kept = tmp_path / "busiest.json"
    first = analytic(endpoint, client, kept=kept)
    ours = json.loads(kept.read_text())
    country = f"{ONTOLOGY}Country"
    kept.write_text(json.dumps({**ours, country: ours[country][::-1]}))
    again = {one.name: one.about for one in analytic(endpoint, client, kept=kept)}
    assert [one.name for one in first] == list(again)
    assert again["timeline-of-country"].startswith(f"country {ours[country][-1].rpartition('/id/')[2]}")


def test_a_question_that_takes_too_long_is_asked_as_it_is(endpoint: Endpoint, client: httpx.Client) -> None:
    asked = {one.name: one.about for one in analytic(endpoint, client, longest=0.0001)}
    assert asked["timeline-of-country"].startswith("country country/IND")


def test_a_question_is_run_more_than_once_and_its_answer_kept(endpoint: Endpoint, client: httpx.Client) -> None:
    found = timing.timed({"one": endpoint}, "SELECT ?x WHERE { VALUES ?x { 1 2 2 } }", client)["one"]
    assert isinstance(found.answer, Counter)
    assert found.answer.total() == 3
    assert len(found.milliseconds) > 1
    assert 0 < found.percentile(0.5) <= found.percentile(0.99)


def test_engines_are_asked_in_turn(endpoint: Endpoint, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(endpoint: Endpoint, query: str, client: httpx.Client, seconds: float) -> httpx.Response:
        asked.append(endpoint.base)
        return ask(endpoint, query, client, seconds)

    monkeypatch.setattr(timing, "ask", noted)
    other = replace(endpoint, base=endpoint.base.replace("/sparql?", "/sparql?timeout=9&"))
    found = timing.timed({"one": endpoint, "other": other}, "ASK {}", client)
    assert asked[:6] == [endpoint.base, other.base] * 3
    assert found["one"].answer is found["other"].answer is True


def test_what_is_refused_has_no_times_and_says_why(endpoint: Endpoint, client: httpx.Client) -> None:
    found = timing.timed({"one": endpoint}, "SELECT nonsense", client)["one"]
    assert found.failed.startswith("400 ")
    assert found.milliseconds == ()


def test_what_takes_too_long_is_no_answer(endpoint: Endpoint, client: httpx.Client) -> None:
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert timing.timed({"one": endpoint}, slow, client, 0.5)["one"].failed == "no answer in 0.5 s"


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BENCHMARK_PEERS", str(tmp_path))
    with pytest.raises(Missing, match="oxigraph is not installed: make peers"):
        peer("oxigraph")


@pytest.mark.services
@pytest.mark.usefixtures("_wrk")
def test_what_cannot_be_had_is_left_out_of_a_whole_run_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BENCHMARK_PEERS", str(tmp_path))
    monkeypatch.setattr(speed, "analytic", lambda *given: analytic(*given)[:3])
    words = Namespace(
        triples=1_500,
        project=None,
        data=None,
        engines=["defkg", "oxigraph"],
        connections=[2],
        seconds=1,
        rounds=1,
        only=None,
        longest=60,
    )
    found = speed.measure(words)
    assert list(found["engines"]) == ["defkg"]
    assert "make peers" in found["missing"]["oxigraph"]
    assert [set(one["engines"]) for one in found["questions"]] == [{"defkg"}] * 3
    assert found["lookups"]["new"]["defkg"]["2"]["rate"] > 0
    assert found["lookups"]["new"]["defkg"]["2"]["failed"] == 0
    assert found["data"]["quads"] > 1_500


@pytest.mark.parametrize("only", ["questions", "lookups"])
def test_a_part_is_not_written_over_a_whole_run(
    only: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "measure", lambda words: pytest.fail("it was measured"))
    monkeypatch.setattr("sys.argv", ["speed", "--only", only])
    with pytest.raises(SystemExit, match="2"):
        speed.main()
    assert "--only measures a part" in capsys.readouterr().err


def test_what_is_not_wanted_is_not_asked(
    endpoint: Endpoint, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(speed, "analytic", lambda *given: analytic(*given)[:1])
    monkeypatch.setattr(speed, "_lookups", lambda *given: pytest.fail("lookups were asked"))
    found = speed._asked_of({"defkg": endpoint}, client, Namespace(only="questions", data=tmp_path, longest=60))
    assert (list(found), len(found["questions"])) == (["questions"], 1)

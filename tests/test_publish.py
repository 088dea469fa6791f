"""Publishing into real services, and serving from them: all that was there is there, and nobody reads half."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from defkg.engine import Problem, Request
from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.engine.remote import watch
from defkg.engine.remote.engine import RemoteEngine
from defkg.loading import Recipe, load, spool
from defkg.project import ProjectError
from defkg.publishing import publisher
from defkg.publishing.fingerprint import Fingerprint, rewritten
from defkg.publishing.graphstore import GraphStore
from defkg.publishing.publisher import Outcome, Publisher
from defkg.publishing.sheaf import Sheaf
from tests.conftest import ROOT
from tests.server import server, until
from tests.services import Service, oxigraph, virtuoso
from tests.test_question import CASES, LIBRARY

T = TypeVar("T")
LIMITS = Limits(workers=1)
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
MERGED = "https://w3id.org/defkg/graph/merged"
GRAPH = "https://w3id.org/defkg/graph/registry"
SMALL = b'<http://x/%d> <http://x/p> "v%d" .\n'


@dataclass(frozen=True)
class Data:
    """A dataset as it is served: its digest, its N-Quads, and its graphs."""

    digest: str
    lines: list[bytes]
    names: list[str]

    def sheaf(self) -> Sheaf:
        return Sheaf(self.lines, self.names, Path(tempfile.gettempdir()))


@pytest.fixture(scope="module")
def data() -> Data:
    with spool() as file:
        loaded = load(Recipe(ROOT, check=False), file)
        file.seek(0)
        return Data(loaded.digest, list(file), ["", *loaded.graphs])


@pytest.fixture(scope="module")
def small(data: Data) -> Data:
    """A few graphs, an empty one among them."""
    kept = [line for line in data.lines if line.endswith((b"/registry> .\n", b"/shapes> .\n"))]
    lines = [*kept, *(SMALL % (i, i) for i in range(300))]
    return Data("a" * 64, lines, ["", GRAPH, "https://w3id.org/defkg/graph/shapes", "http://x/empty"])


@pytest.fixture
def service() -> Iterator[Service]:
    with oxigraph() as running:
        yield running


def publish(service: Service, data: Data, kind: type[GraphStore] = GraphStore, every: bool = False) -> list[Outcome]:
    """What became of each graph, and last of all whether all is there."""
    store, sheaf, told = kind(service.address, "", service.environment), data.sheaf(), list[Outcome]()
    try:
        whole = Publisher(store, sheaf, data.digest, MERGED, every).run(told.append)
        return [*told, Outcome("all", 0, "whole" if whole else "not whole")]
    finally:
        sheaf.close()
        store.close()


def with_engine(service: Service, work: Callable[[RemoteEngine], Awaitable[T]], **more: Any) -> T:
    async def run() -> T:
        engine = RemoteEngine(service.address, LIMITS, environment=service.environment, **more)
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


def bound(name: str, case: dict[str, Any]) -> str:
    question = LIBRARY[name]
    parameters = {parameter.name: parameter for parameter in question.parameters}
    given = {key: parameters[key].term(str(value)) for key, value in (case.get("parameters") or {}).items()}
    return question.bind(question.defaults() | given)


async def different(remote: RemoteEngine, data: Data, most: int = 100) -> dict[str, str]:
    """The questions that a service answers otherwise than the embedded engine, up to the order of rows; of each, the
    answer at its defaults and that in some cases."""
    found = {}
    with tempfile.TemporaryFile() as file:
        file.writelines(data.lines)
        file.flush()
        embedded = EmbeddedEngine(file, data.digest, data.names[1:], LIMITS)
        await embedded.start()
        for name, number, case in CASES:
            if number >= most:
                continue
            request = Request(bound(name, case), rows_type="text/csv")
            right = await embedded.answer(request)
            try:
                given = await remote.answer(request)
            except Problem as problem:
                found[f"{name}-{number}"] = problem.detail
                continue
            if sorted(right.body.split(b"\r\n")) != sorted(given.body.split(b"\r\n")):
                found[f"{name}-{number}"] = given.body.decode()[:300]
        await embedded.close()
    return found


def test_whole_graph_is_published_and_all_questions_are_answered_from_it(service: Service, data: Data) -> None:
    told = publish(service, data)
    assert {outcome.what for outcome in told[:-1]} == {"published"}
    assert told[-1].what == "whole"

    async def work(engine: RemoteEngine) -> dict[str, str]:
        assert engine.digest == data.digest
        assert set(engine.graphs) == set(data.names)
        answer = await engine.answer(Request(ALL))
        assert answer.spool
        answer.spool.close()
        assert engine.tag(Request(ALL)) == answer.tag
        assert (await engine.answer(Request("SELECT (RAND() AS ?r) {}"))).tag is None
        return await different(engine, data)

    assert with_engine(service, work) == {}


def test_second_publishing_sends_nothing(service: Service, small: Data) -> None:
    publish(service, small)
    again = publish(service, small)
    assert [outcome.what for outcome in again] == ["unchanged"] * 4 + ["whole"]


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(service: Service, small: Data) -> None:
    publish(service, small)
    lines = [line for line in small.lines if not line.endswith(b"/shapes> .\n")] + [SMALL % (999, 999)]
    told = publish(service, Data("b" * 64, lines, ["", GRAPH, "http://x/empty"]))
    assert {outcome.graph: outcome.what for outcome in told} == {
        MERGED: "published",
        GRAPH: "unchanged",
        "http://x/empty": "unchanged",
        "https://w3id.org/defkg/graph/shapes": "removed",
        "all": "whole",
    }
    query = Request("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", rows_type="text/csv")
    assert with_engine(service, lambda engine: engine.answer(query)).body.split() == [b"g", GRAPH.encode()]
    store = GraphStore(service.address, "", {})
    assert store.count("https://w3id.org/defkg/graph/shapes") == 0
    store.close()


def test_what_somebody_else_changed_is_sent_again(service: Service, small: Data) -> None:
    publish(service, small)
    store = GraphStore(service.address, "", {})
    store.post(GRAPH, SMALL % (1, 1))
    store.put(MERGED, b"".join(SMALL % (i, i) for i in range(1, 301)))
    store.close()
    told = {outcome.graph: outcome.what for outcome in publish(service, small)}
    assert (told[GRAPH], told[MERGED]) == ("published", "unchanged"), "as many triples, but other ones"
    assert {outcome.graph: outcome.what for outcome in publish(service, small, every=True)}[MERGED] == "published"
    assert (
        with_engine(service, lambda engine: engine.answer(Request(COUNT, rows_type="text/csv"))).body == b"n\r\n300\r\n"
    )
    assert with_engine(service, lambda engine: engine.answer(Request("ASK { <http://x/0> ?p ?o }"))).body.count(b"true")


class Breaking(GraphStore):
    """Loses its service after the second graph."""

    def put(self, graph: str, triples: bytes) -> None:
        if graph == "https://w3id.org/defkg/graph/shapes":
            raise ProjectError("the service is gone")
        super().put(graph, triples)


class Lossy(GraphStore):
    """Loses the last triple of a graph."""

    def put(self, graph: str, triples: bytes) -> None:
        lines = triples.splitlines(keepends=True)
        super().put(graph, b"".join(lines[:-1] if graph == GRAPH else lines))


class Garbling(GraphStore):
    """Changes a triple of a graph."""

    def put(self, graph: str, triples: bytes) -> None:
        super().put(graph, triples.replace(b'"India"@en', b'"Indja"@en') if graph == GRAPH else triples)


def test_run_that_broke_off_is_taken_up_and_nobody_reads_half(service: Service, small: Data) -> None:
    with pytest.raises(ProjectError, match="gone"):
        publish(service, small, Breaking)
    with pytest.raises(ProjectError, match="being replaced"):
        with_engine(service, lambda engine: engine.answer(Request(ALL)))
    told = {outcome.graph: outcome.what for outcome in publish(service, small)}
    assert told == {
        MERGED: "unchanged",
        GRAPH: "unchanged",
        "http://x/empty": "published",
        "https://w3id.org/defkg/graph/shapes": "published",
        "all": "whole",
    }


@pytest.mark.parametrize(("kind", "words"), [(Lossy, "counts"), (Garbling, "other ones")])
def test_graph_that_reads_back_otherwise_is_told(
    service: Service, small: Data, kind: type[GraphStore], words: str
) -> None:
    told = {outcome.graph: outcome for outcome in publish(service, small, kind)}
    assert (told[GRAPH].what, told["all"].what) == ("differs", "not whole")
    assert words in told[GRAPH].words
    with pytest.raises(ProjectError, match="being replaced"):
        with_engine(service, lambda engine: engine.answer(Request(ALL)))


def test_graph_in_many_pieces_arrives_whole(service: Service, small: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "CHUNK", 2000)
    assert publish(service, small)[-1].what == "whole"


def test_engine_never_answers_from_two_states_of_the_data(service: Service, small: Data) -> None:
    publish(service, small)
    later = Data("b" * 64, [*small.lines, SMALL % (999, 999)], small.names)

    async def work(engine: RemoteEngine) -> tuple[Any, ...]:
        changes: list[int] = []
        engine.on_change = lambda: changes.append(1)
        before = engine.tag(Request(ALL)), engine.digest
        with pytest.raises(ProjectError):
            await asyncio.to_thread(publish, service, later, FailsAtOnce)
        with pytest.raises(Problem) as half:
            await engine.answer(Request(ALL))
        unsure = engine.tag(Request(ALL)), engine.digest == engine.digest, len(changes)
        await asyncio.to_thread(publish, service, later)
        with pytest.raises(Problem) as other:
            await engine.answer(Request(ALL))
        with pytest.raises(Problem):
            await engine.answer(Request(ALL))
        assert None not in before
        return half.value.kind, unsure, other.value.kind, changes

    assert with_engine(service, work, poll=60) == ("store-changing", (None, False, 0), "store-changing", [1])
    assert (
        with_engine(service, lambda engine: engine.answer(Request(COUNT, rows_type="text/csv"))).body == b"n\r\n301\r\n"
    )


class FailsAtOnce(GraphStore):
    """Loses its service after the announcement."""

    def put(self, graph: str, triples: bytes) -> None:
        if graph == MERGED:
            raise ProjectError("the service is gone")
        super().put(graph, triples)


def test_change_is_seen_while_nobody_asks(service: Service, small: Data) -> None:
    publish(service, small)

    async def work(engine: RemoteEngine) -> bool:
        changed = asyncio.Event()
        engine.on_change = changed.set
        await asyncio.to_thread(publish, service, Data("b" * 64, small.lines, small.names))
        async with asyncio.timeout(20):
            await changed.wait()
        return engine.tag(Request(ALL)) is None

    assert with_engine(service, work, poll=0.1)


def test_change_is_told_again_to_who_failed_to_open_it(
    service: Service, small: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_AGAIN", 0.2)
    publish(service, small)

    async def work(engine: RemoteEngine) -> None:
        told = asyncio.Semaphore(0)
        engine.on_change = told.release
        await asyncio.to_thread(publish, service, Data("b" * 64, small.lines, small.names))
        async with asyncio.timeout(20):
            await told.acquire()
            await told.acquire()

    with_engine(service, work, poll=0.1)


def test_second_service_is_filled_while_the_first_answers(service: Service, small: Data) -> None:
    publish(service, small)
    later = Data("b" * 64, [*small.lines, SMALL % (999, 999)], small.names)

    async def work(engine: RemoteEngine) -> list[bytes]:
        with oxigraph() as second:
            filling = asyncio.ensure_future(asyncio.to_thread(publish, second, later))
            seen = []
            while not filling.done():
                seen.append((await engine.answer(Request(COUNT, rows_type="text/csv"))).body)
            assert (await filling)[-1].what == "whole"
            switched = RemoteEngine(second.address, LIMITS, environment={})
            await switched.start()
            seen.append((await switched.answer(Request(COUNT, rows_type="text/csv"))).body)
            await switched.close()
        return seen

    *before, after = with_engine(service, work)
    assert set(before) == {b"n\r\n300\r\n"}
    assert after == b"n\r\n301\r\n"


def test_server_over_a_service_follows_what_is_published(service: Service, data: Data) -> None:
    publish(service, data)
    with server("--store", service.address) as running:

        def count(tag: str = "") -> httpx.Response:
            headers = {"Accept": "text/csv", "If-None-Match": tag}
            return running.client.get(f"{running.address}/sparql", params={"query": COUNT}, headers=headers)

        page = running.client.get(f"{running.address}/id/country/IND", headers={"Accept": "text/html"})
        before = count()
        assert (page.status_code, before.status_code) == (200, 200)
        assert count(before.headers["etag"]).status_code == 304
        assert running.client.get(f"{running.address}/readyz").json()["digest"] == data.digest

        publish(service, Data("b" * 64, [*data.lines, SMALL % (1, 1)], data.names))
        assert until(lambda: count(before.headers["etag"]).status_code == 200, 60)
        assert running.client.get(f"{running.address}/readyz").json()["digest"] == "b" * 64
        assert int(count().text.split()[1]) == int(before.text.split()[1]) + 1


def test_service_that_is_none_is_refused_in_words(service: Service) -> None:
    for address, words in [
        (service.address.replace("/query", "/nowhere"), "is no SPARQL service"),
        ("http://127.0.0.1:9/query", "does not answer"),
    ]:
        with pytest.raises(ProjectError, match=words):
            GraphStore(address, "", {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b'<a:a> <a:p> "1.50"^^<{x}decimal> .\n', b'<a:a> <a:p> "1.5"^^<{x}decimal> .\n', True),
        (b'<a:a> <a:p> "007"^^<{x}int> .\n', b'<a:a> <a:p> "7"^^<{x}integer> .\n', True),
        (b'<a:a> <a:p> "true"^^<{x}boolean> .\n', b'<a:a> <a:p> "1"^^<{x}boolean> .\n', True),
        (b'<a:a> <a:p> "P3D"^^<{x}duration> .\n', b'<a:a> <a:p> "259200.0"^^<{x}duration> .\n', True),
        (b'<a:a> <a:p> "P3M"^^<{x}duration> .\n', b'<a:a> <a:p> "P3D"^^<{x}duration> .\n', False),
        (b'<a:a> <a:p> "1"^^<{x}decimal> .\n', b'<a:a> <a:p> "1"^^<{x}integer> .\n', False),
        (b'<a:a> <a:p> "1.5" .\n', b'<a:a> <a:p> "1.50" .\n', False),
        (b'<a:a> <a:p> "x"@en .\n', b'<a:a> <a:p> "x" .\n', False),
        (b"_:a <a:p> _:b .\n_:b <a:p> <a:a> .\n", b"_:z <a:p> <a:a> .\n_:y <a:p> _:z .\n", True),
        (b"_:a <a:p> _:b .\n_:b <a:p> <a:a> .\n", b"_:a <a:p> _:b .\n_:a <a:p> <a:a> .\n", False),
        (b'<a:a> <a:p> "_:b" .\n', b'<a:a> <a:p> "_:c" .\n', False),
        (b"<a:a> <a:p> <a:b> .\n<a:b> <a:p> <a:a> .\n", b"<a:b> <a:p> <a:a> .\n<a:a> <a:p> <a:b> .\n", True),
    ],
)
def test_fingerprint_tells_graphs_apart(one: bytes, other: bytes, same: bool) -> None:
    xsd = b"http://www.w3.org/2001/XMLSchema#"
    prints = [Fingerprint.of(rewritten(text.replace(b"{x}", xsd).splitlines(keepends=True))) for text in (one, other)]
    assert (prints[0] == prints[1]) is same


@pytest.mark.parametrize("graph", [GRAPH, "https://w3id.org/defkg/graph/published"])
def test_graph_that_is_needed_for_something_else_is_refused(service: Service, small: Data, graph: str) -> None:
    store, sheaf = GraphStore(service.address, "", {}), small.sheaf()
    with pytest.raises(ProjectError, match="needed for something else"):
        Publisher(store, sheaf, small.digest, graph)
    sheaf.close()
    store.close()


def test_line_that_is_no_quad_is_refused() -> None:
    with pytest.raises(ProjectError, match="no quad"):
        Sheaf([b"<a:a> <a:p> .\n"], [], Path(tempfile.gettempdir()))


@pytest.mark.services
def test_virtuoso_answers_as_our_own_engine_does_or_not_at_all(data: Data) -> None:
    with virtuoso() as service:
        assert publish(service, data)[-1].what == "whole"
        assert {outcome.what for outcome in publish(service, data)[:-1]} == {"unchanged"}

        async def work(engine: RemoteEngine) -> dict[str, str]:
            assert set(engine.graphs) == set(data.names)
            await typed(engine)
            return await different(engine, data, 2)

        assert with_engine(service, work) == {}


async def typed(engine: RemoteEngine) -> None:
    """Truth values and durations come as they were published, and a test is answered with a truth."""
    assert b"true" in (await engine.answer(Request("ASK { GRAPH ?g { ?s sh:optional false } }"))).body
    assert b"false" in (await engine.answer(Request("ASK { ?s defkg:nothing ?o }"))).body
    query = "SELECT DISTINCT ?o { GRAPH ?g { { ?s sh:optional ?o } UNION { ?s defkg:duration ?o } } }"
    body = (await engine.answer(Request(query, rows_type="text/csv"))).body
    assert sorted(body.decode().split()) == ["P2D", "false", "o", "true"]


@pytest.mark.services
def test_virtuoso_that_cuts_answers_is_published_to_and_never_passed_off_as_whole() -> None:
    lines = [SMALL % (i, i) for i in range(3000)]
    with virtuoso(rows=1000) as service:
        assert publish(service, Data("c" * 64, lines, [""]))[-1].what == "whole"

        async def work(engine: RemoteEngine) -> list[Any]:
            told: list[Any] = [(await engine.answer(Request(COUNT, rows_type="text/csv"))).body]
            for query in (ALL, "CONSTRUCT WHERE { ?s ?p ?o }"):
                with pytest.raises(Problem) as caught:
                    await engine.answer(Request(query))
                told.append(caught.value.kind)
            return told

        assert with_engine(service, work) == [b"n\r\n3000\r\n", "store-rows", "store-rows"]

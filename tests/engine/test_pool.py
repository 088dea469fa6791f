"""Worker processes: what a query does to its own, and to no other."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from defkg.engine import Problem
from defkg.engine.frames import Frame, encode
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool

T = TypeVar("T")
QUESTION = {
    "default_graphs": None,
    "named_graphs": None,
    "rows_type": "application/sparql-results+json",
    "graph_type": "application/n-triples",
}
LIMITS = Limits(workers=2, memory=192, queue=4, rows=50_000, depth=300_000)
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


def with_pool(work: Callable[[Pool], Awaitable[T]], limits: Limits = LIMITS) -> T:
    async def run() -> T:
        with tempfile.TemporaryFile() as data:
            data.write(b"".join(b'<http://x/%d> <http://x/p%d> "v" .\n' % (i, i % 7) for i in range(5000)))
            data.write(b'<http://x/1> <http://x/p> "v" <http://g/1> .\n<http://x/1> <http://x/p> "v" <http://g/2> .\n')
            data.flush()
            pool = Pool(data, ["http://g/empty"], limits)
            await pool.start()
            try:
                return await work(pool)
            finally:
                await pool.close()

    return asyncio.run(run())


async def ask(pool: Pool, query: str, timeout: float = 10, **members: Any) -> Frame:
    frame = await pool.run({**QUESTION, "query": query, **members}, timeout)
    if "problem" in frame.members:
        raise Problem(**frame.members["problem"])
    return frame


async def kind(pool: Pool, query: str, timeout: float = 10) -> str:
    try:
        await ask(pool, query, timeout)
    except Problem as problem:
        return problem.kind
    return "ok"


def test_graphs_are_counted_and_an_empty_one_is_known() -> None:
    async def work(pool: Pool) -> dict[str, int]:
        return dict(pool.graphs)

    assert with_pool(work) == {"": 5000, "http://g/1": 1, "http://g/2": 1, "http://g/empty": 0}


def test_a_triple_of_two_graphs_counts_once() -> None:
    async def work(pool: Pool) -> bytes:
        graphs = ["http://g/1", "http://g/2", "http://g/1"]
        query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        return (await ask(pool, query, default_graphs=graphs, named_graphs=[], rows_type="text/csv")).body

    assert with_pool(work) == b"n\r\n1\r\n"


def test_what_the_protocol_does_not_name_is_empty() -> None:
    async def work(pool: Pool) -> tuple[bytes, bytes]:
        one: dict[str, Any] = {"rows_type": "text/csv", "default_graphs": [], "named_graphs": ["http://g/1"]}
        default = await ask(pool, "ASK { ?s ?p ?o }", **one)
        named = await ask(pool, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", **one)
        return default.body, named.body

    assert with_pool(work) == (b"false", b"g\r\nhttp://g/1\r\n")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"SELECT * {{ {CROSS} }} ORDER BY ?a", "memory"),
        (
            "SELECT ?x25 { BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
            + " ".join(f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1})" for i in range(25))
            + "}",
            "memory",
        ),
        ("ASK " + "{" * 100_000 + "}" * 100_000, "stack"),
        (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", "timeout"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000", "rows"),
        ("SELECT", "syntax"),
        ("ASK { SERVICE <http://127.0.0.1:8999/> { ?s ?p ?o } }", "service-refused"),
    ],
    ids=["sort", "concat", "nested", "count", "rows", "syntax", "service"],
)
def test_a_bad_query_is_a_problem_for_itself_alone(query: str, expected: str) -> None:
    async def work(pool: Pool) -> tuple[str, list[str]]:
        bad = asyncio.ensure_future(kind(pool, query, 1.5))
        good = [await kind(pool, "ASK { ?s ?p ?o }") for _ in range(30)]
        return await bad, good + [await kind(pool, "ASK {}") for _ in range(4)]

    found, others = with_pool(work)
    assert found == expected
    assert set(others) == {"ok"}


def test_deadline_is_kept_whatever_the_query_does() -> None:
    steps = "/".join(["<http://x/p>"] * 1000)

    async def work(pool: Pool) -> float:
        started = time.monotonic()
        await kind(pool, f"ASK {{ ?s {steps} ?o }}", 0.5)
        return time.monotonic() - started

    assert with_pool(work) < 1.5


def test_a_full_queue_is_said() -> None:
    async def work(pool: Pool) -> list[str]:
        slow = [kind(pool, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", 1) for _ in range(8)]
        return sorted(await asyncio.gather(*slow))

    found = with_pool(work)
    assert found.count("busy") >= 2
    assert found.count("timeout") >= 2


def test_a_killed_zygote_is_replaced_and_its_queries_are_asked_again() -> None:
    async def work(pool: Pool) -> list[str]:
        running = asyncio.ensure_future(kind(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", 20))
        await asyncio.sleep(0.05)
        os.kill(pool.crew.zygote, signal.SIGKILL)
        return [await running, await kind(pool, "ASK {}")]

    assert with_pool(work) == ["ok", "ok"]


def stopped(pool: Pool) -> list[int]:
    """The workers, which from now on read nothing."""
    pids = [worker.pid for worker in pool.crew.workers.values() if worker.pid]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)
    return pids


@pytest.mark.parametrize("first", ["kill", "ask"])
def test_a_query_that_no_worker_had_read_is_asked_again(first: str) -> None:
    async def work(pool: Pool) -> list[str]:
        while len(pool._idle) < 2:
            await asyncio.sleep(0.01)
        pids = stopped(pool)
        asked = [asyncio.ensure_future(kind(pool, "ASK {}")) for _ in pids]
        if first == "ask":
            await asyncio.sleep(0.05)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        if first == "kill":
            time.sleep(0.1)  # the server sees nothing of it before it asks
        return await asyncio.gather(*asked)

    assert with_pool(work) == ["ok", "ok"]


def test_a_query_that_a_worker_had_read_is_not_asked_again() -> None:
    async def work(pool: Pool) -> str:
        running = asyncio.ensure_future(kind(pool, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"))
        await asyncio.sleep(0.2)
        os.kill(next(worker.pid for worker in pool.crew.workers.values() if worker.job and worker.pid), signal.SIGKILL)
        return await running

    assert with_pool(work) == "engine-died"


def test_a_client_that_hangs_up_frees_its_worker() -> None:
    async def work(pool: Pool) -> float:
        for _ in range(4):
            task = asyncio.ensure_future(kind(pool, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", 30))
            await asyncio.sleep(0.05)
            task.cancel()
        started = time.monotonic()
        assert await kind(pool, "ASK {}") == "ok"
        return time.monotonic() - started

    assert with_pool(work) < 2


def test_clients_that_hang_up_on_quick_queries_cost_no_worker() -> None:
    async def work(pool: Pool) -> None:
        assert await kind(pool, "ASK {}") == "ok"
        before = sorted(pool.crew.workers)
        for _ in range(20):
            task = asyncio.ensure_future(kind(pool, "ASK {}"))
            await asyncio.sleep(0)
            task.cancel()
        assert await kind(pool, "ASK {}") == "ok"
        await asyncio.sleep(0.1)
        assert sorted(pool.crew.workers) == before

    with_pool(work, replace(LIMITS, queue=40))


def test_a_worker_that_answers_while_it_is_killed_gets_no_other_query() -> None:
    async def work(pool: Pool) -> list[str]:
        data = encode({**QUESTION, "query": "ASK {}"})
        while len(pool._idle) < 2:
            await asyncio.sleep(0.01)
        jobs = [pool.submit(data, 10, lambda _: None) for _ in range(2)]
        doomed = next(worker for worker in pool.crew.workers.values() if worker.job is jobs[0])
        pool.crew.kill(doomed, "timeout")
        pool.crew._on_frame(doomed, Frame({}))
        assert doomed not in pool._idle
        return [await kind(pool, "ASK {}") for _ in range(4)]

    assert with_pool(work) == ["ok"] * 4


def test_a_query_is_settled_once_and_only_then_not_counted() -> None:
    async def work(pool: Pool) -> list[object]:
        found: list[object] = []
        data = encode({**QUESTION, "query": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"})
        jobs = [pool.submit(data, 0.2, found.append) for _ in range(4)]
        pool.cancel(jobs[3])
        await asyncio.sleep(0.6)
        for job in jobs:
            pool.cancel(job)
        assert (pool._unsettled, pool.queued) == (0, 0)
        return [problem.kind for problem in found if isinstance(problem, Problem)]

    assert sorted(map(str, with_pool(work))) == ["busy", "timeout", "timeout"]


def test_a_query_that_runs_when_the_pool_closes_is_told_so() -> None:
    async def work(pool: Pool) -> list[str]:
        running = [asyncio.ensure_future(kind(pool, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", 30)) for _ in range(3)]
        await asyncio.sleep(0.3)
        await pool.close()
        return await asyncio.gather(*running)

    assert set(with_pool(work)) == {"shutting-down"}


def test_large_answer_comes_as_a_file() -> None:
    async def work(pool: Pool) -> tuple[int, int]:
        frame = await ask(pool, "CONSTRUCT { ?s ?p ?o . ?s <http://x/q> ?p } WHERE { ?s ?p ?o }")
        small = await ask(pool, "SELECT * { ?s ?p ?o } LIMIT 40000", rows_type="text/csv")
        return frame.members["rows"], len(small.body)

    rows, length = with_pool(work)
    assert rows == 10_000
    assert length > 1000


def test_nothing_is_left_behind() -> None:
    def processes() -> set[str]:
        return {p.name for p in Path("/proc").iterdir() if p.name.isdigit() and parent(p) == os.getpid()}

    before = processes()
    files = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(2):
        with_pool(lambda pool: kind(pool, "ASK {}"))
    assert processes() - before == set()
    assert len(list(Path("/proc/self/fd").iterdir())) == files


def parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0

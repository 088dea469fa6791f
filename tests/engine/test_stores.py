"""A store on the disk that workers answer from: the same promises as for one in memory."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from defkg.engine import Problem, Request
from defkg.engine.confinement import limit_memory
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool
from defkg.engine.stores import Folder, OnDisk, hold
from defkg.engine.zygote_link import ZygoteFailed
from tests.engine.test_pool import QUESTION

T = TypeVar("T")
LIMITS = Limits(workers=1, memory=192, rows=50_000)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNTS = {"": 3000, "http://g/1": 2, "http://g/2": 2, "http://g/empty": 0}
TEXT = b"""<http://x/1> <http://x/p> "v" <http://g/1> .
_:b <http://x/p> "only one" <http://g/1> .
<http://x/1> <http://x/p> "v" <http://g/2> .
_:b <http://x/p> "only two" <http://g/2> .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(str(tmp_path / "store"))
    one = NamedNode("http://x/p")
    store.extend(Quad(NamedNode(f"http://x/{n}"), one, Literal(f"v{n}"), DefaultGraph()) for n in range(3000))
    store.extend(parse(TEXT, format=RdfFormat.N_QUADS))
    store.add_graph(NamedNode("http://g/empty"))
    store.flush()
    return tmp_path / "store"


def opened(folder: Path) -> Folder:
    return Folder(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))


def with_pool(folder: Path, work: Callable[[Pool], Awaitable[T]], limits: Limits = LIMITS) -> T:
    async def run() -> T:
        data = opened(folder)
        pool = Pool(data, COUNTS, limits)
        try:
            await pool.start()
            return await work(pool)
        finally:
            await pool.close()
            data.close()

    return asyncio.run(run())


async def ask(pool: Pool, query: str, timeout: float = 20, **members: Any) -> bytes:
    frame = await pool.run({**QUESTION, "rows_type": "text/csv", "query": query, **members}, timeout)
    if "problem" in frame.members:
        raise Problem(**frame.members["problem"])
    return frame.body


async def kind(pool: Pool, query: str, timeout: float = 20) -> str:
    try:
        await ask(pool, query, timeout)
    except Problem as problem:
        return problem.kind
    return "ok"


def workers() -> list[int]:
    """All children of children of this process, whose threads answer queries."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    return [pid for pid, parent in parents.items() if parents.get(parent) == os.getpid()]


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_counts_come_from_whoever_opens_it_and_answers_from_the_store(folder: Path) -> None:
    async def work(pool: Pool) -> tuple[dict[str, int], bytes]:
        return dict(pool.graphs), await ask(pool, COUNT)

    assert with_pool(folder, work) == (COUNTS, b"n\r\n3000\r\n")


def test_a_triple_of_two_graphs_counts_once(folder: Path) -> None:
    async def work(pool: Pool) -> list[bytes]:
        graphs = ["http://g/1", "http://g/2", "http://g/1"]
        merged = await ask(pool, COUNT, default_graphs=graphs, named_graphs=[])
        named = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o GRAPH ?g { ?s ?p ?o } }"
        both = await ask(pool, named, default_graphs=graphs, named_graphs=["http://g/2"])
        known = await ask(pool, "SELECT ?g { GRAPH ?g {} }", default_graphs=graphs, named_graphs=["http://g/empty"])
        return [merged, both, known, await ask(pool, COUNT)]

    assert with_pool(folder, work) == [b"n\r\n3\r\n", b"n\r\n2\r\n", b"g\r\nhttp://g/empty\r\n", b"n\r\n3000\r\n"]


def test_blank_nodes_of_two_graphs_stay_what_they_are(folder: Path) -> None:
    async def work(pool: Pool) -> bytes:
        query = 'SELECT ?s { ?s ?p "only one" , "only two" }'
        return await ask(pool, query, default_graphs=["http://g/1", "http://g/2"], named_graphs=[])

    assert with_pool(folder, work).count(b"\r\n") == 2


def test_a_merge_that_needs_too_much_memory_is_refused(folder: Path) -> None:
    store = Store(str(folder))
    graph = NamedNode("http://g/1")
    quads = (Quad(NamedNode(f"http://y/{n}"), graph, Literal(f"{n}" * 8), graph) for n in range(120_000))
    store.bulk_extend(quads)
    store.flush()
    del store

    async def work(pool: Pool) -> str:
        graphs: dict[str, Any] = {"default_graphs": ["http://g/1", "http://g/2"], "named_graphs": []}
        with pytest.raises(Problem) as refused:
            await ask(pool, COUNT, **graphs)
        assert await ask(pool, COUNT) == b"n\r\n3000\r\n"
        return refused.value.kind

    assert with_pool(folder, work, Limits(workers=1, memory=24)) == "memory"


def test_slow_queries_are_killed_and_nothing_of_them_stays(folder: Path) -> None:
    async def work(pool: Pool) -> list[str]:
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        return [await kind(pool, slow, 0.5), await kind(pool, COUNT)]

    assert with_pool(folder, work) == ["timeout", "ok"]


def test_all_threads_of_a_worker_but_the_one_that_waits_have_no_new_sockets(folder: Path) -> None:
    async def work(pool: Pool) -> list[str]:
        await ask(pool, COUNT)
        (worker,) = workers()
        tasks = sorted(Path(f"/proc/{worker}/task").iterdir(), key=lambda path: int(path.name))
        return [path.joinpath("status").read_text().split("Seccomp:\t")[1][0] for path in tasks]

    waiting, *others = with_pool(folder, work)
    assert (waiting, set(others)) == ("0", {"2"})


def test_queries_write_nothing(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    async def work(pool: Pool) -> bytes:
        return await ask(pool, COUNT)

    with_pool(folder, work)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_folder_that_is_moved_stays_the_one_that_was_opened(folder: Path) -> None:
    async def work(pool: Pool) -> bytes:
        folder.rename(folder.with_name("elsewhere"))
        other = Store(str(folder))
        other.add(Quad(NamedNode("http://x/other"), NamedNode("http://x/p"), Literal("v"), DefaultGraph()))
        other.flush()
        for worker in workers():
            os.kill(worker, signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await ask(pool, COUNT)

    assert with_pool(folder, work) == b"n\r\n3000\r\n"


def test_a_store_that_was_taken_away_is_told(folder: Path) -> None:
    async def work(pool: Pool) -> str:
        shutil.rmtree(folder)
        for worker in workers():
            os.kill(worker, signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await kind(pool, COUNT)

    assert with_pool(folder, work) == "disk"


def test_what_is_no_store_is_refused_when_it_is_opened(folder: Path) -> None:
    (folder / "CURRENT").write_text("nonsense\n")

    async def work(pool: Pool) -> None:
        raise AssertionError("it started")

    with pytest.raises(ZygoteFailed, match="cannot be opened"):
        with_pool(folder, work)


def test_damage_in_a_store_is_a_problem_and_no_other_answer(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        for table in sorted(folder.glob("*.sst")):
            size = table.stat().st_size
            broken = Path(shutil.copytree(folder, Path(name) / table.stem))
            content = bytearray((broken / table.name).read_bytes())
            content[size // 2] ^= 0x55
            (broken / table.name).write_bytes(content)
            assert damaged(broken) in (True, b"n\r\n3000\r\n")


def damaged(folder: Path) -> bool | bytes:
    """Whether a process of its own finds the damage; else what it answers."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            signal.alarm(20)
            limit_memory(1024)
            store = Store.read_only(str(folder))
            query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?p ?again FILTER (STRLEN(?o) > 0) }"
            rows = [row["n"].value for row in store.query(query)]  # type: ignore[union-attr]
            os.write(theirs, f"n\r\n{rows[0]}\r\n".encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as said:  # noqa: PTH123 - a descriptor
        answer = said.read()
    os.waitpid(pid, 0)
    return answer or True


def test_no_more_is_copied_than_must_be(folder: Path) -> None:
    data = opened(folder)
    held = hold(data.fileno(), COUNTS)
    assert isinstance(held, OnDisk)
    store = held.open()
    request = Request(COUNT, ("http://g/1",), ("http://g/2",))
    assert held.dataset(store, request) == (store, request)
    copy, rest = held.dataset(store, Request(COUNT, ("http://g/1", "http://g/2"), ()))
    assert (len(copy), rest.default_graphs) == (3, None)
    data.close()
    data.close()


def test_a_graph_with_thousands_of_names_starts() -> None:
    names = [f"https://example.org/a/rather/long/name/of/a/graph/that/fills/a/command/line/{n}" for n in range(20_000)]

    async def run() -> int:
        with tempfile.TemporaryFile() as data:
            pool = Pool(data, names, LIMITS)
            try:
                await pool.start()
                return len(pool.graphs)
            finally:
                await pool.close()

    assert asyncio.run(run()) == 20_001

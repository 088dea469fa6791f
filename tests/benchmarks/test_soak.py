"""The soak: a short one finds nothing, and each fault that is made on purpose is found."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from benchmarks.soak import run
from benchmarks.soak.ask import Ask, difference, variant
from benchmarks.soak.exchange import Connection, Lost, Request, Response
from benchmarks.soak.load import Plan
from benchmarks.soak.outcome import Outcome, report, told
from benchmarks.soak.tally import Tally
from benchmarks.soak.usage import Usage, growth

from tests.conftest import ROOT
from tests.kinds import BROWSER

CSV = {"content-type": "text/csv; charset=utf-8", "content-length": "9", "etag": '"x"'}
ASK = Ask("query", Request("GET", "/sparql?query=ASK"), Response(200, CSV, b"a\r\n1\r\n2\r\n"))
USED = Usage(0, 170, 16, 30, 4, 32, 1)
LEAKS = """
import subprocess, sys, tempfile, threading, time

def leak():
    held = []
    while True:
        time.sleep(0.1)
        held.append((bytearray(b"x" * 4_000_000), tempfile.NamedTemporaryFile(), subprocess.Popen(["sleep", "60"])))

if "serve" in sys.orig_argv:
    threading.Thread(target=leak, daemon=True).start()
"""


@pytest.mark.alone
def test_a_short_soak_finds_nothing_wrong(tmp_path: Path) -> None:
    plan = "--seconds 8 --bout 1 --connections 20 --things 1 --kill 2 --reload 5".split()
    words = [sys.executable, "-m", "benchmarks.soak", *plan, "--output", str(tmp_path / "told.json")]
    words += ["--", "--workers", "4"]  # so that a worker is free for the others, also on a slow machine
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "told.json").read_text())
    assert found["faults"] == []
    assert found["left out"] == []
    assert len(found["usage"]) == 9
    kinds = {"query", "query, new", "POST", "POST, new", "question", "thing", "page", "HEAD", "conditional"}
    assert kinds | {"hang-up", "broken", "worker", "reload"} <= set(found["answers"])
    assert any(kind.startswith("hostile") for kind in found["answers"])
    assert "all as it should be" in done.stdout


@pytest.mark.alone
def test_leaks_and_wrong_answers_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(LEAKS)

    def lied_to(address: str, things: int) -> tuple[list[Ask], list[str]]:
        wrong = Response(200, {"content-type": "text/html; charset=utf-8"}, b"no such page")
        return [Ask("page", Request("GET", "/about", BROWSER), wrong)], []

    monkeypatch.setattr(run, "asks", lied_to)
    plan = Plan(seconds=3, bout=0.5, connections=4, rest=0.1)
    outcome = run.soak(["--no-check", "--workers", "1"], plan, 1, PYTHONPATH=str(tmp_path))
    begins = {fault.rpartition(":")[0].removeprefix("grew: ").partition(":")[0] for fault in outcome.faults}
    assert {"front", "files", "temporary", "processes", "wrong answers", "processes left"} <= begins
    assert "not as it should be" in report(outcome)
    assert told(outcome)["faults"] == outcome.faults


def test_a_right_answer_is_right_however_it_is_asked_for() -> None:
    chance = Random(1)
    asked = [variant(replace(ASK, open_end=True), chance, number) for number in range(200)]
    assert {ask.kind for ask in asked} == {"query", "query, new", "HEAD", "conditional"}
    assert {difference(ask, ask.right) for ask in asked} == {""}
    assert len({ask.request.target for ask in asked if ask.kind == "query, new"}) > 50


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": 500}, "500 instead of 200"),
        ({"headers": CSV | {"content-type": "text/html"}}, "text/html instead of text/csv"),
        ({"body": b"a\r\n1\r\n3\r\n"}, "another body"),
        ({"body": b"a\r\n2\r\n1\r\n"}, "another body"),
        ({"body": b""}, "another body"),
    ],
)
def test_a_wrong_answer_is_told(changed: dict[str, Any], words: str) -> None:
    assert words in difference(ASK, replace(ASK.right, **changed))


@pytest.mark.parametrize(("body", "same"), [(b"a\r\n2\r\n1\r\n", True), (b"a\r\n2\r\n2\r\n", False)])
def test_rows_without_an_order_may_come_in_any(body: bytes, same: bool) -> None:
    assert (difference(replace(ASK, ordered=False), replace(ASK.right, body=body)) == "") is same


def test_the_length_that_head_tells_is_compared() -> None:
    head = replace(ASK, request=replace(ASK.request, method="HEAD"))
    assert "a length of 8 instead of 9" in difference(head, Response(200, CSV | {"content-length": "8"}, b""))


def test_what_goes_up_and_down_does_not_grow() -> None:
    chance = Random(7)
    noisy = [replace(USED, front=170 + chance.uniform(-8, 8), workers=chance.choice([20, 30, 250])) for _ in range(30)]
    assert growth(noisy) == []
    assert growth([replace(USED, front=50), *[USED] * 9]) == []


@pytest.mark.parametrize(
    ("name", "step"), [("front", 2), ("zygote", 2), ("workers", 6), ("files", 1), ("temporary", 1), ("processes", 1)]
)
def test_what_grows_by_a_little_at_a_time_is_told(name: str, step: float) -> None:
    growing = [replace(USED, **{name: getattr(USED, name) + step * number}) for number in range(30)]
    assert [fault.partition(":")[0] for fault in growth(growing)] == [name]


def outcome(tally: Tally) -> Outcome:
    tally.good(ASK, ASK.right, 0.1)
    return Outcome({}, [], Plan(), 1, [], tally, [USED] * 10)


def test_a_query_may_die_with_a_worker_that_was_killed_and_no_other() -> None:
    tally = Tally()
    died = Response(500, {}, b'{"type": "https://w3id.org/defkg/problem/engine-died"}')
    tally.count("worker", "killed")
    tally.hostile("time", died, {504})
    assert outcome(tally).faults == []
    tally.good(ASK, died, 0.1)
    assert outcome(tally).faults == ["2 queries died with their worker, but 1 workers were killed"]
    tally.good(ASK, Response(500, {"content-type": "text/html"}, b"<title>The engine failed"), 0.1)
    tally.good(ASK, Response(500, {"content-type": "text/html"}, b"<title>Something is wrong here"), 0.1)
    assert outcome(tally).faults[0] == "wrong answers: 1"
    assert outcome(tally).faults[1].startswith("3 queries died")


@pytest.mark.parametrize(("status", "right"), [(500, {400, 413}), (200, {403}), (503, {504})])
def test_a_hostile_query_that_is_not_refused_is_a_fault(status: int, right: set[int]) -> None:
    tally = Tally()
    tally.hostile("memory", Response(status, {}, b"?"), right)
    assert outcome(tally).faults == ["wrong refusals: 1"]


def test_a_busy_server_may_say_so_seldom() -> None:
    tally = Tally()
    for _ in range(5):
        tally.good(ASK, Response(503, {"retry-after": "1"}, b""), 0.1)
        tally.hostile("time", Response(503, {"retry-after": "1"}, b""), {504})
    assert outcome(tally).faults == []
    tally.good(ASK, Response(503, {"retry-after": "1"}, b""), 0.1)
    assert outcome(tally).faults == ["6 requests were told to come back"]
    tally.good(ASK, Response(503, {}, b""), 0.1)
    assert "wrong answers: 1" in outcome(tally).faults


def test_a_page_may_say_seldom_that_something_is_missing() -> None:
    page = Ask("page", Request("GET", "/questions/x"), Response(200, {"content-type": "text/html"}, b"<p>all"))
    less = Response(200, {"content-type": "text/html", "cache-control": "no-store"}, b"<p>not all")
    tally = Tally()
    for _ in range(5):
        tally.good(page, less, 0.1)
    assert outcome(tally).faults == []
    tally.good(page, less, 0.1)
    assert outcome(tally).faults == ["6 pages said that something was missing"]
    tally.good(ASK, replace(less, headers=CSV | {"cache-control": "no-store"}), 0.1)
    assert "wrong answers: 1" in outcome(tally).faults


def test_a_broken_request_that_is_answered_is_a_fault() -> None:
    tally = Tally()
    for end in ("400", "closed", "200", "500"):
        tally.broken("half a head", end)
    assert outcome(tally).faults == ["broken requests that were answered: 2"]


def test_a_run_without_an_answer_is_a_fault() -> None:
    assert "nothing was answered" in Outcome({}, [], Plan(), 1, [], Tally(), [USED] * 10).faults


def asked_of(said: bytes, requests: int = 1) -> list[Response | str]:
    """What a client makes of a server that says this to each request, and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async def all_of_it() -> list[Response | str]:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, Connection(server.sockets[0].getsockname()[1]) as connection:
            return [await _one(connection.ask) for _ in range(requests)]

    return asyncio.run(all_of_it())


async def _one(ask: Callable[[Request], Awaitable[Response]]) -> Response | str:
    try:
        return await ask(Request("GET", "/"))
    except Lost as error:
        return str(error)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n"


def test_an_answer_is_read_whole_and_unpacked() -> None:
    packed = gzip.compress(b"rows")
    said = OK % len(packed) + b"Content-Encoding: gzip\r\n\r\n" + packed
    found = asked_of(said, 2)
    assert [one.body for one in found if isinstance(one, Response)] == [b"rows", b"rows"]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        OK % 9 + b"\r\nhalf",
        b"HTTP/1.1 200 OK\r\n\r\nno length",
        OK % 10 + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"rows")[:10],
    ],
    ids=["nothing", "half a head", "half a body", "no length", "half a gzip body"],
)
def test_half_an_answer_is_lost(said: bytes) -> None:
    (found,) = asked_of(said)
    assert isinstance(found, str)

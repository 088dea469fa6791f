"""Clients that mean no good, or have bad luck: each does one thing after the other, until it is cancelled."""

from __future__ import annotations

import asyncio
from random import Random
from urllib.parse import quote

from tests.bombs import ANSWER_BOMBS, FLAT_BOMBS, HALVES, HEAD, MEMORY_BOMBS, STACK_BOMBS, TIME_BOMBS, doubled

from benchmarks.soak.ask import FORM
from benchmarks.soak.exchange import Connection, Lost, Request
from benchmarks.soak.tally import Tally

SECONDS = "1"  # that a hostile query asks for: the sooner it is over, the more of them there are
_REFUSED = {
    "memory": (MEMORY_BOMBS, {413, 504}),
    "time": (TIME_BOMBS, {504}),
    "answer": ({name: query for name, (query, _) in ANSWER_BOMBS.items()}, {413, 504}),
    "stack": (STACK_BOMBS, {400}),
    "flat": (FLAT_BOMBS, {200, 400, 413, 504}),
    "service": ({"": "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"}, {403}),
    "unknown graph": ({"": "ASK FROM <file:///etc/passwd> { ?s ?p ?o }"}, {400}),
    "update": ({"": "DROP ALL"}, {400}),
}
BOMBS = [(kind, query, right) for kind, (queries, right) in _REFUSED.items() for query in queries.values()]
_LARGE = f"SELECT ?x {{ {doubled(14)} ?s ?p ?o }} LIMIT 100"
_WRONG = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a line without a colon": b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 7\r\n\r\n",
    "a negative length": HEAD.replace(b"1000", b"-1") + b"\r\n",
    "a long line": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no UTF-8": b"GET /sparql?query=%FF%FE HTTP/1.1\r\nHost: x\r\n\r\n",
    "a wrong chunk": HEAD.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked") + b"\r\nzz\r\n",
}

_BROKEN = [(name, *half) for name, half in HALVES.items()] + [(name, text, b"") for name, text in _WRONG.items()]


async def bombs(port: int, tally: Tally, chance: Random) -> None:
    """Asks hostile queries, each of which has to be refused in time."""
    async with Connection(port) as connection:
        while True:
            kind, query, right = chance.choice(BOMBS)
            text = f"{query}\n#{chance.random()}"
            body = f"query={quote(text, safe='')}&timeout={SECONDS}".encode()
            try:
                answer = await connection.ask(Request("POST", "/sparql", FORM, body))
                tally.hostile(kind, answer, right)
            except Lost as error:
                tally.lost(f"hostile, {kind}", str(error))
            await asyncio.sleep(chance.uniform(0.2, 1))


async def hang_ups(port: int, tally: Tally, chance: Random) -> None:
    """Hangs up in the middle of a query, of an answer, of a page; in order, or by a reset."""
    while True:
        connection = Connection(port)
        what = chance.choice(["query", "answer", "page"])
        try:
            await _begin(connection, what, chance)
            tally.count("hang-up", what)
        except OSError as error:
            tally.lost(f"hang-up, {what}", repr(error))
        finally:
            connection.close(reset=chance.random() < 0.5)
        await asyncio.sleep(chance.uniform(0.05, 0.5))


async def _begin(connection: Connection, what: str, chance: Random) -> None:
    if what == "page":
        target = f"/sparql?query={quote('SELECT * { ?s ?p ?o } #')}{chance.random()}"
        await connection.send(Request("GET", target, {"Accept": "text/html"}).written(connection.port))
        return
    query = TIME_BOMBS["count"] if what == "query" else _LARGE
    body = f"query={quote(f'{query} #{chance.random()}', safe='')}&timeout=5".encode()
    await connection.send(Request("POST", "/sparql", FORM, body).written(connection.port))
    if what == "query":
        await asyncio.sleep(chance.uniform(0, 0.2))
    else:
        await connection.some()


async def broken(port: int, tally: Tally, chance: Random) -> None:
    """Sends what is no request, and requests that do not end; none may be answered with success, or a fault."""
    while True:
        name, start, drops = chance.choice(_BROKEN)
        connection = Connection(port)
        try:
            said = await _end(connection, start, drops)
            tally.broken(name, said)
        finally:
            connection.close(reset=chance.random() < 0.5)
        await asyncio.sleep(chance.uniform(0.05, 0.5))


async def _end(connection: Connection, start: bytes, drops: bytes) -> str:
    """What the server makes of it: a status, or "closed"."""
    try:
        await connection.send(start)
        reading = asyncio.ensure_future(connection.some())
        for drop in drops:
            if reading.done():
                break
            await connection.send(bytes([drop]))
            await asyncio.wait({reading}, timeout=0.1)
        got = await reading
    except OSError:
        return "closed"
    return got.split()[1].decode() if got.startswith(b"HTTP/") else "closed"

"""What a local worker does for a query that a service answers: it reads the query before, and the answer after.

Both can cost time and memory that the sender chose, so both happen in a process that can be killed and has no sockets.

Sources: SPARQL 1.1 Query Results JSON Format (W3C), RDF 1.1 N-Triples (W3C).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from defkg.engine import Request
from defkg.engine.evaluation import evaluate, memory_problem
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.limits import Limits
from defkg.engine.remote import departures, troubles
from defkg.engine.remote.asking import Done, read_query
from defkg.engine.remote.needs import ANY
from defkg.engine.rows import counter
from defkg.engine.spool import Spool
from defkg.terms import PREFIXES


def work_at_desk(
    members: Mapping[str, Any], fd: int | None, graphs: Collection[str], limits: Limits, spare: BinaryIO | None = None
) -> Done:
    """Does what the members of a frame say under ``do``.

    Args:
        members: of the frame.
        fd: the open file that came with it; it is closed.
        graphs: IRIs of the graphs that are served.
        limits: for nesting, rows and bytes.
        spare: what to spool into; None makes a file when needed.

    Raises:
        Problem: there is no answer.
    """
    if fd is None:
        return read_query(_request(members), graphs, limits, members["wary"])
    with open(fd, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        if members["do"] == "answer-here":
            wanted = members["media_type"]
            return answer_here(Request(members["query"], rows_type=wanted, graph_type=wanted), file, limits, spare)
        read = read_quads if members["do"] == "read-quads" else read_answer
        return read(members, file, limits, spare)


def read_quads(members: Mapping[str, Any], file: BinaryIO, limits: Limits, spare: BinaryIO | None = None) -> Done:
    """Reads a service's answer to the query of a `Need`, ``members["need"]``, and writes its quads as N-Quads.

    Raises:
        Problem: it is not whole, not what was asked for, or too large.
    """
    subject, predicate, obj, graph, _ = members["need"]
    fixed = {"s": subject, "p": predicate, "o": obj, "g": None if graph == ANY else graph}
    spool = Spool(limits, None, spare)
    try:
        rows = _results({"form": "select", "variables": members["variables"]}, file)
        with spool.whole():
            for row in rows:  # type: ignore[union-attr]
                terms = (f"<{iri}>" if iri else "" if iri == "" else str(row[name]) for name, iri in fixed.items())
                spool.write(f"{' '.join(terms)} .\n".encode())
    except MemoryError as error:
        raise memory_problem(limits) from error
    except (SyntaxError, ValueError, OSError, KeyError) as error:
        raise spool.problem or troubles.broken(f"sends what is no whole answer ({_words(error)})") from None
    return Done({}, spool)


def answer_here(request: Request, file: BinaryIO, limits: Limits, spare: BinaryIO | None = None) -> Done:
    """Answers a query from the N-Quads in a file.

    Raises:
        Problem: there is no answer.
    """
    store = Store()
    try:
        store.bulk_load(file, format=RdfFormat.N_QUADS)
    except MemoryError as error:
        raise memory_problem(limits) from error
    except SyntaxError as error:
        raise troubles.broken(f"sends terms that are none ({_words(error)})") from None
    evaluated = evaluate(store, request, limits, spare)
    return Done({"media_type": evaluated.media_type}, evaluated.spool)


def read_answer(members: Mapping[str, Any], file: BinaryIO, limits: Limits, spare: BinaryIO | None = None) -> Done:
    """Reads a service's answer to its end and writes it in the client's format.

    Args:
        members: ``form``, ``variables`` and ``media_type`` of `read_query`.
        file: the answer, in SPARQL's JSON or in N-Triples.
        limits: for rows and bytes.
        spare: what to spool into; None makes a file when needed.

    Raises:
        Problem: it is not whole, not what was asked for, or too large.
    """
    media_type = members["media_type"]
    spool = Spool(limits, _counter(members["form"], media_type), spare)
    try:
        with spool.whole():
            if members["form"] == "graph":
                spool.rows = 0
                prefixes = {**PREFIXES}
                serialize(_triples(file, spool), cast(IO[bytes], spool), format=GRAPHS[media_type], prefixes=prefixes)
            else:
                _results(members, file).serialize(cast(IO[bytes], spool), format=ROWS[media_type])
    except MemoryError as error:
        raise memory_problem(limits) from error
    except (SyntaxError, ValueError, OSError) as error:
        raise spool.problem or troubles.broken(f"sends what is no whole answer ({_words(error)})") from None
    return Done({"media_type": media_type}, spool)


def _request(members: Mapping[str, Any]) -> Request:
    default, named = (None if g is None else tuple(g) for g in (members["default_graphs"], members["named_graphs"]))
    return Request(members["query"], default, named, members["rows_type"], members["graph_type"])


def _counter(form: str, media_type: str) -> Any:
    return counter(media_type) if form == "select" else None


def _results(members: Mapping[str, Any], file: BinaryIO) -> QuerySolutions | QueryBoolean:
    body = departures.mended(file, members.get("distinct", False))
    results = parse_query_results(body, format=QueryResultsFormat.JSON)
    asked = members["form"]
    if asked == "ask":
        results = departures.as_truth(results)
    if isinstance(results, QueryBoolean) != (asked == "ask"):
        raise troubles.broken("answers another kind of question than was asked")
    if isinstance(results, QuerySolutions) and [v.value for v in results.variables] != members["variables"]:
        raise troubles.broken("gives other columns than were asked for")
    return results


def _triples(file: BinaryIO, spool: Spool) -> Iterator[Triple]:
    for rows, quad in enumerate(parse(_Once(file), format=RdfFormat.N_TRIPLES), start=1):  # type: ignore[arg-type]
        spool.rows = rows
        spool.check()
        yield quad.triple


class _Once:
    """The lines of N-Triples, each once: a graph is a set, whatever a store sends."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = iter(file)
        self._seen: set[bytes] = set()

    def read(self, _size: int = -1) -> bytes:
        """The next line that was not there before; empty at the end.

        Raises:
            ValueError: the last line does not end.
        """
        for line in self._lines:
            if not line.endswith(b"\n") and not line.rstrip().endswith(b"."):
                raise ValueError("the last line is not whole")
            known = len(self._seen)
            self._seen.add(hashlib.blake2b(line.strip(), digest_size=16).digest())
            if len(self._seen) > known:
                return line
        return b""


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]

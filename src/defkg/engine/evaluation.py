"""One query over one store: the answer is complete in a spool, or there is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    serialize,
)

from defkg.engine import Problem, Request
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.glance import needed
from defkg.engine.limits import Limits
from defkg.engine.rows import counter
from defkg.engine.spool import Spool
from defkg.terms import BASE, PREFIXES

_MERGED = NamedNode("urn:x-defkg:merged")
_SYMBOL = re.compile(r'"(?:\\.|[^"\\])+"')
_BEYOND = (
    '"{|"',
    '"\\\\"',
    '"~"',
    '"<<"',
    '"<<("',
    '"\\\\U"',
    '"\\\\u"',
)  # beyond SPARQL 1.1, or in a string
_COMPLAINTS = {
    "Prefix not found": "a prefix is not declared; add PREFIX name: <IRI>, or write the whole IRI",
    "The SELECT contains a variable that is unbound": "group by each variable that is selected, or aggregate it",
    "IRI parsing failed": "the IRI is not valid",
}
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Evaluated:
    """A complete answer in its spool, and the media type it is in."""

    media_type: str
    spool: Spool


def evaluate(store: Store, request: Request, limits: Limits, file: BinaryIO | None = None) -> Evaluated:
    """Runs a query.

    Args:
        store: the graph.
        request: the query; its dataset, where it has one, replaces the store's.
        limits: for rows and bytes; time and memory are held by whoever runs this.
        file: what to spool into; None makes one when needed.

    Raises:
        Problem: there is no answer.
    """
    try:
        if request.default_graphs is None or request.named_graphs is None:
            return _query(store, request, {}, limits, file)
        with _dataset(store, request.default_graphs, request.named_graphs) as dataset:
            return _query(store, request, dataset, limits, file)
    except SyntaxError as error:
        raise syntax_problem(error) from error
    except MemoryError as error:
        raise memory_problem(limits) from error
    except OSError as error:
        raise unreadable_problem(error) from error
    except (RuntimeError, ValueError) as error:
        raise Problem(400, "evaluation", "The query could not be evaluated", str(error)) from error


def _query(store: Store, request: Request, dataset: dict[str, Any], limits: Limits, file: BinaryIO | None) -> Evaluated:
    results = store.query(request.query, base_iri=BASE, prefixes=needed(request.query), **dataset)
    return _serialise(results, request, limits, file)


@contextmanager
def _dataset(store: Store, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> Iterator[dict[str, Any]]:
    default = [NamedNode(iri) for iri in dict.fromkeys(default_graphs)]
    named = [NamedNode(iri) for iri in dict.fromkeys(named_graphs)]
    if len(default) < 2:
        yield {"default_graph": default, "named_graphs": named}
        return
    try:  # the engine would count a triple of two graphs twice: merge them into one graph, which is a set
        for graph in default:
            store.update(f"ADD {graph} TO {_MERGED}")
        yield {"default_graph": [_MERGED], "named_graphs": named}
    finally:
        store.remove_graph(_MERGED)


def _serialise(
    results: QuerySolutions | QueryBoolean | QueryTriples, request: Request, limits: Limits, file: BinaryIO | None
) -> Evaluated:
    if isinstance(results, QueryTriples):
        return _graph(results, request, limits, file)
    media_type = request.rows_type or _not_acceptable("SELECT or ASK", list(ROWS))
    spool = Spool(limits, None if isinstance(results, QueryBoolean) else counter(media_type), file)
    _write(spool, lambda: results.serialize(cast("IO[bytes]", spool), format=ROWS[media_type]))
    return Evaluated(media_type, spool)


def _graph(triples: QueryTriples, request: Request, limits: Limits, file: BinaryIO | None) -> Evaluated:
    media_type = request.graph_type or _not_acceptable("CONSTRUCT or DESCRIBE", list(GRAPHS))
    spool = Spool(limits, None, file)
    spool.rows = 0
    _write(
        spool,
        lambda: serialize(
            _counted(triples, spool), cast("IO[bytes]", spool), format=GRAPHS[media_type], prefixes=PREFIXES
        ),
    )
    return Evaluated(media_type, spool)


def _counted(triples: QueryTriples, spool: Spool) -> Iterator[Triple]:
    for rows, triple in enumerate(triples, start=1):  # each once: the engine sees to that
        spool.rows = rows
        spool.check()
        yield triple


def _write(spool: Spool, serialise: Any) -> None:
    try:
        with spool.whole():
            serialise()
    except Exception:  # the serialiser may wrap what a write raised: the spool remembers it
        if spool.problem:
            raise spool.problem from None
        raise


def _not_acceptable(form: str, offered: list[str]) -> str:
    detail = f"The answer of a {form} query comes as {', '.join(offered)}; name one of them in Accept, or format="
    raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offered})


def memory_problem(limits: Limits) -> Problem:
    """The problem of a query that needs more memory than it may have."""
    detail = f"The query needs more than {limits.memory} MB; narrow it, or sort and group fewer rows"
    return Problem(413, "memory", "The query needs too much memory", detail, {"limit": limits.memory})


def unreadable_problem(error: OSError) -> Problem:
    """The problem of a disk that fails: where the graph is read from, or where a large answer is written to."""
    detail = f"The disk failed, and there is no whole answer: {error.strerror or error}. Ask the operator to look at it"
    return Problem(500, "disk", "The disk failed", detail)


def death_problem(cause: str) -> Problem:
    """The problem of a query that the engine itself failed at."""
    detail = "The engine failed at this query; no other query is affected. Ask again, or ask for less"
    return Problem(500, "engine-died", "The engine failed", detail, {"cause": cause})


def syntax_problem(error: SyntaxError) -> Problem:
    """The parser's complaint with its line and column as members."""
    found = _PLACE.match(error.msg)
    if not found:
        return Problem(400, "syntax", "The query is not valid SPARQL", error.msg)
    line, column = int(found[1]), int(found[2])
    detail = f"At line {line}, column {column}: {_complaint(found[3])}"
    return Problem(400, "syntax", "The query is not valid SPARQL", detail, {"line": line, "column": column})


def _complaint(said: str) -> str:
    """The parser's words, where they help: its lists have words of its grammar that may not stand there in truth."""
    for part, words in _COMPLAINTS.items():
        if part in said:
            return words
    symbols = [symbol for symbol in _SYMBOL.findall(said) if symbol not in _BEYOND]
    if not symbols or "[" in said.replace("[_]", ""):
        return "the query cannot be read on from here"
    return f"expected {'one of ' if len(symbols) > 1 else ''}{', '.join(symbols)}"

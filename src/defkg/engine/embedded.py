"""The engine inside this process: pyoxigraph over a store in memory."""

from __future__ import annotations

import re

from anyio import to_thread
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store, serialize

from defkg.engine import Answer, Problem, Request
from defkg.engine.formats import GRAPHS, ROWS
from defkg.terms import PREFIXES


class EmbeddedEngine:
    """Answers from one store, each query in a thread of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def answer(self, request: Request) -> Answer:
        """See `defkg.engine.Engine`."""
        return await to_thread.run_sync(self.answer_now, request)

    def answer_now(self, request: Request) -> Answer:
        """The same without an event loop, for the shell."""
        try:
            results = self._dataset(request).query(request.query, prefixes=PREFIXES)
            return _serialise(results, request)
        except SyntaxError as error:
            raise syntax_problem(error) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise Problem(400, "evaluation", "The query could not be evaluated", str(error)) from error

    def _dataset(self, request: Request) -> Store:
        if not request.default_graphs and not request.named_graphs:
            return self._store
        chosen = Store()  # its own store, so that a triple in two graphs counts once
        for iri in dict.fromkeys(request.default_graphs):
            chosen.extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in self._quads(iri))
        for iri in dict.fromkeys(request.named_graphs):
            chosen.extend(self._quads(iri))
        return chosen

    def _quads(self, iri: str) -> list[Quad]:
        try:
            return list(self._store.quads_for_pattern(None, None, None, NamedNode(iri)))
        except ValueError as error:
            detail = f"{iri!r} is no absolute IRI; name a graph by its IRI"
            raise Problem(400, "dataset", "A graph is not named by an IRI", detail) from error


def _serialise(results: QuerySolutions | QueryBoolean | QueryTriples, request: Request) -> Answer:
    if isinstance(results, QueryTriples):
        media_type = request.graph_type or _not_acceptable("CONSTRUCT or DESCRIBE", list(GRAPHS))
        return Answer(serialize(results, format=GRAPHS[media_type], prefixes=PREFIXES) or b"", media_type)
    media_type = request.rows_type or _not_acceptable("SELECT or ASK", list(ROWS))
    return Answer(results.serialize(format=ROWS[media_type]) or b"", media_type)


def _not_acceptable(form: str, offered: list[str]) -> str:
    detail = f"The answer of a {form} query comes as {', '.join(offered)}; name one of them in Accept, or format="
    raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offered})


def syntax_problem(error: SyntaxError) -> Problem:
    """The parser's complaint with its line and column as members."""
    found = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    if not found:
        return Problem(400, "syntax", "The query is not valid SPARQL", error.msg)
    line, column = int(found[1]), int(found[2])
    detail = f"At line {line}, column {column}: {found[3]}"
    return Problem(400, "syntax", "The query is not valid SPARQL", detail, {"line": line, "column": column})

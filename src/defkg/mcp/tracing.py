"""What the rows of a query rest on, as far as it can be told in the time that a call has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import BlankNode, NamedNode, Triple

from defkg import answer as answers
from defkg.answer import Answer
from defkg.engine import Problem
from defkg.holding import Select, batches, triple_of
from defkg.inference import Rule
from defkg.mcp.asking import Asker
from defkg.naming import labels
from defkg.table import Table
from defkg.terms import Term, show

_INFERRED = 5
_LONG = 10_000
Held = dict[Triple, tuple[tuple[str, ...], list[str]]]
"""Triples with their documents, and with what of them is inferred."""


@dataclass(frozen=True)
class Tracer:
    """Asks for rows and their sources.

    Attributes:
        asker: what asks the engine.
        rules: by which the graph's triples were inferred.
    """

    asker: Asker
    rules: Sequence[Rule]

    def traced(self, sparql: str, work: Callable[[Select], Answer], rows: Table | None = None) -> Answer:
        """The answer that `work` gives for a query; where it comes to no end, the rows without their sources.

        Args:
            sparql: the query.
            work: what tells rows and sources.
            rows: the rows, where they are there already.

        Raises:
            Problem: there are no rows either.
        """
        table = self.asker.table(sparql) if rows is None else rows
        try:
            return work(self.asker.select)
        except Problem as problem:
            untold = f"working them out came to no end: {problem.detail}"
        except SyntaxError:  # another parser than the engine's may know less
            untold = "the query is written in a way that they cannot be told for"
        terms = (term for row in table.rows for term in row.values())
        return Answer(sparql, table, untold=untold, labels=self.labels(terms))

    def labels(self, terms: Iterable[Term]) -> dict[str, str]:
        """What things are called, if it can be told."""
        try:
            return labels(self.asker.select, {term.value for term in terms if isinstance(term, NamedNode)})
        except Problem:
            return {}

    def held(self, triples: Sequence[Triple]) -> tuple[Held, str]:
        """Those triples that the graph itself holds; and why of others no sources are told."""
        try:
            return self._held(triples)
        except Problem as problem:
            return {}, f"working them out came to no end: {problem.detail}"

    def _held(self, triples: Sequence[Triple]) -> tuple[Held, str]:
        held: Held = {}
        for batch in batches([t for t in triples if _nameable(t)], str):
            values = " ".join(f"({t.subject} {t.predicate} {t.object})" for t in batch)
            sparql = f"SELECT ?s ?p ?o WHERE {{ VALUES (?s ?p ?o) {{ {values} }} ?s ?p ?o }}"
            found = self.traced(sparql, partial(answers.query, rules=self.rules, sparql=sparql))
            if found.sources is None:
                return {}, found.untold
            for row, iris, inferred in zip(found.table.rows, found.sources, found.inferred, strict=True):
                held[triple_of(row["s"], row["p"], row["o"])] = (iris, shown(inferred))
        made = len(set(triples) - set(held))
        return held, f"{made:,} of these triples stand in the query alone, not in the graph" if made else ""


def shown(inferred: Sequence[Triple]) -> list[str]:
    """Inferred triples as people read them; the first few, and how many there are besides."""
    said = [" ".join(map(show, (t.subject, t.predicate, t.object))) for t in inferred[:_INFERRED]]
    left = len(inferred) - len(said)
    return [*said, f"and {left:,} more"] if left else said


def _nameable(triple: Triple) -> bool:
    blank = any(isinstance(term, BlankNode | Triple) for term in (triple.subject, triple.object))
    return not blank and len(str(triple)) < _LONG

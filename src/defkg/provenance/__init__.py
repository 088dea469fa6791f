"""The documents behind every row of an answer.

Source: the project's decision 0007, `docs/decisions/0007-sources-of-a-row.md`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Triple

from defkg.holding import Select, documents
from defkg.inference import Rule
from defkg.linter.patterns import outline
from defkg.provenance import scopes
from defkg.provenance.grounds import Grounds
from defkg.provenance.matching import Row, matched, whole
from defkg.provenance.untold import Untold
from defkg.terms import INFERRED_GRAPH, Term

__all__ = ["Select", "Sourced", "SourcedRow", "Untold", "answer", "columns", "triples"]


@dataclass(frozen=True)
class SourcedRow:
    """A row and what it rests on.

    Attributes:
        values: its columns that have a value.
        sources: the IRIs of the documents behind it, sorted.
        inferred: the triples that matched for it and that no document asserts, sorted; `Explainer` tells why they hold.
    """

    values: dict[str, Term]
    sources: tuple[str, ...]
    inferred: tuple[Triple, ...]


@dataclass(frozen=True)
class Sourced:
    """An answer with its sources.

    Attributes:
        variables: the columns, in their order.
        rows: the rows, in their order.
    """

    variables: list[str]
    rows: list[SourcedRow]


def answer(select: Select, rules: Sequence[Rule], sparql: str) -> Sourced:
    """The rows of a query, each with the documents whose graphs hold the triples that matched for it.

    Args:
        select: a SELECT query in, its rows out, unbound variables left out; what it raises is passed on.
        rules: those that closed the graph.
        sparql: a SELECT or ASK query; an ASK has one row without values where it is true, and none where it is not.

    Raises:
        Untold: the sources cannot be told; the text says why.
    """
    found = matched(select, sparql)
    grounds = Grounds(select, rules)
    grounds.learn({match.triple for row in found.rows for match in row.matches})
    return Sourced(found.variables, [_sourced(row, grounds) for row in found.rows])


def triples(select: Select, sparql: str) -> list[Triple]:
    """The triples that matched for the rows of a query, sorted; those that were inferred as they are.

    Args:
        select: as for `answer`.
        sparql: as for `answer`.

    Raises:
        Untold: they cannot be told.
    """
    found = {match.triple for row in matched(select, sparql).rows for match in row.matches}
    return sorted(found, key=str)


def columns(sparql: str) -> list[str]:
    """The columns of a SELECT, as it is written; empty where that cannot be read."""
    shape = outline(sparql)
    if shape is None or shape.where is None:
        return []
    head = list(itertools.takewhile(lambda token: token.keyword != "FROM", shape.head))
    try:
        return scopes.columns(replace(whole(shape, shape.where), head=head))
    except Untold:
        return []


def _sourced(row: Row, grounds: Grounds) -> SourcedRow:
    anywhere = {match.triple for match in row.matches if match.graph in ("", INFERRED_GRAPH.value)}
    named = documents(match.graph for match in row.matches)
    sources = grounds.documents(anywhere) | named
    inferred = sorted((triple for triple in anywhere if grounds.is_inferred(triple)), key=str)
    return SourcedRow(row.values, tuple(sorted(sources)), tuple(inferred))

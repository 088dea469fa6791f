"""What is said of a thing, as data: RDF with exactly the triples about it, JSON-LD with labels, CSV with sources."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.responses import Response

from defkg import jsonld
from defkg.engine import Answer, Problem
from defkg.facts import Fact, facts
from defkg.terms import TYPE, Term
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import FORMATS
from defkg.web.triples import as_json, written

COLUMNS = ("thing", "property", "value", "kind", "datatype", "language", "graphs")
_SAID = "SELECT ?p ?o WHERE {{ {thing} ?p ?o }}"
_EXACT = ("ttl", "nt", "rdf")


def thing_data(asker: Asker, iri: str, suffix: str) -> Answer | Response:
    """What is said of a thing in one of the formats but HTML.

    Raises:
        Problem: there is no answer; 406, the format cannot carry it.
    """
    if suffix in _EXACT:
        try:
            found = _said(asker, iri)
        except Problem as problem:
            if problem.kind != "answer-too-large":
                raise
            return asker.stream(
                f"CONSTRUCT {{ {NamedNode(iri)} ?p ?o }} WHERE {{ {NamedNode(iri)} ?p ?o }}", FORMATS[suffix]
            )
    else:
        found = facts(asker.select, iri)
    return made(FORMATS[suffix], body(asker, iri, found, suffix), asker.seconds)


def body(asker: Asker, iri: str, found: Sequence[Fact], suffix: str) -> bytes:
    """What is said of a thing, in one of the formats but HTML.

    Raises:
        Problem: 406, the format cannot carry it; or the names of others cannot be told.
    """
    if suffix == "jsonld":
        return as_json(thing_jsonld(asker, iri, found))
    if suffix == "csv":
        return _csv(iri, found)
    thing = NamedNode(iri)
    return written([Triple(thing, NamedNode(fact.predicate), fact.object) for fact in found], suffix)


def thing_jsonld(asker: Asker, iri: str, found: Sequence[Fact] | None = None) -> dict[str, Any]:
    """What is said of a thing, and what its objects are called, as JSON-LD that needs nothing else.

    Args:
        asker: asks the graph.
        iri: the thing.
        found: what is said of it, where that is known.
    """
    said = [(fact.predicate, fact.object) for fact in (facts(asker.select, iri) if found is None else found)]
    others = {o.value for p, o in said if isinstance(o, NamedNode) and p != TYPE.value}
    return jsonld.document(iri, said, jsonld.called(asker.select, others), asker.site.context)


def _said(asker: Asker, iri: str) -> list[Fact]:
    rows = asker.select(_SAID.format(thing=NamedNode(iri)))
    return [Fact(p.value, row["o"], frozenset()) for row in rows if isinstance(p := row["p"], NamedNode)]


def _csv(iri: str, found: Sequence[Fact]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([iri, fact.predicate, *_cells(fact.object), " ".join(sorted(fact.graphs))] for fact in found)
    return text.getvalue().encode()


def _cells(term: Term) -> tuple[str, str, str, str]:
    """Value, kind, datatype and language of a term."""
    if isinstance(term, Literal):
        return term.value, "literal", term.datatype.value, term.language or ""
    if isinstance(term, NamedNode | BlankNode):
        return term.value, "iri" if isinstance(term, NamedNode) else "blank node", "", ""
    return str(term), "triple", "", ""

"""Dumps: every graph as Turtle, the whole in each format, and each triple with where it comes from.

Sources: RDF 1.1 TriG, N-Quads, JSON-LD 1.1 (W3C); RDF 1.2 Turtle (W3C working draft), for `annotated`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from defkg.dataset import quads
from defkg.export.content import Content
from defkg.export.files import File, compressed
from defkg.holding import documents
from defkg.layout import LayoutError, format_turtle
from defkg.terms import BASE, DCTERMS, ID, PREFIXES
from defkg.writing import ntriples, turtle

WHOLE = "defkg"
ANNOTATED = WHOLE + ".annotated.ttl"
PUBLISHED = tuple(f"{WHOLE}.{name}.gz" for name in ("ttl", "nt", "trig", "nq", "jsonld", "annotated.ttl"))
"""The files of the whole that are named where a dataset is described."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~%-]{0,150}")
_DATASETS = {"trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}


def dumps(content: Content) -> Iterator[File]:
    """The files of a dataset, those of the whole compressed besides."""
    for file in _whole(content):
        yield file
        yield compressed(file)
    for iri, triples in content.graphs.items():
        yield File(graph_file(iri), _laid_out(turtle(triples)))


def graph_file(iri: str) -> str:
    """The name of the Turtle file of a named graph: no IRI gives a name outside the folder, or that of another."""
    for start, folder in ((ID + "source/", "sources/"), (BASE + "graph/", "graphs/")):
        key = iri.removeprefix(start)
        if iri.startswith(start) and _PLAIN.fullmatch(key):
            return f"{folder}{key}.ttl"
    return f"others/{hashlib.sha256(iri.encode()).hexdigest()[:32]}.ttl"


def annotated(content: Content) -> bytes:
    """The default graph in Turtle 1.2, a line for each triple, annotated with the graphs and documents that hold it.

    ``dcterms:isPartOf`` names each graph, that of what is inferred too; ``dcterms:source`` those that are documents.
    What only follows has no document: those of its premises did not state it.
    """
    lines = [f"PREFIX dcterms: <{DCTERMS}>\n"]
    for triple, graphs in content.holders.items():
        lines.append(f"{triple.subject} {triple.predicate} {triple.object}{_annotation(graphs)} .\n")
    return "".join(lines).encode()


def _annotation(graphs: Iterable[str]) -> str:
    parts = [("dcterms:isPartOf", sorted(graphs)), ("dcterms:source", sorted(documents(graphs)))]
    told = " ; ".join(f"{name} {', '.join(str(NamedNode(iri)) for iri in iris)}" for name, iris in parts if iris)
    return f" {{| {told} |}}" if told else ""


def _whole(content: Content) -> Iterator[File]:
    yield File(f"{WHOLE}.ttl", turtle(content.merged))
    yield File(f"{WHOLE}.nt", ntriples(content.merged))
    for suffix, form in _DATASETS.items():
        yield File(f"{WHOLE}.{suffix}", serialize(_quads(content), format=form, prefixes=_prefixes(suffix)) or b"")
    yield File(ANNOTATED, annotated(content))


def _prefixes(suffix: str) -> dict[str, str] | None:
    return None if suffix == "nq" else PREFIXES


def _quads(content: Content) -> Iterator[Quad]:
    """The dataset as it is served: the merged graph, and each graph under its name."""
    yield from quads(content.merged, DefaultGraph())
    for iri, triples in content.graphs.items():
        yield from quads(triples, NamedNode(iri))


def _laid_out(text: bytes) -> bytes:
    try:
        return format_turtle(text.decode()).encode()
    except LayoutError:  # more than Turtle 1.1 has, or nested too deep: it is valid all the same
        return text

"""SHACL to findings: pySHACL validates the closure, the findings stand in the asserted files."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Severity
from defkg.placing import Placing
from defkg.terms import CHECKS, SHAPES_GRAPH, Term, show

_Subject = NamedNode | BlankNode


def validate(dataset: Dataset, placing: Placing, focus: set[Term] | None = None) -> list[tuple[Term, Finding]]:
    """The findings of a closed dataset by its shapes, each with the focus node it is about.

    Args:
        dataset: the closed dataset.
        placing: its places.
        focus: the only nodes to validate; all where it is None.

    Source: SHACL (W3C Recommendation), section 3.6, validation report.
    """
    shapes = to_rdflib(dataset.graph(SHAPES_GRAPH))
    only: list[str | rdflib.URIRef] | None = None
    if focus is not None:
        only = [rdflib.URIRef(node.value) for node in focus if isinstance(node, NamedNode)] or [
            rdflib.URIRef("urn:none")
        ]
    try:
        _, report, _ = pyshacl.validate(
            to_rdflib(_data(dataset)), shacl_graph=shapes, advanced=False, inference="none", focus_nodes=only
        )
    except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError) as error:
        return [_unusable(dataset, str(error))]
    assert isinstance(report, rdflib.Graph)
    results = [_Result(report, shapes, node) for node in report.subjects(RDF.type, SH.ValidationResult)]
    top = [r for r in results if (None, SH.detail, r.node) not in report]
    return list({(r.shape, r.focus, r.value): r.finding(placing) for r in top}.values())


def _unusable(dataset: Dataset, message: str) -> tuple[Term, Finding]:
    files = [file for file, graph in dataset.files if graph == SHAPES_GRAPH]
    named = ((f.path, p) for f in files for p in f.placed if str(p.triple.subject).strip("<>_:") in message)
    place = next((Place(path, *p.subject_at) for path, p in named), Place(files[0].path, 1, 1))
    finding = Finding(place, Severity.ERROR, CHECKS + "shape", f"the shapes cannot be used: {message}")
    return Literal(place.file), finding


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The same triples as an rdflib graph."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # a wrong date is our finding, not its traceback
    graph = rdflib.Graph()
    known: dict[Term, Node] = {}
    for triple in triples:
        s, p, o = (known.get(t) or known.setdefault(t, _node(t)) for t in triple)
        graph.add((s, p, o))
    return graph


def _data(dataset: Dataset) -> list[Triple]:
    data = [placed.triple for rows in dataset.subjects.values() for _, placed, _ in rows]
    return [*data, *(t for t in dataset.inferred if t.subject in dataset.subjects)]


def _node(term: Term) -> Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _term(node: Node | None) -> Term | None:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    return None


class _Result:
    """One sh:ValidationResult."""

    def __init__(self, report: rdflib.Graph, shapes: rdflib.Graph, node: Node) -> None:
        self.node = node
        self.shape = report.value(node, SH.sourceShape)
        self.focus = _term(report.value(node, SH.focusNode))
        self.value = _term(report.value(node, SH.value))
        self._path = _term(report.value(node, SH.resultPath))
        self._severity = report.value(node, SH.resultSeverity)
        self._component = report.value(node, SH.sourceConstraintComponent)
        self._message = str(shapes.value(self.shape, SH.message) or report.value(node, SH.resultMessage))

    def finding(self, placing: Placing) -> tuple[Term, Finding]:
        assert self.focus is not None
        severity = Severity.ERROR if self._severity == SH.Violation else Severity.WARNING
        value = f" [{show(self.value)}]" if self.value and self.value != self.focus else ""
        message = f"{show(self.focus)}: {self._message}{value}"
        return self.focus, Finding(self._place(placing), severity, str(self.shape), message)

    def _place(self, placing: Placing) -> Place:
        assert self.focus is not None
        many = self._component in (SH.MaxCountConstraintComponent, SH.UniqueLangConstraintComponent)
        return placing.of(self.focus, self._path, self.value, last=many)

"""Findings as a SHACL validation report in Turtle.

A finding that no shape made has as its focus node what it is about, else the file; its rule stands for the constraint
component. Where each stands is said by an earl:pointer to a ptr:LineCharPointer.

Source: SHACL (W3C Recommendation), section 3.6; EARL 1.0 Schema and Pointer Methods in RDF 1.0 (W3C).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from defkg.finding import Finding, Result, Severity
from defkg.report.sources import Sources
from defkg.terms import PREFIXES, SH, SHAPES, TYPE, XSD, Term

_EARL = "http://www.w3.org/ns/earl#"
_PTR = "http://www.w3.org/2009/pointers#"
_SEVERITIES = {Severity.ERROR: NamedNode(SH + "Violation"), Severity.WARNING: NamedNode(SH + "Warning")}
_POINTER = NamedNode(_PTR + "LineCharPointer")


def write(findings: list[Finding], out: TextIO, sources: Sources) -> None:
    """Writes one sh:ValidationReport; sh:conforms is true where there is no finding."""
    report = BlankNode("report")
    triples = [
        Triple(report, TYPE, NamedNode(SH + "ValidationReport")),
        Triple(report, NamedNode(SH + "conforms"), Literal(not findings)),
    ]
    nodes = [BlankNode(f"result{number}") for number in range(1, len(findings) + 1)]
    triples += [Triple(report, NamedNode(SH + "result"), node) for node in nodes]
    for node, finding in zip(nodes, findings, strict=True):
        triples += _renamed(_result(finding, node, NamedNode(sources.iri(finding.place))), node)
    out.write(_serialized(triples))


def _serialized(triples: list[Triple]) -> str:
    """The triples as Turtle, with the prefixes in their order: pyoxigraph writes them in any."""
    prefixes = {**PREFIXES, "earl": _EARL, "ptr": _PTR}
    text = (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()
    lines = text.rstrip().split("\n")
    return "\n".join([*sorted(lines[: len(prefixes)]), *lines[len(prefixes) :], ""])


def _result(finding: Finding, node: BlankNode, file: NamedNode) -> Iterator[Triple]:
    result = finding.result or Result(file)
    pointer = BlankNode("place")
    yield Triple(node, TYPE, NamedNode(SH + "ValidationResult"))
    for name, value in _said(finding, result).items():
        yield Triple(node, NamedNode(SH + name), value)
    yield Triple(node, NamedNode(_EARL + "pointer"), pointer)
    yield from result.path_triples
    yield from _pointer(finding, pointer, file)


def _renamed(triples: Iterable[Triple], result: BlankNode) -> Iterator[Triple]:
    """The triples of a result with its blank nodes named after it, so that two reports of one state are the same."""
    names: dict[Term, BlankNode] = {result: result}
    for s, p, o in triples:
        for term in (s, o):
            if isinstance(term, BlankNode):
                names.setdefault(term, BlankNode(f"{result.value}-{len(names)}"))
        yield Triple(names.get(s, s), p, names.get(o, o))


def _said(finding: Finding, result: Result) -> dict[str, Term]:
    shape = NamedNode(finding.rule) if result.component or finding.rule.startswith(SHAPES) else None
    said = {
        "focusNode": result.focus,
        "resultPath": result.path,
        "value": result.value,
        "sourceShape": shape,
        "sourceConstraintComponent": NamedNode(result.component or finding.rule),
        "resultSeverity": _SEVERITIES[finding.severity],
        "resultMessage": Literal(finding.message + (f" ({finding.hint})" if finding.hint else "")),
    }
    return {name: value for name, value in said.items() if value is not None}


def _pointer(finding: Finding, pointer: BlankNode, file: NamedNode) -> Iterator[Triple]:
    yield Triple(pointer, TYPE, _POINTER)
    yield Triple(pointer, NamedNode(_PTR + "reference"), file)
    for name, number in (("lineNumber", finding.place.line), ("charNumber", finding.place.column)):
        yield Triple(pointer, NamedNode(_PTR + name), Literal(str(number), datatype=NamedNode(XSD + "positiveInteger")))

"""The Turtle of an alignment, which says the same as its table.

Source: SSSOM 1.0 (https://w3id.org/sssom), its format SSSOM/RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from defkg.alignments.table import IRIS, Alignment, Mapping
from defkg.layout import format_turtle
from defkg.layout.meaning import Undecided, same_meaning
from defkg.terms import DCTERMS

_HEAD = {
    "mapping_set_title": "dcterms:title",
    "mapping_set_version": "owl:versionInfo",
    "creator_label": "sssom:creator_label",
    "license": "dcterms:license",
    "subject_source": "sssom:subject_source",
    "subject_source_version": "sssom:subject_source_version",
    "object_source": "sssom:object_source",
    "object_source_version": "sssom:object_source_version",
    "mapping_date": "dcterms:created",
}
_NAME = re.compile(r"[A-Za-z_]\w*(-\w+)*")


def turtle(alignment: Alignment) -> str:
    """The Turtle that says what a table says: each mapping as a triple, and again with its reasons.

    The second is SSSOM/RDF, from which the table can be made again; the order is that of the table.
    """
    return format_turtle(_plain(alignment))


def says(text: str, alignment: Alignment) -> bool:
    """Whether a text is the Turtle of a table, in whatever layout."""
    try:
        return same_meaning(text, _plain(alignment), patience=1)
    except (SyntaxError, Undecided):
        return False


def _plain(alignment: Alignment) -> str:
    prefixes = {**alignment.prefixes, "dcterms": DCTERMS}
    declared = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return declared + "".join(_direct(alignment)) + "".join(_set(alignment))


def _direct(alignment: Alignment) -> Iterator[str]:
    for mapping in alignment.mappings:
        names = (mapping.subject, mapping.predicate, mapping.object)
        yield " ".join(_term(alignment, name) for name in names) + " .\n"


def _set(alignment: Alignment) -> Iterator[str]:
    yield f"{NamedNode(str(alignment.head['mapping_set_id']))} a sssom:MappingSet ;\n"
    for name, said in _HEAD.items():
        values = alignment.head.get(name, [])
        for value in values if isinstance(values, list) else [str(values)]:
            yield f"{said} {_value(alignment, name, value)} ;\n"
    yield "sssom:mappings " + ", ".join(_axiom(alignment, mapping) for mapping in alignment.mappings) + " .\n"


def _value(alignment: Alignment, name: str, value: str) -> str:
    if name in IRIS:
        return str(NamedNode(alignment.iri(value)))
    if name == "license":
        return str(NamedNode(value))
    return f"{Literal(value)}^^xsd:date" if name == "mapping_date" else str(Literal(value))


def _axiom(alignment: Alignment, mapping: Mapping) -> str:
    return f"""[ a owl:Axiom ;
        owl:annotatedSource {_term(alignment, mapping.subject)} ;
        owl:annotatedProperty {_term(alignment, mapping.predicate)} ;
        owl:annotatedTarget {_term(alignment, mapping.object)} ;
        sssom:subject_label {Literal(mapping.subject_label)} ;
        sssom:object_label {Literal(mapping.object_label)} ;
        sssom:mapping_justification {_term(alignment, mapping.justification)} ;
        sssom:confidence {Literal(mapping.confidence)}^^xsd:double ;
        rdfs:comment {Literal(mapping.comment)} ]"""


def _term(alignment: Alignment, name: str) -> str:
    return name if _NAME.fullmatch(name.partition(":")[2]) else str(NamedNode(alignment.iri(name)))

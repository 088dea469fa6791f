"""Alignments to other vocabularies: tables of mappings, and the Turtle that says the same.

Source: SSSOM 1.0 (https://w3id.org/sssom), its formats SSSOM/TSV for the tables and SSSOM/RDF for the Turtle.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import yaml
from pyoxigraph import Literal, NamedNode

from defkg.content import decode
from defkg.layout import format_turtle
from defkg.project import Project
from defkg.terms import DCTERMS, OWL, RDFS, SKOS, XSD

TABLE = ".sssom.tsv"
TURTLE = ".ttl"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
)
_BUILT_IN = {
    "owl": OWL,
    "rdfs": RDFS,
    "skos": SKOS,
    "semapv": "https://w3id.org/semapv/vocab/",
    "sssom": "https://w3id.org/sssom/",
    "xsd": XSD,
}
_NEEDED = ("curie_map", "mapping_set_id", "mapping_set_title", "license", "object_source", "mapping_date")
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
_IRIS = ("subject_source", "object_source")
_NAME = re.compile(r"[A-Za-z_]\w*(-\w+)*")


class AlignmentError(ValueError):
    """A table that cannot be used; the text says in which line, and what is wrong."""


class Mapping(NamedTuple):
    """A row of a table: names as the table shortens them, labels, the confidence from 0 to 1, and why."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    justification: str
    confidence: str
    comment: str


@dataclass(frozen=True)
class Alignment:
    """What a table says.

    Attributes:
        head: its metadata, as SSSOM names them; several values are a list.
        mappings: its rows.
    """

    head: dict[str, str | list[str] | dict[str, str]]
    mappings: list[Mapping]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.head["mapping_set_title"])

    @property
    def prefixes(self) -> dict[str, str]:
        """The namespaces by the prefixes that its names may have."""
        own = self.head["curie_map"]
        assert isinstance(own, dict)
        return {**_BUILT_IN, **own}

    def iri(self, name: str) -> str:
        """What a shortened name stands for.

        Raises:
            AlignmentError: its prefix is not declared, or what comes of it is no IRI.
        """
        prefix, colon, local = name.partition(":")
        if not colon or prefix not in self.prefixes:
            raise AlignmentError(f"{name}: its prefix is not in curie_map; declare it there")
        return _named(self.prefixes[prefix] + local).value


def alignment_files(project: Project) -> dict[str, str]:
    """The text of each table and of its Turtle by the names of their files; they are served, and no part of the graph.

    Raises:
        Fault: a file is no ordinary one, or is not UTF-8.
        ProjectError: it cannot be opened.
    """
    paths = project.alignments()
    return {path.name: decode(project.name(path), project.content(path))[0] for path in paths}


def read_alignment(text: str) -> Alignment:
    """What a table in the form SSSOM/TSV says, its metadata in the same file.

    Raises:
        AlignmentError: it has another form, or lacks what it must have.
    """
    lines = text.splitlines()
    above = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    found = Alignment(_head(above), [])
    rows = csv.reader(io.StringIO("\n".join(lines[len(above) :])), delimiter="\t", strict=True)
    try:
        if tuple(next(rows, ())) != _COLUMNS:
            raise AlignmentError(f"line {len(above) + 1}: the columns must be {', '.join(_COLUMNS)}")
        found.mappings.extend(_mapping(found, row, len(above) + rows.line_num) for row in rows)
    except csv.Error as error:
        raise AlignmentError(f"line {len(above) + rows.line_num}: {error}; see to its quotation marks") from error
    for name in ("mapping_set_id", "license"):
        _named(str(found.head[name]))
    for name in _IRIS:
        found.iri(str(found.head.get(name, "owl:Thing")))
    return found


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise AlignmentError(f"{iri} is no IRI") from error


def _head(lines: list[str]) -> dict[str, str | list[str] | dict[str, str]]:
    try:
        head = yaml.load("\n".join(line[1:] for line in lines), yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise AlignmentError(f"the lines that begin with # are not YAML: {error}") from error
    missing = [name for name in _NEEDED if not isinstance(head, dict) or not head.get(name)]
    if missing or not isinstance(head["curie_map"], dict):
        raise AlignmentError(f"the lines that begin with # must give {', '.join(missing or ['prefixes in curie_map'])}")
    return dict(head)


def _mapping(alignment: Alignment, row: list[str], line: int) -> Mapping:
    if len(row) != len(_COLUMNS) or not all(row):
        raise AlignmentError(f"line {line}: it must have {len(_COLUMNS)} values with tabs between; it has {len(row)}")
    found = Mapping(*row)
    try:
        for name in (found.subject, found.predicate, found.object, found.justification):
            alignment.iri(name)
        if not 0 < float(found.confidence) <= 1:
            raise AlignmentError(f"the confidence {found.confidence} is not above 0 and at most 1")
    except ValueError as error:
        raise AlignmentError(f"line {line}: {error}") from error
    return found


def turtle(alignment: Alignment) -> str:
    """The Turtle that says what a table says: each mapping as a triple, and again with its reasons.

    The second is SSSOM/RDF, from which the table can be made again; the order is that of the table.
    """
    prefixes = {**alignment.prefixes, "dcterms": DCTERMS}
    declared = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return format_turtle(declared + "".join(_direct(alignment)) + "".join(_set(alignment)))


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
    if name in _IRIS:
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

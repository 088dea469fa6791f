"""The table of an alignment: mappings to the terms of another vocabulary.

Source: SSSOM 1.0 (https://w3id.org/sssom), its format SSSOM/TSV.
"""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from typing import NamedTuple

import yaml
from pyoxigraph import NamedNode

from defkg.content import decode
from defkg.project import Project
from defkg.terms import OWL, RDFS, SKOS, XSD

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
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
IRIS = ("subject_source", "object_source")


class AlignmentError(ValueError):
    """A table that cannot be used: what is wrong, and in which line, from 1; 0 where it is no single one."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.message, self.line = message, line


class Mapping(NamedTuple):
    """A row of a table: names as the table shortens them, labels, the confidence from 0 to 1, why, and its line."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    justification: str
    confidence: str
    comment: str
    line: int


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
        return named(self.prefixes[prefix] + local).value


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
            raise AlignmentError(f"the columns must be {', '.join(_COLUMNS)}", len(above) + 1)
        found.mappings.extend(_mapping(found, row, len(above) + rows.line_num) for row in rows)
    except csv.Error as error:
        raise AlignmentError(f"{error}; see to its quotation marks", len(above) + rows.line_num) from error
    for name in ("mapping_set_id", "license"):
        named(str(found.head[name]))
    for name in IRIS:
        found.iri(str(found.head.get(name, "owl:Thing")))
    return found


def named(iri: str) -> NamedNode:
    """The IRI as a term.

    Raises:
        AlignmentError: it is none.
    """
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise AlignmentError(f"{iri} is no IRI") from error


def _head(lines: list[str]) -> dict[str, str | list[str] | dict[str, str]]:
    try:
        head = yaml.load("\n".join(line[1:] for line in lines), _LOADER)
    except yaml.YAMLError as error:
        raise AlignmentError(f"the lines that begin with # are not YAML: {error}") from error
    missing = [name for name in _NEEDED if not isinstance(head, dict) or not head.get(name)]
    if missing or not isinstance(head["curie_map"], dict):
        raise AlignmentError(f"the lines that begin with # must give {', '.join(missing or ['prefixes in curie_map'])}")
    return dict(head)


def _mapping(alignment: Alignment, row: list[str], line: int) -> Mapping:
    if len(row) != len(_COLUMNS) or not all(row):
        raise AlignmentError(f"it must have {len(_COLUMNS)} values with tabs between; it has {len(row)}", line)
    found = Mapping._make([*row, line])
    try:
        for name in (found.subject, found.predicate, found.object, found.justification):
            alignment.iri(name)
        if not 0 < float(found.confidence) <= 1:
            raise AlignmentError(f"the confidence {found.confidence} is not above 0 and at most 1")
    except ValueError as error:
        raise AlignmentError(str(error), line) from error
    return found

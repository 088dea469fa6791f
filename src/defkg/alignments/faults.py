"""What keeps alignments from being used: tables, the Turtle made from them, and the terms that they begin with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import zip_longest

from pyoxigraph import Literal

from defkg.alignments.table import TABLE, TURTLE, Alignment, AlignmentError, alignment_files, read_alignment
from defkg.alignments.turtle import says, turtle
from defkg.content import Fault, fault
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.project import Project
from defkg.terms import CHECKS, ONTOLOGY, ONTOLOGY_GRAPH, Term

ALIGNMENT = CHECKS + "alignment"


def alignment_faults(project: Project, dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Where a table cannot be used, begins with a term that the ontology lacks, or is not what its Turtle says.

    Raises:
        ProjectError: a file cannot be opened.
    """
    try:
        files = alignment_files(project)
    except Fault as found:
        yield Literal(str(found.finding.place)), found.finding
        return
    names = {path.name: project.name(path) for path in project.alignments()}
    declared = {getattr(triple.subject, "value", "") for triple in dataset.graph(ONTOLOGY_GRAPH)}
    for name in sorted({name.removesuffix(TABLE).removesuffix(TURTLE) for name in files}):
        for file, line, message, hint in _faults(name, files, declared):
            finding = fault(names[file], ALIGNMENT, message, hint, (line, 1))
            yield Literal(f"{finding.place} {message}"), finding


def _faults(name: str, files: dict[str, str], declared: Collection[str]) -> Iterator[tuple[str, int, str, str]]:
    table, made = name + TABLE, name + TURTLE
    if table not in files:
        yield made, 1, "there is no table that this Turtle is made from", f"write {table}, or remove this file"
        return
    try:
        alignment = read_alignment(files[table])
    except AlignmentError as error:
        yield table, error.line or 1, error.message, "docs/alignments.md says what a table has"
        return
    yield from ((table, *found) for found in _undeclared(alignment, declared))
    hint = "make it again from the table: python tools/alignments.py"
    if made not in files:
        yield table, 1, f"its Turtle, {made}, is not there", hint
    elif not _says(files[made], files[table]):
        yield made, _differs(files[made], turtle(alignment)), "this is not what its table says", hint


@lru_cache(64)
def _says(text: str, table: str) -> bool:
    """Kept, since ``check --watch`` looks again after every change of another file."""
    return says(text, read_alignment(table))


def _undeclared(alignment: Alignment, declared: Collection[str]) -> Iterator[tuple[int, str, str]]:
    for mapping in alignment.mappings:
        iri = alignment.iri(mapping.subject)
        if iri.startswith(ONTOLOGY) and iri not in declared:
            yield mapping.line, f"{mapping.subject} is not declared", "declare it in the ontology, or take the row out"


def _differs(here: str, told: str) -> int:
    """The first line, from 1, in which two texts differ."""
    lines = zip_longest(here.splitlines(), told.splitlines())
    return next((number for number, (one, other) in enumerate(lines, start=1) if one != other), 1)

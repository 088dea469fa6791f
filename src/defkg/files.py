"""Files as such: what keeps them from being read, how they are named, and which document each belongs to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from pyoxigraph import Literal, NamedNode

from defkg.content import LINK, Fault, Text, decode, fault
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.project import FOLDERS, Project
from defkg.terms import CHECKS, ONTOLOGY, TYPE, Term, show
from defkg.turtle import Placed, TurtleFile

SOURCE_TWICE = CHECKS + "source-twice"
NO_DOCUMENT = CHECKS + "source-without-document"
FILE_NAME = CHECKS + "file-name"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SOURCES = PurePosixPath("data/sources")
_DOCUMENT = NamedNode(ONTOLOGY + "SourceDocument")


def unreadable(project: Project, dataset: Dataset) -> list[Finding]:
    """What keeps a project from being read whole: the rest can be judged only without these.

    Raises:
        ProjectError: a query file cannot be opened.
    """
    linked = list(_linked_folders(project))
    below = tuple(f"{finding.place.file}/" for finding in linked)
    found = [*project.misplaced(), *dataset.findings, *_unreadable_queries(project), *_documents(dataset)]
    return [*linked, *(finding for finding in found if not finding.place.file.startswith(below))]


def _linked_folders(project: Project) -> Iterator[Finding]:
    for top in FOLDERS:
        found = [project.root / top] if (project.root / top).is_symlink() else _links(project.root / top)
        for path in sorted(found):
            message = "this folder is a link, and what is in it would be left out"
            yield fault(project.name(path), LINK, message, "put the folder itself here")


def _links(top: Path) -> Iterator[Path]:
    for folder, folders, _ in os.walk(top):
        yield from (path for name in folders if (path := Path(folder) / name).is_symlink())


def _unreadable_queries(project: Project) -> Iterator[Finding]:
    for path in project.all_queries():
        try:
            _text(project, path)
        except Fault as found:
            yield found.finding


def _text(project: Project, path: Path) -> Text:
    return decode(project.name(path), project.content(path))


def flaws(project: Project, dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Files that can be read and yet are not as they should be: in their bytes, or in their names."""
    for file, graph in dataset.files:
        yield from ((graph, finding) for finding in _name(file.path))
        yield from ((Literal(file.path), finding) for finding in file.flaws)
    for path in project.all_queries():
        name = project.name(path)
        yield from ((Literal(name), finding) for finding in (*_name(name), *_text(project, path).flaws))


def _name(name: str) -> Iterator[Finding]:
    path = PurePosixPath(name)
    if path.parts[0] in FOLDERS and not _SLUG.fullmatch(path.stem):
        message = f"{path.name} is no name that every disk and every address keeps"
        yield fault(name, FILE_NAME, message, "name it with a-z, 0-9 and single hyphens alone")


def _documents(dataset: Dataset) -> Iterator[Finding]:
    """Each file of ``data/sources`` describes the document that it is named after, and no other file does."""
    described = {file.path: dict(_described(file)) for file, _ in dataset.files}
    sources = [(file.path, graph) for file, graph in dataset.files if _is_source(file)]
    owners: dict[Term, str] = {graph: path for path, graph in sources if graph in described[path]}
    for path, documents in described.items():
        owners |= dict.fromkeys(documents.keys() - owners.keys(), path)
    for file, graph in dataset.files:
        own = graph if _is_source(file) else None
        yield from _misplaced(file.path, own, described[file.path], owners)
        if own and not described[file.path]:
            message = f"this file does not describe its document, {show(own)}"
            hint = f"add it: id:source\\/{PurePosixPath(file.path).stem} a defkg:SourceDocument ; and so on"
            yield fault(file.path, NO_DOCUMENT, message, hint)


def _is_source(file: TurtleFile) -> bool:
    path = PurePosixPath(file.path)
    return path.parent == _SOURCES and bool(_SLUG.fullmatch(path.stem)) and not file.findings


def _described(file: TurtleFile) -> Iterator[tuple[Term, Placed]]:
    for placed in reversed(file.placed):
        if placed.triple.object == _DOCUMENT and placed.triple.predicate == TYPE:
            yield placed.triple.subject, placed


def _misplaced(
    name: str, own: Term | None, documents: dict[Term, Placed], owners: Mapping[Term, str]
) -> Iterator[Finding]:
    for document, placed in documents.items():
        if owners[document] != name:
            message = f"{show(document)} is the document of {owners[document]} already"
            hint = "give this one an IRI of its own, or put what it says into that file"
            yield fault(name, SOURCE_TWICE, message, hint, placed.subject_at)
        elif own and document != own:
            message = f"this file is named after {show(own)}, but describes {show(document)}"
            hint = "name the file after its document, or correct the IRI"
            yield fault(name, NO_DOCUMENT, message, hint, placed.subject_at)

"""A project's triples file by file, as large as it may be: no file is kept, and no place is worked out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from defkg.content import Fault, decode
from defkg.dataset import OUTSIDE
from defkg.project import FOLDERS, Project, ProjectError
from defkg.syntax import syntax_finding
from defkg.terms import ONTOLOGY_GRAPH, SHAPES_GRAPH, Term

Step = Callable[[str, int, int], None]


class Sources:
    """Reads the Turtle files of a project once.

    Args:
        project: which project.
        step: told what is read, how many files have been, and of how many.

    Attributes:
        digest: SHA-256 over names and contents of the files, as `defkg.dataset.Dataset` has it; when all were read.
        asserted: how many triples the files have; when all were read.
        ontology: the triples of the ontology; when all were read.
    """

    def __init__(self, project: Project, step: Step = lambda name, done, of: None) -> None:
        self._project = project
        self._step = step
        self.digest = ""
        self.asserted = 0
        self.ontology: list[Triple] = []

    def quads(self) -> Iterator[Quad]:
        """Each triple in the graph of its file and, where it counts among what the graph says, in the default graph.

        Blank nodes are named after their file and their place in it, the same at each reading.

        Raises:
            ProjectError: a file cannot be read; the text begins with its place.
        """
        digest, files = hashlib.sha256(), list(self._project.turtle_files())
        for number, (path, graph) in enumerate(files):
            self._step("reading", number, len(files))
            name = self._project.name(path)
            try:
                content = self._project.content(path)
                triples = _triples(name, content)
            except Fault as fault:
                raise ProjectError(f"{fault.finding}; mend it: the rest of the file would be missing") from fault
            digest.update(os.fsencode(f"{name}\0{hashlib.sha256(content).hexdigest()}\n"))
            self.asserted += len(triples)
            if graph == ONTOLOGY_GRAPH:
                self.ontology += triples
            yield from _in_graphs(triples, graph)
        self.digest = digest.hexdigest()


def dataset_digest(project: Project) -> str:
    """SHA-256, lower-case hex, over names and contents of a project's Turtle files.

    Raises:
        ProjectError: a file cannot be read.
    """
    return _digest(project, [path for path, _ in project.turtle_files()])


def project_digest(project: Project) -> str:
    """The same over all files of a project that anything depends on.

    Raises:
        ProjectError: a file cannot be read.
    """
    return _digest(project, sorted({*(path for path, _ in project.turtle_files()), *_besides(project)}))


def copy_project(project: Project, folder: Path) -> Project:
    """Copies all of a project but its data into a folder, which is a project then.

    Raises:
        ProjectError: a file cannot be read.
    """
    for name in FOLDERS:
        (folder / name).mkdir()
    kept = [path for path, graph in project.turtle_files() if graph in (ONTOLOGY_GRAPH, SHAPES_GRAPH)]
    for path in [*kept, *_besides(project)]:
        copy = folder / path.relative_to(project.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(_content(project, path))
    return Project.open(folder)


def _besides(project: Project) -> list[Path]:
    context = project.context()
    return [*project.all_queries(), *project.releases(), *project.alignments(), *([context] if context else [])]


def _digest(project: Project, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = _content(project, path)
        digest.update(os.fsencode(f"{project.name(path)}\0{hashlib.sha256(content).hexdigest()}\n"))
    return digest.hexdigest()


def _content(project: Project, path: Path) -> bytes:
    try:
        return project.content(path)
    except Fault as fault:
        raise ProjectError(f"{fault.finding}; mend it: the rest of the file would be missing") from fault


def _triples(name: str, content: bytes) -> list[Triple]:
    """The triples of a file.

    Raises:
        Fault: it is not UTF-8 or not Turtle.
    """
    text, _ = decode(name, content)
    try:
        triples = [quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise Fault(syntax_finding(name, text, error)) from error
    return _named(name, triples) if b"[" in content or b"(" in content or b"_:" in content else triples


def _named(name: str, triples: list[Triple]) -> list[Triple]:
    prefix = "b" + hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    names: dict[Term, BlankNode] = {}

    def renamed(term: Term) -> Term:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"{prefix}n{len(names)}"))
        return term

    return [Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples]  # type: ignore[arg-type]


def _in_graphs(triples: list[Triple], graph: NamedNode) -> Iterator[Quad]:
    graphs = (graph,) if graph in OUTSIDE else (graph, DefaultGraph())
    return (Quad(t.subject, t.predicate, t.object, held) for t in triples for held in graphs)

"""What a server serves: a store, the library, and what is known of its faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from defkg.dataset import Dataset
from defkg.engine.embedded import EmbeddedEngine
from defkg.finding import Finding
from defkg.inference import UnsupportedAxiom, close
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.terms import PREFIXES
from defkg.web.app import create_app
from defkg.web.pages import Pages

_COUNTS = {
    "documents": "SourceDocument",
    "countries": "Country",
    "officials": "Official",
    "mechanisms": "Mechanism",
    "agreements": "Agreement",
    "exercises": "Exercise",
    "events": "Event",
}


@dataclass
class Served:
    """A store with its library and its findings."""

    store: Store
    findings: list[Finding]
    questions: dict[str, Question]

    def app(self) -> FastAPI:
        """The application that serves it."""
        notice = ""
        if self.findings:
            notice = f"This graph has not passed its checks: {len(self.findings)} finding(s). It is served by --force."
        pages = Pages(self._counts(), list(self.questions.values()), notice)
        return create_app(EmbeddedEngine(self.store), pages, notice)

    def _counts(self) -> dict[str, int]:
        return {name: self._count(kind) for name, kind in _COUNTS.items()}

    def _count(self, kind: str) -> int:
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a defkg:{kind} }}"
        rows = self.store.query(query, prefixes=PREFIXES)
        assert isinstance(rows, QuerySolutions)
        return int(next(rows)["n"].value)


def load_project(project: Project, findings: list[Finding], infer: bool, graphs: list[str]) -> Served:
    """A project folder as it is served, with further named graphs.

    Raises:
        ProjectError: a file cannot be read, or a question's head cannot be used.
    """
    dataset = Dataset.load(project)
    if dataset.findings and not findings:
        raise ProjectError(f"{dataset.findings[0]}; mend it: the rest of the file would be missing")
    try:
        store = (close(dataset) if infer else dataset).store
        _add_graphs(store, graphs)
        return Served(store, findings, library(project))
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error


def load_files(files: list[Path], graphs: list[str]) -> Store:
    """RDF files as they are: `files` in the default graph, and named graphs from ``IRI=FILE``.

    Raises:
        ProjectError: a file cannot be read or is not RDF, or a graph is not named by an IRI.
    """
    store = Store()
    for path in files:
        store.extend(_quads(path))
    _add_graphs(store, graphs)
    return store


def _add_graphs(store: Store, graphs: list[str]) -> None:
    for entry in graphs:
        iri, equals, name = entry.partition("=")
        if not equals:
            raise ProjectError(f"--graph {entry} is not IRI=FILE")
        try:
            graph = NamedNode(iri)
        except ValueError as error:
            raise ProjectError(f"--graph {entry}: {iri!r} is no absolute IRI") from error
        store.add_graph(graph)
        store.extend(Quad(q.subject, q.predicate, q.object, graph) for q in _quads(Path(name)))


def _quads(path: Path) -> list[Quad]:
    form = RdfFormat.from_extension(path.suffix.removeprefix(".")) or RdfFormat.TURTLE
    try:
        return list(parse(path=str(path), format=form, base_iri=path.resolve().as_uri(), rename_blank_nodes=True))
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}") from error
    except SyntaxError as error:
        raise ProjectError(
            f"{path}:{error.lineno or 1}:{error.offset or 1} is not valid {form.name}: {error.msg}"
        ) from error

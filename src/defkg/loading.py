"""A graph made ready to be served: checked, closed, and written as N-Quads for the engine."""

from __future__ import annotations

import hashlib
import pickle
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from defkg.coverage import Coverage, measure
from defkg.dataset import Dataset
from defkg.executable import add_questions, digest
from defkg.finding import Finding
from defkg.gate import Step, examine
from defkg.inference import Rule, UnsupportedAxiom, close, rules
from defkg.naming import Names
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.terms import ONTOLOGY_GRAPH, PREFIXES

MEASURED = 200_000  # triples of a graph whose coverage is worked out before it is served
_COUNTS = {
    "documents": "SourceDocument",
    "countries": "Country",
    "officials": "Official",
    "mechanisms": "Mechanism",
    "agreements": "Agreement",
    "exercises": "Exercise",
    "events": "Event",
}


@dataclass(frozen=True)
class Recipe:
    """What to serve, and how.

    Attributes:
        project: the project folder; None for loose RDF files.
        files: RDF files whose triples make the default graph, where there is no project.
        graphs: named graphs besides, as ``IRI=FILE``.
        infer: whether to add what follows.
        check: whether the project must pass its checks.
        force: whether to serve it all the same.
    """

    project: Path | None
    files: tuple[Path, ...] = ()
    graphs: tuple[str, ...] = ()
    infer: bool = True
    check: bool = True
    force: bool = False


@dataclass
class Loaded:
    """What a recipe gave.

    Attributes:
        digest: SHA-256 of the dataset.
        graphs: the IRIs of the named graphs, also of empty ones.
        findings: what the checks found; with any, nothing else is here unless it was forced.
        questions: the library.
        names: what the things are called that its questions can be about.
        rules: by which triples were inferred.
        counts: how many things of which kind, for the home page.
        terms: the IRIs that the ontology declares.
        coverage: what the project's documents cover; None where it was not measured.
        unmeasured: why not, in words.
    """

    digest: str = ""
    graphs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    rules: list[Rule] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    terms: frozenset[str] = frozenset()
    coverage: Coverage | None = None
    unmeasured: str = "Coverage is told of a project folder; here, RDF files without one are served."


def load(recipe: Recipe, data: BinaryIO, step: Step = lambda _: None) -> Loaded:
    """Follows a recipe and writes the N-Quads of what is to be served.

    Raises:
        ProjectError: a file cannot be read, is not RDF, or cannot be used.
    """
    loaded = Loaded()
    store = _project(recipe, loaded, step) if recipe.project else _files(recipe)
    if loaded.findings and not recipe.force:
        return loaded
    _add_graphs(store, recipe.graphs)
    loaded.graphs = [graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    loaded.counts = {name: _count(store, kind) for name, kind in _COUNTS.items()}
    store.dump(data, format=RdfFormat.N_QUADS)
    data.flush()
    loaded.digest = _digest(recipe, loaded, data)
    return loaded


def spool() -> BinaryIO:
    """An open file without a name, for the N-Quads."""
    return tempfile.TemporaryFile(prefix="defkg-")


def _project(recipe: Recipe, loaded: Loaded, step: Step) -> Store:
    assert recipe.project is not None
    project = Project.open(recipe.project)
    dataset = Dataset.load(project)
    loaded.digest = dataset.digest
    loaded.findings = examine(project, dataset, step) if recipe.check else []
    if loaded.findings and not recipe.force:
        return Store()
    if dataset.findings and not loaded.findings:
        raise ProjectError(f"{dataset.findings[0]}; mend it: the rest of the file would be missing")
    try:
        loaded.questions = library(project)
        loaded.terms = frozenset(str(t.subject)[1:-1] for t in dataset.graph(ONTOLOGY_GRAPH))
        served = close(dataset) if recipe.infer else dataset
        loaded.names = Names.of_questions(served.select, loaded.questions.values())
        loaded.rules = rules(dataset.graph(ONTOLOGY_GRAPH)) if recipe.infer else []
        _measure(project, served, recipe, loaded)
        add_questions(served.store, loaded.questions.values())
        return served.store
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error


def _measure(project: Project, dataset: Dataset, recipe: Recipe, loaded: Loaded) -> None:
    count = sum(len(file.placed) for file, _ in dataset.files)
    loaded.unmeasured = ""
    if not recipe.infer:
        loaded.unmeasured = "Coverage needs what follows from the graph; this server was told to infer nothing."
    elif count > MEASURED:
        loaded.unmeasured = f"This graph has {count:,} triples, too many for this page; `defkg coverage` tells it."
    else:
        loaded.coverage = measure(project, dataset)


def _files(recipe: Recipe) -> Store:
    store = Store()
    for path in recipe.files:
        store.bulk_extend(_quads(path))
    return store


def _add_graphs(store: Store, graphs: tuple[str, ...]) -> None:
    for entry in graphs:
        iri, equals, name = entry.partition("=")
        if not equals:
            raise ProjectError(f"--graph {entry} is not IRI=FILE")
        try:
            graph = NamedNode(iri)
        except ValueError as error:
            raise ProjectError(f"--graph {entry}: {iri!r} is no absolute IRI") from error
        store.add_graph(graph)
        store.bulk_extend(Quad(q.subject, q.predicate, q.object, graph) for q in _quads(Path(name)))


def _quads(path: Path) -> list[Quad]:
    form = RdfFormat.from_extension(path.suffix.removeprefix(".")) or RdfFormat.TURTLE
    try:
        return list(parse(path=str(path), format=form, base_iri=path.resolve().as_uri(), rename_blank_nodes=True))
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}") from error
    except SyntaxError as error:
        place = f"{path}:{error.lineno or 1}:{error.offset or 1}"
        raise ProjectError(f"{place} is not valid {form.name}: {error.msg}") from error


def _count(store: Store, kind: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a defkg:{kind} }}"
    rows = store.query(query, prefixes=PREFIXES)
    assert isinstance(rows, QuerySolutions)
    return int(next(rows)["n"].value)


def _digest(recipe: Recipe, loaded: Loaded, data: BinaryIO) -> str:
    if loaded.digest and not recipe.graphs:
        return digest(loaded.digest, recipe.infer, loaded.questions.values())
    data.seek(0)
    dumped = hashlib.file_digest(data, "sha256").hexdigest()  # type: ignore[arg-type]
    return digest(dumped, recipe.infer, loaded.questions.values()) if recipe.project else dumped


def main() -> None:
    """Follows a pickled recipe from standard input; N-Quads go to the open file named, the pickled result to output.

    The two ends are the same program: nothing from outside is unpickled.
    """
    recipe = pickle.load(sys.stdin.buffer)
    with open(int(sys.argv[1]), "wb") as data:  # noqa: PTH123 - a descriptor, not a path
        try:
            result: Loaded | ProjectError = load(recipe, data)
        except ProjectError as error:
            result = error
    pickle.dump(result, sys.stdout.buffer)


if __name__ == "__main__":
    from defkg.loading import main as importable  # what is pickled must not belong to a module called __main__

    importable()

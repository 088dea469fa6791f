"""A graph made ready to be served: checked, closed, and written as N-Quads for the engine."""

from __future__ import annotations

import hashlib
import pickle
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse, serialize

from defkg.content import Fault
from defkg.context import read_context
from defkg.coverage import Coverage, measure
from defkg.dataset import Dataset, quads
from defkg.executable import add_questions, digest
from defkg.finding import Finding
from defkg.gate import Step, examine
from defkg.inference import Rule, UnsupportedAxiom, close, rules
from defkg.jsonld import Context, ContextError
from defkg.kinds import Kind, kinds
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.rulebook import Rule as Check
from defkg.rulebook import rulebook
from defkg.selfdescription import Description, dcat, describe, void
from defkg.terms import ONTOLOGY_GRAPH, PREFIXES, VOID_GRAPH, Term

MEASURED = 200_000  # triples of a graph whose coverage is worked out before it is served


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
        kinds: the kinds of things, by their names.
        presentation: the order and the names of what is told of a thing.
        context: the names that JSON-LD uses.
        checks: the rules that are no shapes.
        terms: the IRIs that the ontology declares.
        coverage: what the project's documents cover; None where it was not measured.
        unmeasured: why not, in words.
        description: what is said of the dataset as a whole.
    """

    digest: str = ""
    graphs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    rules: list[Rule] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    presentation: Presentation = field(default_factory=Presentation)
    context: Context = field(default_factory=Context)
    checks: list[Check] = field(default_factory=list)
    terms: frozenset[str] = frozenset()
    coverage: Coverage | None = None
    unmeasured: str = "Coverage is told of a project folder; here, RDF files without one are served."
    description: Description = field(default_factory=Description)


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
    loaded.kinds = kinds(partial(_rows, store))
    loaded.presentation = Presentation.read(partial(_rows, store))
    store.dump(data, format=RdfFormat.N_QUADS)
    data.flush()
    loaded.digest = _digest(recipe, loaded, data)
    _describe(store, loaded, data)
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
        loaded.context = read_context(project)
        loaded.checks = [rule for rule in rulebook(project).values() if rule.kind != "shape"]
        loaded.terms = frozenset(str(t.subject)[1:-1] for t in dataset.graph(ONTOLOGY_GRAPH))
        served = close(dataset) if recipe.infer else dataset
        loaded.names = Names.of_questions(served.select, loaded.questions.values())
        loaded.rules = rules(dataset.graph(ONTOLOGY_GRAPH)) if recipe.infer else []
        _measure(project, served, recipe, loaded)
        add_questions(served.store, loaded.questions.values())
        return served.store
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error
    except (ContextError, Fault) as error:
        raise ProjectError(f"ontology/context.jsonld cannot be used: {error}") from error


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


def _rows(store: Store, query: str) -> list[dict[str, Term]]:
    rows = store.query(query, prefixes=PREFIXES)
    assert isinstance(rows, QuerySolutions)
    names = [variable.value for variable in rows.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in rows]


def _describe(store: Store, loaded: Loaded, data: BinaryIO) -> None:
    """Adds what is said of the dataset as a whole: after the digest, which is a part of it."""
    stated = [quad.triple for quad in store.quads_for_pattern(None, None, None, VOID_GRAPH)]
    description = describe(partial(_rows, store), stated, loaded.digest, loaded.questions.values())
    told = {*void(description), *dcat(description)}
    data.write(serialize(quads(told, VOID_GRAPH), format=RdfFormat.N_QUADS) or b"")
    data.flush()
    loaded.graphs = sorted({*loaded.graphs, VOID_GRAPH.value})
    loaded.description = description


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
    with open(int(sys.argv[1]), "r+b") as data:  # noqa: PTH123 - a descriptor, not a path
        try:
            result: Loaded | ProjectError = load(recipe, data)
        except ProjectError as error:
            result = error
    pickle.dump(result, sys.stdout.buffer)


if __name__ == "__main__":
    from defkg.loading import main as importable  # what is pickled must not belong to a module called __main__

    importable()

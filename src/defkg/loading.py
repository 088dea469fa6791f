"""A graph made ready to be served: checked, closed, and written as N-Quads for the engine."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from defkg.beside import Beside, Work, beside
from defkg.coverage import Coverage, measure
from defkg.dataset import Dataset, quads
from defkg.executable import add_questions, digest
from defkg.finding import Finding
from defkg.gate import Step, examine
from defkg.inference import UnsupportedAxiom, close
from defkg.kinds import kinds
from defkg.loaded import Loaded, checks_of, rows
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.question import QuestionError, library
from defkg.selfdescription import dcat, describe, void
from defkg.terms import ONTOLOGY_GRAPH, VOID_GRAPH

MEASURED = 200_000  # triples of a graph whose coverage is worked out before it is served
LARGE = 32 << 20  # bytes of files that are loaded in a process of their own


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


def load(
    recipe: Recipe, data: BinaryIO, step: Step = lambda _: None, meanwhile: Callable[[], object] = lambda: None
) -> Loaded:
    """Follows a recipe and writes the N-Quads of what is to be served.

    A small project is checked by another process while this one goes on, and waits for it at last.

    Args:
        recipe: what to load, and how.
        data: where the N-Quads go; what is in it is of no use where there are findings, or an error.
        step: told what is being done.
        meanwhile: what else to do before waiting for the checks.

    Raises:
        ProjectError: a file cannot be read, is not RDF, or cannot be used.
    """
    if recipe.project is None:
        return _written(recipe, Loaded(), _files(recipe), data)
    project = Project.open(recipe.project)
    dataset = Dataset.load(project)
    with suppress(QuestionError):
        library(project)  # both processes need it, and it is kept; what is wrong in it is told later
    with beside(_checks(recipe, project, dataset), step, recipe.check and not is_large(recipe)) as checks:
        if checks.early and not recipe.force:
            return Loaded(findings=checks.early)
        try:
            loaded = _project(recipe, project, dataset, checks, data)
            meanwhile()
        except Exception:
            if recipe.force or not checks.result():
                raise
            return Loaded(findings=checks.result())
        loaded.findings = checks.result()
        return Loaded(findings=loaded.findings) if loaded.findings and not recipe.force else loaded


def _checks(recipe: Recipe, project: Project, dataset: Dataset) -> Work[list[Finding]]:
    return lambda step: examine(project, dataset, step) if recipe.check else []


def _written(recipe: Recipe, loaded: Loaded, store: Store, data: BinaryIO) -> Loaded:
    _add_graphs(store, recipe.graphs)
    loaded.graphs = [graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    loaded.kinds = kinds(partial(rows, store))
    loaded.presentation = Presentation.read(partial(rows, store))
    store.dump(data, format=RdfFormat.N_QUADS)
    data.flush()
    loaded.digest = _digest(recipe, loaded, data)
    _describe(store, loaded, data)
    return loaded


def spool() -> BinaryIO:
    """An open file without a name, for the N-Quads."""
    return tempfile.TemporaryFile(prefix="defkg-")


def _project(
    recipe: Recipe, project: Project, dataset: Dataset, checks: Beside[list[Finding]], data: BinaryIO
) -> Loaded:
    if dataset.findings and not checks.result():
        raise ProjectError(f"{dataset.findings[0]}; mend it: the rest of the file would be missing")
    loaded = Loaded(dataset.digest)
    loaded.add_project(project, dataset.graph(ONTOLOGY_GRAPH), recipe.infer)
    loaded.checks = checks_of(project)
    try:
        served = close(dataset) if recipe.infer else dataset
        loaded.names = Names.of_questions(served.select, loaded.questions.values())
        loaded.coverage, loaded.unmeasured = measured(project, served, recipe.infer)
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error
    add_questions(served.store, loaded.questions.values())
    return _written(recipe, loaded, served.store, data)


def measured(project: Project, dataset: Dataset, infer: bool) -> tuple[Coverage | None, str]:
    """The coverage of a closed dataset, or why it is not worked out, in words.

    Raises:
        QuestionError: a question, or a query of ``queries/coverage``, cannot be used.
    """
    count = sum(len(file.placed) for file, _ in dataset.files)
    if not infer or count > MEASURED:
        return None, unmeasured(count, infer)
    return measure(project, dataset), ""


def unmeasured(count: int, infer: bool) -> str:
    """Why the coverage of a graph of so many triples is not worked out, in words."""
    if not infer:
        return "Coverage needs what follows from the graph; this server was told to infer nothing."
    return f"This graph has {count:,} triples, too many for this page; `defkg coverage` tells it."


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


def _describe(store: Store, loaded: Loaded, data: BinaryIO) -> None:
    """Adds what is said of the dataset as a whole: after the digest, which is a part of it."""
    stated = [quad.triple for quad in store.quads_for_pattern(None, None, None, VOID_GRAPH)]
    description = describe(partial(rows, store), stated, loaded.digest, loaded.questions.values())
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


def load_apart(recipe: Recipe, data: BinaryIO, step: Step = lambda _: None) -> Loaded:
    """The same as `load`, in a process of its own, which takes the memory with it that loading needs.

    Raises:
        ProjectError: as for `load`, or the process died.
    """
    with subprocess.Popen(
        _command(data), pass_fds=(data.fileno(),), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        with suppress(BrokenPipeError):
            process.stdin.write(pickle.dumps(recipe))
            process.stdin.close()
        try:
            return _result(process.stdout, step)
        except EOFError as error:
            raise _died(process.wait()) from error


async def load_beside(recipe: Recipe, data: BinaryIO) -> Loaded:
    """The same, while other work goes on.

    Raises:
        ProjectError: as for `load`, or the process died.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(data), pass_fds=(data.fileno(),), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(pickle.dumps(recipe))
    try:
        return _result(BytesIO(said), lambda _: None)
    except EOFError as error:
        raise _died(await process.wait()) from error


def is_large(recipe: Recipe) -> bool:
    """Whether loading takes so much memory that a process that goes on to run should not do it itself."""
    project = [path for path, _ in Project.open(recipe.project).turtle_files()] if recipe.project else []
    named = (Path(entry.partition("=")[2]) for entry in recipe.graphs)
    files = (path for path in (*project, *recipe.files, *named) if path.is_file())
    return sum(path.stat().st_size for path in files) > LARGE


def _command(data: BinaryIO) -> list[str]:
    return [sys.executable, "-m", "defkg.loading", str(data.fileno())]


def _result(said: BinaryIO | IO[bytes], step: Step) -> Loaded:
    while isinstance(told := pickle.load(said), str):
        step(told)
    if isinstance(told, ProjectError):
        raise told
    assert isinstance(told, Loaded)
    return told


def _died(status: int) -> ProjectError:
    return ProjectError(f"the process that loads the graph ended with status {status}; is there enough memory?")


def main() -> None:
    """Follows a pickled recipe from standard input; N-Quads go to the open file named, what is done to the output.

    There are the names of its steps, and the result at last, pickled. The two ends are the same program: nothing from
    outside is unpickled.
    """
    recipe, output = pickle.load(sys.stdin.buffer), sys.stdout.buffer

    def step(name: str) -> None:
        pickle.dump(name, output)
        output.flush()

    with open(int(sys.argv[1]), "r+b") as data:  # noqa: PTH123 - a descriptor, not a path
        try:
            result: Loaded | ProjectError = load(recipe, data, step)
        except ProjectError as error:
            result = error
    pickle.dump(result, output)


if __name__ == "__main__":
    from defkg.loading import main as importable  # what is pickled must not belong to a module called __main__

    importable()

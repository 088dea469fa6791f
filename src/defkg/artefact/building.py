"""An artefact made from a project: the triples sorted in a file, the store made from them, and what a server must know.

Nothing here holds all triples at once: files are read one after another, and the store is on the disk.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, cast

from pyoxigraph import NamedNode, RdfFormat, Store

from defkg.artefact.examination import Examination, look_at
from defkg.artefact.known import PROJECT, write_known
from defkg.artefact.lines import SortedLines, compress
from defkg.artefact.manifest import STORE, STORE_FILES, Manifest, hold, look_over, write_store_files
from defkg.artefact.sources import Sources, Step, copy_project, dataset_digest, project_digest
from defkg.artefact.workshop import workshop
from defkg.dataset import quads
from defkg.executable import add_questions, digest
from defkg.finding import Finding
from defkg.inference import close_store
from defkg.kinds import kinds
from defkg.loaded import Loaded, checks_of, rows
from defkg.loading import unmeasured
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.selfdescription import Description, dcat, describe, void
from defkg.terms import VOID_GRAPH, whole

TEXT = "graph.nq.gz"
_SHORT = 12


class Unfit(Exception):
    """The project has findings, and nothing was built."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(f"{len(findings)} finding(s), the first: {findings[0]}")
        self.findings = findings


def build(
    project: Project,
    target: Path | None = None,
    check: bool = True,
    infer: bool = True,
    step: Step = lambda name, done, of: None,
) -> tuple[Path, Manifest]:
    """Builds the artefact of a project.

    Args:
        project: which project.
        target: the folder to make; by default one here that is named after the digest of the dataset.
        check: whether the project must pass its checks.
        infer: whether to add what follows.
        step: told what is done, how much of it is done already, and of how much.

    Returns:
        The folder, and its manifest. One that is there already and is of the same dataset stays as it is.

    Raises:
        Unfit: the project has findings.
        ProjectError: the project cannot be read, or the artefact not be written; nothing of it is left then.
    """
    dataset = dataset_digest(project)
    work = _Work(project, dataset, digest(dataset, infer, _questions(project)), check, infer, step)
    target = target or Path(f"defkg-{work.digest[:_SHORT]}")
    if target.exists():
        return target, _same(target, work)
    step("checking" if check else "reading", 0, 0)
    examination = look_at(project, check, infer)
    if examination.findings:
        raise Unfit(examination.findings)
    with _reported(target), workshop(target) as folder:
        manifest = work.make(folder, examination)
    return target, manifest


def _questions(project: Project) -> Iterable[Question]:
    try:
        return library(project).values()
    except QuestionError as error:
        raise ProjectError(str(error)) from error


def _same(target: Path, work: _Work) -> Manifest:
    found = Manifest.read(target)
    what = ""
    if found.digest != work.digest:
        what = "is of another graph"
    elif found.project != project_digest(work.project):
        what = "is of an earlier state of the project"
    elif work.check and not found.checked:
        what = "was not checked"
    if what:
        raise ProjectError(f"{target} is there already, and {what}; name another with --output, or remove it")
    look_over(target, found)
    return found


@contextmanager
def _reported(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectError(f"{target} could not be built: {reason}; nothing of it is left") from error


@dataclass(frozen=True)
class _Work:
    """What to build: a project, by the digests that it had when that began."""

    project: Project
    dataset: str
    digest: str
    check: bool
    infer: bool
    step: Step

    def make(self, folder: Path, examination: Examination) -> Manifest:
        (folder / PROJECT).mkdir()
        copied = copy_project(self.project, folder / PROJECT)
        loaded = Loaded(self.digest, checks=checks_of(copied), coverage=examination.coverage)
        graphs, lines, text = self._fill(folder, copied, loaded)
        if project_digest(self.project) != examination.project:
            raise _changed(self.project)
        self.step("writing", 0, 0)
        write_known(folder, loaded, graphs)
        _tidy_store(folder)
        manifest = Manifest(
            digest=self.digest,
            project=examination.project,
            checked=examination.project if self.check else "",
            inferred=self.infer,
            defkg=version("defkg"),
            pyoxigraph=version("pyoxigraph"),
            triples=graphs[""],
            quads=lines,
            graphs=len(graphs) - 1,
            terms=_terms(loaded.description),
            text=text,
            files=hold(folder, _files(folder)),
        )
        manifest.write(folder)
        return manifest

    def _fill(self, folder: Path, copied: Project, loaded: Loaded) -> tuple[dict[str, int], int, str]:
        """Puts all that is served into the store and the text; gives counts by graph, lines, and the text's digest."""
        sources, store = Sources(self.project, self.step), Store(folder / STORE)
        try:
            store.bulk_extend(sources.quads())
            if sources.digest != self.dataset:
                raise _changed(self.project)
            loaded.unmeasured = "" if loaded.coverage else unmeasured(sources.asserted, self.infer)
            loaded.add_project(copied, sources.ontology, self.infer)
            if self.infer:
                close_store(store, loaded.rules, self.step)
            _know(store, loaded, self.step)
            graphs = _graphs(store)
            self.step("sorting", 0, 0)
            lines, text = _write_text(store, folder)
            store.flush()
            store.optimize()
            return graphs, lines, text
        finally:
            del store
            gc.collect()  # the files of the store are whole when it is closed


def _changed(project: Project) -> ProjectError:
    return ProjectError(f"{project.root} changed while it was read; build again")


def _terms(description: Description) -> dict[str, int]:
    numbers = description.statistics
    return {"subjects": numbers.subjects, "predicates": len(numbers.properties), "objects": numbers.objects}


def _know(store: Store, loaded: Loaded, step: Step) -> None:
    """Asks the store what a server must know of it, and puts in what is said of it as a whole."""
    select, questions = partial(rows, store), loaded.questions.values()
    step("names", 0, 0)
    loaded.names = Names.of_questions(select, questions)
    loaded.kinds = kinds(select)
    loaded.presentation = Presentation.read(select)
    add_questions(store, questions)
    step("counting", 0, 0)
    stated = [quad.triple for quad in store.quads_for_pattern(None, None, None, VOID_GRAPH)]
    loaded.description = describe(select, stated, loaded.digest, questions)
    store.add_graph(VOID_GRAPH)
    store.extend(quads({*void(loaded.description), *dcat(loaded.description)}, VOID_GRAPH))


def _graphs(store: Store) -> dict[str, int]:
    """The named graphs with their triples; "" is the default graph."""
    counted = rows(store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    (total,) = rows(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    found = {graph.value: 0 for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    found |= {graph.value: whole(row["n"]) for row in counted if isinstance(graph := row["g"], NamedNode)}
    return {"": whole(total["n"]), **dict(sorted(found.items()))}


def _write_text(store: Store, folder: Path) -> tuple[int, str]:
    lines = SortedLines(folder)
    try:
        store.dump(cast(IO[bytes], lines), format=RdfFormat.N_QUADS)
        with (folder / TEXT).open("wb") as file:
            return compress(lines, file)
    finally:
        lines.close()


def _tidy_store(folder: Path) -> None:
    """Leaves out the store's diary, which tells of this machine, and lists the rest."""
    for path in (folder / STORE).glob("LOG*"):
        path.unlink()
    write_store_files(folder)


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] != STORE and name.as_posix() != STORE_FILES:
            yield name.as_posix()

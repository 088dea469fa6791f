"""The gate: all that a project must pass, in order, one fault told once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from pyoxigraph import NamedNode

from defkg import characters, checks, files, literals, vocabulary
from defkg.affected import Part, affected
from defkg.alignments.faults import alignment_faults
from defkg.context import context_faults
from defkg.dataset import Dataset
from defkg.evidence import verify
from defkg.evidence.copies import TEXTS
from defkg.finding import Finding, Place
from defkg.inference import Progress, close
from defkg.placing import Placing
from defkg.project import Project, ProjectError
from defkg.releases import release_faults
from defkg.terms import ID, Term

Found = Iterable[tuple[Term, Finding]]
Step = Callable[[str], None]
Close = Callable[[Dataset, Progress], Dataset]


def examine(
    project: Project,
    dataset: Dataset | None = None,
    step: Step = lambda _: None,
    only: Collection[str] = (),
    part: Part | None = None,
    closing: Close = close,
) -> list[Finding]:
    """Runs every check on a project.

    Args:
        project: the folder, and files besides.
        dataset: its dataset, where it has been loaded before.
        step: told the name of each stage as it begins, for a progress bar.
        only: names of files; findings in others are left out, unless they are about what these files name.
        part: the part of the dataset to look at; default: all, or what decides on the files that were named.
        closing: adds what follows.

    Returns:
        The findings in the order of files and lines. A file that cannot be parsed stops the rest, also where
        others were asked for. A later stage keeps silent about a thing, and a place, that an earlier one has
        complained about.

    Raises:
        ProjectError: a file or the folder of copies cannot be opened.
    """
    step("reading")
    dataset = dataset or Dataset.load(project)
    unreadable = files.unreadable(project, dataset)
    if unreadable:
        return _sorted(unreadable, only) or sorted(unreadable)
    part = part or _part(dataset, only)
    gate = _Gate(step, part.things)
    gate.run("files", files.flaws(project, dataset))
    gate.run("characters", characters.deceptive(dataset))
    gate.run("names", characters.same_but_for_case(dataset))
    gate.run("labels", characters.alike_labels(dataset))
    if part.queries:
        gate.run("questions", checks.questions(project))
    gate.run("terms of queries", vocabulary.in_queries(project, dataset, part.queries))
    gate.run("names of JSON-LD", context_faults(project, dataset))
    gate.run("alignments", alignment_faults(project, dataset))
    gate.run("releases", release_faults(project))
    gate.run("axioms", checks.uncovered_axioms(part.dataset))
    if not any(finding.rule == checks.UNCOVERED for finding in gate.findings):
        _examine_closed(gate, project, part.dataset, closing)
    return _sorted(gate.findings, only, _named(dataset, only))


def _part(dataset: Dataset, files: Collection[str]) -> Part:
    """What decides on the files: as if they were new."""
    return (affected(dataset, dict.fromkeys(files)) if files else None) or Part(dataset)


def _sorted(findings: list[Finding], only: Collection[str], named: Collection[Term] = ()) -> list[Finding]:
    kept = (f for f in findings if not only or f.place.file in only or (f.result and f.result.focus in named))
    return sorted(kept)


def _named(dataset: Dataset, files: Collection[str]) -> set[Term]:
    triples = [placed.triple for file, _ in dataset.files if file.path in files for placed in file.placed]
    return {triple.subject for triple in triples} | {triple.object for triple in triples}


def _examine_closed(gate: _Gate, project: Project, dataset: Dataset, closing: Close) -> None:
    from defkg.validation import validate  # pySHACL takes half a second to import: not for a file with a typo

    gate.run("terms", vocabulary.undeclared_terms(dataset))
    gate.run("references", vocabulary.dangling_references(dataset))
    gate.run("nodes", vocabulary.blank_nodes(dataset))
    gate.run("literals", literals.ill_typed(dataset))
    gate.run("dates", literals.edtf_bounds(dataset))
    gate.step("inference")
    closed = closing(dataset, lambda name, done, _: gate.step(f"inference, {name} {done:,}"))
    placing = Placing(closed)
    gate.run("classes", checks.inconsistencies(closed, placing))
    gate.step("shapes")
    gate.run("shapes", validate(closed, placing, gate.about))
    gate.run("checks", checks.library_checks(closed, project, placing, gate.about))
    texts = os.environ.get(TEXTS)
    if texts:
        gate.run("evidence", verify(closed, _folder(texts), placing))


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise ProjectError(f"{TEXTS} names {name}, which is not a folder; name the folder of your copies, or unset it")
    return folder


class _Gate:
    def __init__(self, step: Step, about: Collection[Term] | None) -> None:
        self.step = step
        self.about = about
        self.findings: list[Finding] = []
        self._told: set[Term | Place] = set()

    def run(self, name: str, found: Found) -> None:
        self.step(name)
        fresh = [
            pair for pair in found if self._asked(pair[0]) and not self._told.intersection((pair[0], pair[1].place))
        ]
        self._told |= {told for thing, finding in fresh for told in (thing, finding.place)}
        self.findings += [finding for _, finding in fresh]

    def _asked(self, thing: Term) -> bool:
        return self.about is None or thing in self.about or not _is_thing(thing)


def _is_thing(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(ID)

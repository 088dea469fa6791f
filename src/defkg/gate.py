"""The gate: all that a project must pass, in order, one fault told once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from defkg import checks, literals, vocabulary
from defkg.dataset import Dataset
from defkg.evidence import TEXTS, verify
from defkg.finding import Finding
from defkg.inference import close
from defkg.placing import Placing
from defkg.project import Project, ProjectError
from defkg.terms import Term

Found = Iterable[tuple[Term, Finding]]
Step = Callable[[str], None]


def examine(
    project: Project, dataset: Dataset | None = None, step: Step = lambda _: None, only: Collection[str] = ()
) -> list[Finding]:
    """Runs every check on a project.

    Args:
        project: the folder, and files besides.
        dataset: its dataset, where it has been loaded before.
        step: told the name of each stage as it begins, for a progress bar.
        only: names of files; what stands elsewhere is left out, and shapes are tried on what these files name.

    Returns:
        The findings in the order of files and lines. A file that cannot be parsed stops the rest. A later stage
        keeps silent about a thing that an earlier one has complained about.

    Raises:
        ProjectError: a file or the folder of copies cannot be opened.
    """
    step("reading")
    dataset = dataset or Dataset.load(project)
    unreadable = [*project.misplaced(), *dataset.findings]
    if unreadable:
        return _sorted(unreadable, only)
    gate = _Gate(step)
    gate.run("questions", checks.questions(project))
    gate.run("axioms", checks.uncovered_axioms(dataset))
    if not any(finding.rule == checks.UNCOVERED for finding in gate.findings):
        _examine_closed(gate, project, dataset, only)
    return _sorted(gate.findings, only)


def _sorted(findings: list[Finding], only: Collection[str]) -> list[Finding]:
    return sorted(finding for finding in findings if not only or finding.place.file in only)


def _examine_closed(gate: _Gate, project: Project, dataset: Dataset, only: Collection[str]) -> None:
    from defkg.validation import validate  # pySHACL takes half a second to import: not for a file with a typo

    gate.run("terms", vocabulary.undeclared_terms(dataset))
    gate.run("references", vocabulary.dangling_references(dataset))
    gate.run("nodes", vocabulary.blank_nodes(dataset))
    gate.run("literals", literals.ill_typed(dataset))
    gate.run("dates", literals.edtf_bounds(dataset))
    gate.step("inference")
    closed = close(dataset)
    placing = Placing(closed)
    gate.run("classes", checks.inconsistencies(closed, placing))
    gate.run("shapes", validate(closed, placing, _named(dataset, only) if only else None))
    gate.run("checks", checks.library_checks(closed, project, placing))
    texts = os.environ.get(TEXTS)
    if texts:
        gate.run("evidence", verify(closed, _folder(texts), placing))


def _folder(name: str) -> Path:
    folder = Path(name)
    if not folder.is_dir():
        raise ProjectError(f"{TEXTS} names {name}, which is not a folder; name the folder of your copies, or unset it")
    return folder


def _named(dataset: Dataset, files: Collection[str]) -> set[Term]:
    placed = [p.triple for file, _ in dataset.files if file.path in files for p in file.placed]
    return {t.subject for t in placed} | {t.object for t in placed}


class _Gate:
    def __init__(self, step: Step) -> None:
        self.step = step
        self.findings: list[Finding] = []
        self._told: set[Term] = set()

    def run(self, name: str, found: Found) -> None:
        self.step(name)
        fresh = [(thing, finding) for thing, finding in found if thing not in self._told]
        self._told |= {thing for thing, _ in fresh}
        self.findings += [finding for _, finding in fresh]

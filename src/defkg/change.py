"""Checking what a change can affect instead of everything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from defkg import revision
from defkg.affected import affected
from defkg.content import Fault
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import Close, Step, examine
from defkg.inference import Succession, close
from defkg.project import Project

Before = Mapping[str, bytes | None]


class Outcome(NamedTuple):
    """The findings about what a change can affect, and in words what was not looked at."""

    findings: list[Finding]
    left_out: tuple[str, ...]


def since(root: Path, name: str) -> Before:
    """The files that differ from a git revision, each with its content there; None where it was not there.

    Raises:
        RevisionError: git cannot tell.
    """
    return revision.contents(root, name, revision.changed(root, name))


def examine_change(
    project: Project,
    before: Before,
    step: Step = lambda _: None,
    only: Collection[str] = (),
    dataset: Dataset | None = None,
    closing: Close = close,
) -> Outcome:
    """Checks what a change can affect; all, where the ontology, a shape or a check has changed.

    Args:
        project: the folder after the change.
        before: the changed files by name, each with its content before the change; None where it is new.
        step: told the name of each stage as it begins.
        only: names of files; findings in others are left out.
        dataset: the project's dataset, where it has been loaded before.
        closing: adds what follows, where everything is checked.

    Raises:
        ProjectError: a file cannot be opened.
    """
    if not before:
        return Outcome([], ("everything: nothing has changed",))
    step("reading")
    dataset = dataset or Dataset.load(project)
    part = affected(dataset, before)
    if part is None:
        return Outcome(examine(project, dataset, step, only, closing=closing), ())
    return Outcome(examine(project, dataset, step, only, part), part.left_out)


class Session:
    """Checks a project again and again: in full until it is clean, then what has changed since it was.

    A file that has not changed is not parsed again, and what follows is followed from what has changed.
    """

    def __init__(self, project: Project, only: Collection[str] = ()) -> None:
        self._project = project
        self._only = only
        self._clean: dict[str, bytes] | None = None
        self._dataset: Dataset | None = None
        self._closing = Succession().close

    def check(self) -> list[Finding]:
        """The findings now.

        Raises:
            ProjectError: a file cannot be opened.
        """
        now = _contents(self._project)
        if now == self._clean:
            return []
        self._dataset = Dataset.load(self._project, self._dataset)
        findings = self._examined(self._dataset, now)
        if not findings:
            self._clean = now
        return findings

    def _examined(self, dataset: Dataset, now: dict[str, bytes]) -> list[Finding]:
        if self._clean is None:
            return examine(self._project, dataset, only=self._only, closing=self._closing)
        names = sorted(name for name in {*now, *self._clean} if now.get(name) != self._clean.get(name))
        before = {name: self._clean.get(name) for name in names}
        outcome = examine_change(self._project, before, only=self._only, dataset=dataset, closing=self._closing)
        return outcome.findings


def _contents(project: Project) -> dict[str, bytes]:
    found = {}
    context = [path for path in [project.context()] if path]
    for path in [*(path for path, _ in project.turtle_files()), *project.all_queries(), *context]:
        with suppress(Fault):  # the check tells it
            found[project.name(path)] = project.content(path)
    return found

"""What the commands work on: a project folder, loose Turtle files, or the bundled graph."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.inference import UnsupportedAxiom, close
from defkg.project import Project, ProjectError, enclosing

if TYPE_CHECKING:
    from defkg.gate import Step


def project_for(paths: list[Path]) -> tuple[Project, set[str]]:
    """The project that the paths belong to, and the names of the files that were asked about (empty: all).

    A folder is a project, or a part of one; no path means the project here. A file inside a project is checked with
    it; another file counts as a further source of the project here.

    Raises:
        ProjectError: a path is not there, or the paths belong to several projects.
    """
    if not paths:
        return project_here(), set()
    for path in paths:
        if not path.exists():
            raise ProjectError(f"{path} is not there; name a project folder or a Turtle file")
    roots = {_root(path) for path in paths}
    if len(roots) > 1:
        raise ProjectError("these paths belong to different projects; name one project at a time")
    root = roots.pop()
    project = Project.open(root) if root else project_here()
    inside = {path for path, _ in project.turtle_files()}
    files = [Path(os.path.realpath(path)) for path in paths if not path.is_dir()]
    project = Project(project.root, tuple(path for path in files if path not in inside))
    parts = [real for path in paths if path.is_dir() and (real := path.resolve()) != project.root]
    asked = [*files, *(path for path in inside for part in parts if path.is_relative_to(part))]
    if parts and not asked:
        raise ProjectError(f"{parts[0]} holds no Turtle file of its project; name a folder that does")
    return project, {project.name(path) for path in asked}


def project_here() -> Project:
    """The project that the working folder lies in, or else the bundled one.

    Raises:
        ProjectError: a part of it is missing.
    """
    root = enclosing(Path.cwd())
    return Project.open(root) if root else Project.bundled()


def own_project(folder: Path | None = None) -> Project:
    """The project that may be written to: the one named, or the one that the working folder lies in.

    Raises:
        ProjectError: there is none, or it is the one inside the package.
    """
    project = Project.open(folder.resolve()) if folder else project_here()
    if not folder and not Path.cwd().is_relative_to(project.root):
        raise ProjectError("there is no project folder here; go to yours, or name it with --project or as a path")
    if project.root.resolve().is_relative_to(Path(__file__).parents[1].resolve()):
        raise ProjectError(
            "the graph inside the package is not to be changed; name your own with --project or as a path"
        )
    return project


def _root(path: Path) -> Path | None:
    """A folder that is no project counts as one where it lies in none, so that the message is about it."""
    real = Path(os.path.realpath(path))
    return (enclosing(real) or real) if path.is_dir() else enclosing(real.parent)


def closed(project: Project) -> Dataset:
    """The project's dataset with what follows from it.

    Raises:
        ProjectError: it has a fault that keeps it from being read.
    """
    dataset = Dataset.load(project)
    if dataset.findings:
        raise ProjectError(f"{dataset.findings[0]}; run `defkg check` for all of it")
    try:
        return close(dataset)
    except UnsupportedAxiom as error:
        raise ProjectError(str(error)) from error


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A progress display on a terminal, silence in a pipe; it begins, and with it a thread, when it is first told."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    status = Console(stderr=True).status(title)

    def step(name: str) -> None:
        status.update(f"{title}: {name}")
        status.start()

    try:
        yield step
    finally:
        status.stop()


def summary(findings: list[Finding]) -> str:
    """One line that counts the findings."""
    if not findings:
        return "no finding"
    files = len({finding.place.file for finding in findings})
    return f"{len(findings)} finding{'s' if len(findings) > 1 else ''} in {files} file{'s' if files > 1 else ''}"

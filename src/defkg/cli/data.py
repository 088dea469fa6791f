"""What the commands work on: a project folder, loose Turtle files, or the bundled graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import Step
from defkg.inference import UnsupportedAxiom, close
from defkg.project import FOLDERS, Project, ProjectError


def project_for(paths: list[Path]) -> tuple[Project, set[str]]:
    """The project that the paths belong to, and the names of the files that were asked about (empty: all).

    A folder is a project; no path means the project here. A file inside a project is checked with it; another file
    counts as a further source of the project here.

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
    files = [path.resolve() for path in paths if path.is_file()]
    inside = {path for path, _ in project.turtle_files()}
    project = Project(project.root, tuple(path for path in files if path not in inside))
    return project, {project.name(path) for path in files}


def project_here() -> Project:
    """The project that the working folder lies in, or else the bundled one.

    Raises:
        ProjectError: a part of it is missing.
    """
    root = _enclosing(Path.cwd())
    return Project.open(root) if root else Project.bundled()


def _root(path: Path) -> Path | None:
    return path.resolve() if path.is_dir() else _enclosing(path.resolve().parent)


def _enclosing(folder: Path) -> Path | None:
    found = (one for one in (folder, *folder.parents) if all((one / name).is_dir() for name in FOLDERS))
    return next(found, None)


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
    """A progress display on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda name: status.update(f"{title}: {name}")


def summary(findings: list[Finding]) -> str:
    """One line that counts the findings."""
    if not findings:
        return "no finding"
    files = len({finding.place.file for finding in findings})
    return f"{len(findings)} finding{'s' if len(findings) > 1 else ''} in {files} file{'s' if files > 1 else ''}"

"""What the commands work on: a project folder, loose Turtle files, or the bundled graph."""

from __future__ import annotations

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

    A folder is a project. A file inside one is checked with it; another file counts as a further source of the
    bundled project.

    Raises:
        ProjectError: a path is not there, or the paths belong to several projects.
    """
    if not paths:
        return Project.bundled(), set()
    for path in paths:
        if not path.exists():
            raise ProjectError(f"{path} is not there; name a project folder or a Turtle file")
    roots = {_root(path) for path in paths}
    if len(roots) > 1:
        raise ProjectError("these paths belong to different projects; name one project at a time")
    root = roots.pop()
    project = Project.open(root) if root else Project.bundled()
    files = [path.resolve() for path in paths if path.is_file()]
    inside = {path for path, _ in project.turtle_files()}
    project = Project(project.root, tuple(path for path in files if path not in inside))
    return project, {project.name(path) for path in files}


def _root(path: Path) -> Path | None:
    if path.is_dir():
        return path.resolve()
    found = (folder for folder in path.resolve().parents if all((folder / name).is_dir() for name in FOLDERS))
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
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(title) as status:
        yield lambda name: status.update(f"{title}: {name}")


def summary(findings: list[Finding]) -> str:
    """One line that counts the findings."""
    if not findings:
        return "no finding"
    files = len({finding.place.file for finding in findings})
    return f"{len(findings)} finding{'s' if len(findings) > 1 else ''} in {files} file{'s' if files > 1 else ''}"

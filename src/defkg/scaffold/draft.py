"""A draft: the blocks to be written, as changes of files, and the dataset as it would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from defkg.dataset import Dataset
from defkg.edit import Edit
from defkg.finding import Finding
from defkg.layout import LayoutError, format_turtle
from defkg.project import Project, ProjectError
from defkg.scaffold.block import Block
from defkg.scaffold.page import put
from defkg.terms import REGISTRY_GRAPH, source_graph
from defkg.turtle import read_turtle


@dataclass
class Draft:
    """Blocks for the files of a project; nothing is written by it.

    Attributes:
        project: the folder.
        dataset: what the folder says now.
        blocks: each new block with the name of its file, in the order in which they were added.
    """

    project: Project
    dataset: Dataset
    blocks: list[tuple[str, Block]] = field(default_factory=list)

    def add(self, name: str, block: Block) -> None:
        """Adds a block to a file, which is named relative to the project."""
        self.blocks.append((name, block))

    def edits(self) -> list[Edit]:
        """The changes, each file in its canonical layout.

        Raises:
            ProjectError: a file cannot be read, or is a link out of the project.
        """
        return [self._edit(name) for name in dict.fromkeys(name for name, _ in self.blocks)]

    def dataset_after(self, edits: Sequence[Edit]) -> Dataset:
        """The dataset of the project with the changes made."""
        new = {edit.name: read_turtle(edit.name, edit.new.encode()) for edit in edits}
        kept = [(new.pop(file.path, file), graph) for file, graph in self.dataset.files]
        added = [(file, _graph(name)) for name, file in new.items()]
        return Dataset([*kept, *added])

    def _edit(self, name: str) -> Edit:
        path = self.project.root / name
        if not path.resolve().is_relative_to(self.project.root.resolve()):
            raise ProjectError(f"{name} is a link out of the project; put a file there")
        old = _content(path, name)
        text = put(old or "", [block for file, block in self.blocks if file == name], name)
        try:
            return Edit(path, name, old, format_turtle(text))
        except LayoutError as error:
            raise ProjectError(f"{name}:{error.line}:{error.column} cannot be laid out: {error}") from error


def _content(path: Path, name: str) -> str | None:
    if not path.exists():
        return None
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{name} cannot be read: {error}; check it with `defkg check`") from error


def _graph(name: str) -> NamedNode:
    path = Path(name)
    return source_graph(path.stem) if path.parent.name == "sources" else REGISTRY_GRAPH


def readable(dataset: Dataset) -> None:
    """Makes sure that nothing is added to a project that cannot be read whole.

    Raises:
        ProjectError: a file of it has a fault.
    """
    findings: list[Finding] = dataset.findings
    if findings:
        raise ProjectError(f"{findings[0]}; mend it first, `defkg check` shows all of it")

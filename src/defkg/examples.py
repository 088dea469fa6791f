"""The examples of a rule: one that breaks it at one place, and one that keeps it; both are what tests it.

A pair of files ``tests/examples/<rule>/{fail,pass}.ttl``, of which the first line of the failing one is
``# expect <line>:<column>``; each counts as a further source of the project. Where one file does not do, a pair of
folders ``{fail,pass}/`` that are laid over the project, with a file ``expect`` beside them, ``<file>:<line>:<column>``;
what lies in a folder ``texts`` there are copies of documents, and a file ``<file>.link`` is a link to what it names,
since a wheel holds no links.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from defkg.dataset import Dataset, own_graph
from defkg.evidence.copies import TEXTS
from defkg.finding import Finding, Place
from defkg.gate import examine
from defkg.project import FOLDERS, Project
from defkg.rulebook import Rule
from defkg.terms import source_graph
from defkg.turtle import read_turtle

FAIL, PASS = "fail", "pass"
LINKED = ".link"
_EXPECT = re.compile(r"# expect (\d+):(\d+)")


@dataclass(frozen=True)
class Example:
    """The two examples of one rule.

    Attributes:
        project: the project that they belong to.
        folder: where they lie.
    """

    project: Project
    folder: Path

    @staticmethod
    def of(project: Project, rule: Rule) -> Example | None:
        """The examples of a rule: the project's own, else those that come with the package; None without any."""
        for owner in (project, Project.bundled()):
            folder = owner.root / "tests" / "examples" / rule.local
            if folder.is_dir():
                return Example(owner, folder)
        return None

    def files(self, which: str) -> list[Path]:
        """The files of the failing or the passing example, sorted."""
        single = self.folder / f"{which}.ttl"
        if single.is_file():
            return [single]
        return sorted(path for path in (self.folder / which).rglob("*") if path.is_file())

    def place(self) -> Place | None:
        """Where the failing example breaks the rule, as it says itself."""
        expect, single = self.folder / "expect", self.folder / f"{FAIL}.ttl"
        if expect.is_file():
            file, line, column = expect.read_text(encoding="utf-8").strip().rsplit(":", 2)
            return Place(file, int(line), int(column))
        said = _EXPECT.match(single.read_bytes().decode(errors="replace")) if single.is_file() else None
        return Place(self.project.name(single), int(said[1]), int(said[2])) if said else None

    def findings(self, which: str, dataset: Dataset | None = None) -> list[Finding]:
        """What the gate finds in one of the two.

        Args:
            which: `FAIL` or `PASS`.
            dataset: the project's dataset, where it has been loaded before.

        Raises:
            ProjectError: the project or the example cannot be opened.
        """
        single = self.folder / f"{which}.ttl"
        if single.is_file():
            return self._of_file(single, dataset or Dataset.load(self.project))
        with self._laid_over(self.folder / which) as project, _texts(project.root / "texts"):
            return examine(project, only=self._asked(which))

    def _of_file(self, path: Path, dataset: Dataset) -> list[Finding]:
        name = self.project.name(path)
        file = read_turtle(name, path.read_bytes())
        with_example = Dataset([*dataset.files, (file, own_graph(file, source_graph(path.stem)))])
        return examine(self.project, with_example, only={name})

    def _asked(self, which: str) -> set[str]:
        """The files to ask about; none, which is all, where it is not about data: shapes are tried on things then."""
        place = self.place()
        names = {path.relative_to(self.folder / which).as_posix() for path in self.files(which)}
        names |= {place.file} if place else set()
        return names if all(name.startswith(("data/", "texts/")) for name in names) else set()

    @contextlib.contextmanager
    def _laid_over(self, folder: Path) -> Iterator[Project]:
        with tempfile.TemporaryDirectory(prefix="defkg-") as name:
            root = Path(name)
            for part in FOLDERS:
                shutil.copytree(self.project.root / part, root / part)
            shutil.copytree(folder, root, dirs_exist_ok=True)
            _link(root)
            yield Project.open(root)


def _link(root: Path) -> None:
    for path in list(root.rglob(f"*{LINKED}")):
        path.with_suffix("").symlink_to(path.read_text(encoding="utf-8").strip())
        path.unlink()


@contextlib.contextmanager
def _texts(folder: Path) -> Iterator[None]:
    """Names the folder to the gate as that of the copies, if there is one."""
    before = os.environ.get(TEXTS)
    if folder.is_dir():
        os.environ[TEXTS] = str(folder)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(TEXTS, None)
        else:
            os.environ[TEXTS] = before

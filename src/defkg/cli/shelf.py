"""The library of a project by its files' names, so that one question is read without the others."""

from __future__ import annotations

from pathlib import Path

from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, unknown


class Shelf:
    """The questions of a project; a file is read when it is taken.

    Raises:
        ProjectError: a folder cannot be opened.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._paths: dict[str, list[Path]] = {}
        for path in project.query_files():
            self._paths.setdefault(path.stem, []).append(path)

    @property
    def names(self) -> list[str]:
        """The names of all questions, sorted."""
        return sorted(self._paths)

    def take(self, name: str) -> Question:
        """One question.

        Raises:
            ProjectError: there is none of that name, and the text says what is near; or there are two; or its file
                cannot be used.
        """
        if name not in self._paths:
            raise ProjectError(unknown(name, self._paths, "`defkg ask` lists them"))
        path, *others = self._paths[name]
        if others:
            raise ProjectError(f"{self.project.name(others[0])}:1:1 there are two questions named {name}; rename one")
        try:
            return Question.read(path)
        except QuestionError as error:
            place = f"{self.project.name(path)}:{error.line}:{error.column}"
            raise ProjectError(f"{place} {error}; `defkg check` tells all of it") from error

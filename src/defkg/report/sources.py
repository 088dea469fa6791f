"""The files that findings stand in: a line of one, and its address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from defkg.finding import Place


class Sources:
    """The files of a project, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._lines: dict[str, list[str]] = {}

    def line(self, place: Place) -> str | None:
        """The line of a place, without its end; None where the file cannot be read or has no such place.

        What is not UTF-8 is replaced; up to the first such byte columns are what they were.
        """
        lines = self._of(place.file)
        text = lines[place.line - 1] if 0 < place.line <= len(lines) else None
        if text is None or not 0 < place.column <= len(text) + 1:
            return None
        return text.removesuffix("\r")

    def path(self, place: Place) -> str:
        """The file seen from the working folder where it lies in there, else as the place names it."""
        file, here = self.root / place.file, Path.cwd()
        return file.relative_to(here).as_posix() if file.is_relative_to(here) else place.file

    def uri(self, place: Place) -> str:
        """The path as a reference relative to the working folder or the project; in full where it lies outside."""
        path = self.path(place)
        return Path(path).as_uri() if Path(path).is_absolute() else quote(path)

    def iri(self, place: Place) -> str:
        """The file's address in full."""
        return (self.root / place.file).as_uri()

    def _of(self, name: str) -> list[str]:
        if name not in self._lines:
            try:
                text = (self.root / name).read_bytes().decode(errors="replace")
                self._lines[name] = text.removeprefix("\ufeff").split("\n")
            except OSError:
                self._lines[name] = []
        return self._lines[name]

"""The manifest of an artefact: what is in it, file by file, and what makes it one that this version can open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from defkg.artefact.plain import decode, encode
from defkg.project import ProjectError

FORMAT = 1
NAME = "manifest.json"
STORE = "store"
STORE_FILES = "store.json"
_MOST = 64 << 20
_MEND = "build it again with `defkg build`"


@dataclass(frozen=True)
class Held:
    """A file of an artefact: its size in bytes, and its SHA-256 in lower-case hex."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an artefact says of itself.

    Attributes:
        format: the number of this layout.
        digest: the dataset's, as the server tells it.
        project: SHA-256 over the names and contents of all files of the project that it was made from.
        checked: the same, where that project has passed its checks; empty where it was not checked.
        inferred: whether what follows was added.
        defkg: the version of this package that made it.
        pyoxigraph: that of the engine, whose files the store is.
        triples: of the default graph.
        quads: lines of the text, which has each triple of the default graph and of the named graphs.
        graphs: how many named graphs there are.
        terms: how many different subjects, predicates and objects the default graph has.
        text: SHA-256 of the text before it was compressed, which does not depend on the compressor.
        files: all files but those of the store and the two lists, by their names.
    """

    format: int = FORMAT
    digest: str = ""
    project: str = ""
    checked: str = ""
    inferred: bool = True
    defkg: str = ""
    pyoxigraph: str = ""
    triples: int = 0
    quads: int = 0
    graphs: int = 0
    terms: dict[str, int] = field(default_factory=dict)
    text: str = ""
    files: dict[str, Held] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes it into the folder of its artefact."""
        (folder / NAME).write_text(json.dumps(encode(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")

    @staticmethod
    def read(folder: Path) -> Manifest:
        """The manifest of an artefact.

        Raises:
            ProjectError: there is none, or it is damaged, or of another version.
        """
        from importlib.metadata import version

        members = _members(folder, NAME)
        if members.get("format") != FORMAT:
            told = f"has format {members.get('format')!r:.20}, and this version of defkg reads {FORMAT}"
            raise ProjectError(f"{folder} {told}; {_MEND}")
        try:
            found = decode(Manifest, members)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise damaged(folder, NAME) from error
        assert isinstance(found, Manifest)
        if found.pyoxigraph != version("pyoxigraph"):
            told = f"holds a store of pyoxigraph {found.pyoxigraph}, and {version('pyoxigraph')} is installed"
            raise ProjectError(f"{folder} {told}; {_MEND}")
        return found


def hold(folder: Path, names: Iterable[str]) -> dict[str, Held]:
    """Size and digest of some files of a folder, by their names."""
    return {name: Held((folder / name).stat().st_size, _sha256(folder / name)) for name in sorted(names)}


def write_store_files(folder: Path) -> None:
    """Lists the files of the store, which are other ones at each making."""
    names = (path.relative_to(folder).as_posix() for path in (folder / STORE).rglob("*") if path.is_file())
    (folder / STORE_FILES).write_text(json.dumps(encode(hold(folder, names)), indent=1) + "\n", encoding="utf-8")


def look_over(folder: Path, manifest: Manifest, verify: bool = False) -> None:
    """Looks whether the files of an artefact are there and as large as its lists say; to verify, reads them all.

    Raises:
        ProjectError: one is not; the text names it.
    """
    try:
        stored = decode(dict[str, Held], _members(folder, STORE_FILES))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(folder, STORE_FILES) from error
    for name, held in {**manifest.files, **stored}.items():
        for wrong in _differences(folder / name, held, verify):
            raise ProjectError(f"{folder}: {name} {wrong}; the artefact is damaged, {_MEND}")


def _differences(path: Path, held: Held, verify: bool) -> Iterator[str]:
    try:
        size = path.stat().st_size
        if size != held.size:
            yield f"has {size:,} bytes where {held.size:,} were written"
        elif verify and _sha256(path) != held.sha256:
            yield "is not what was written: its SHA-256 differs"
    except OSError as error:
        yield f"cannot be read: {error.strerror}"


def _members(folder: Path, name: str) -> dict[str, object]:
    try:
        if (folder / name).stat().st_size > _MOST:
            raise damaged(folder, name)
        members = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ProjectError(f"{folder} is no artefact: it has no {name}; {_MEND}") from error
    except OSError as error:
        raise ProjectError(f"{folder / name} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise damaged(folder, name) from error
    if not isinstance(members, dict):
        raise damaged(folder, name)
    return members


def damaged(folder: Path, name: str) -> ProjectError:
    """The one line for a file that is not what was written."""
    return ProjectError(f"{folder}: {name} is damaged; {_MEND}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""A project folder as it was at a git revision, and what has changed since.

Only git's plumbing is asked (`rev-parse`, `ls-tree`, `cat-file`): no index, no filter, no hook and no attribute has
a say, so an ignored file that the project would read counts as well. Source: git-ls-tree(1), git-cat-file(1).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from defkg.project import FOLDERS, Project, ProjectError

_LINK = "120000"


class RevisionError(ProjectError):
    """Git cannot tell; the text says why and what to do."""


class _Blob(NamedTuple):
    """A file in a commit: its mode and the name of its content."""

    mode: str
    digest: str


def changed(root: Path, revision: str = "HEAD") -> dict[str, str]:
    """What differs between a revision and the folder, untracked files included.

    Returns:
        The names of files under ``ontology/ shapes/ data/ queries/``, relative to the project, sorted, each with
        ``added``, ``modified`` or ``removed``.

    Raises:
        RevisionError: there is no git, no repository or no such revision, or a file cannot be read.
    """
    before = _tree(root, _commit(root, revision), *FOLDERS)
    now = set(_files(root))
    found = dict.fromkeys(now - before.keys(), "added") | dict.fromkeys(before.keys() - now, "removed")
    found |= {name: "modified" for name in now & before.keys() if not _same(root / name, before[name])}
    return dict(sorted(found.items()))


def contents(root: Path, revision: str, names: Collection[str]) -> dict[str, bytes | None]:
    """The contents of files of the project at a revision, by name; None for one that was not there.

    Raises:
        RevisionError: there is no git, no repository or no such revision.
    """
    tree = _tree(root, _commit(root, revision), *FOLDERS)
    wanted = [name for name in names if name in tree]
    return dict.fromkeys(names) | dict(zip(wanted, _blobs(root, [tree[n].digest for n in wanted]), strict=True))


@contextmanager
def at(root: Path, revision: str) -> Iterator[Project]:
    """The project as it was at a revision, in a folder that is gone afterwards.

    A symbolic link that leads out of the project is left out.

    Raises:
        RevisionError: there is no git, no repository, no such revision, or no project in it.
    """
    tree = _tree(root, _commit(root, revision), *FOLDERS)
    with tempfile.TemporaryDirectory(prefix="defkg-") as name:
        folder = Path(name).resolve()
        texts = _blobs(root, [blob.digest for blob in tree.values()])
        _write(folder, {path: (blob.mode, text) for (path, blob), text in zip(tree.items(), texts, strict=True)})
        yield _open(folder, root, revision)


def _open(folder: Path, root: Path, revision: str) -> Project:
    try:
        return Project.open(folder)
    except ProjectError as error:
        message = f"{root} was no project folder at {revision}: it needs ontology/ shapes/ data/ queries/"
        raise RevisionError(f"{message}; name a later revision") from error


def _write(folder: Path, files: dict[str, tuple[str, bytes]]) -> None:
    """Links come last, so that nothing is written through one."""
    for name, (mode, text) in sorted(files.items(), key=lambda item: item[1][0] == _LINK):
        if {"..", ".git"} & set(PurePosixPath(name).parts):
            raise RevisionError(f"{name!r} is no name for a file of a project; rename it")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode == _LINK:
            path.symlink_to(os.fsdecode(text))
        else:
            path.write_bytes(text)
    for path in [folder / name for name, (mode, _) in files.items() if mode == _LINK]:
        if not Path(os.path.realpath(path)).is_relative_to(folder):
            path.unlink()


def _files(root: Path) -> Iterator[str]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            yield from ((Path(folder) / name).relative_to(root).as_posix() for name in (*names, *links))


def _same(path: Path, blob: _Blob) -> bool:
    if path.is_symlink() != (blob.mode == _LINK):
        return False
    try:
        text = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()  # noqa: PTH115 - as bytes
    except OSError as error:
        raise RevisionError(f"{path} cannot be read: {error.strerror}; check its permissions") from error
    make = hashlib.sha1 if len(blob.digest) == 40 else hashlib.sha256
    return make(b"blob %d\0" % len(text) + text).hexdigest() == blob.digest


def _commit(root: Path, revision: str) -> str:
    if revision.startswith("-") or "\0" in revision:
        raise RevisionError(f"{revision!r} is no revision; name a commit, a branch or a tag")
    _git(root, "rev-parse", "--git-dir")
    found = _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode:
        hint = (
            "commit once, or fetch it"
            if revision == "HEAD"
            else "`git log` lists commits; a remote one must be fetched"
        )
        raise RevisionError(f"git knows no revision {revision!r} in {root}; {hint}")
    return found.stdout.decode().strip()


def _tree(root: Path, commit: str, *names: str) -> dict[str, _Blob]:
    found: dict[str, _Blob] = {}
    for entry in _git(root, "ls-tree", "-r", "-z", commit, "--", *names).split(b"\0")[:-1]:
        about, _, name = entry.partition(b"\t")
        mode, kind, digest = about.decode().split()
        if kind == "blob":
            found[os.fsdecode(name)] = _Blob(mode, digest)
    return found


def _blobs(root: Path, digests: list[str]) -> list[bytes]:
    output = _git(root, "cat-file", "--batch", text="".join(f"{digest}\n" for digest in digests).encode())
    found, at = [], 0
    for digest in digests:
        end = output.index(b"\n", at)
        head = output[at:end].decode().split()
        if len(head) != 3:
            raise RevisionError(f"git lacks the object {digest} in {root}; fetch it: `git fetch --refetch`")
        at = end + 1 + int(head[2]) + 1
        found.append(output[end + 1 : at - 1])
    return found


def _git(root: Path, *args: str, text: bytes = b"") -> bytes:
    done = _run(root, *args, text=text)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"git {args[0]} fails"]
        words = said[0].removeprefix("fatal: ")
        if words.startswith("not a git repository"):
            words = "it is in no git repository; run git init there, or name folders instead of revisions"
        raise RevisionError(f"{root}: {words}")
    return done.stdout


def _run(root: Path, *args: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", root, *args], input=text, capture_output=True, env=_environment())
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error.strerror}; install git, or name folders instead") from error


def _environment() -> dict[str, str]:
    """Ours without what a hook says of its own repository: the one asked about is that of the folder."""
    kept = {
        n: v for n, v in os.environ.items() if not n.startswith("GIT_") or n.startswith(("GIT_CONFIG", "GIT_CEILING"))
    }
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}

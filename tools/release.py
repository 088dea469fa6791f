"""Makes a release in a folder: wheel, sdist, artefact, dumps, and notes with what has changed. It never pushes or tags.

``python -m tools.release [--dry-run] [--output DIR]`` in a clean checkout whose files agree on the version.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

_ONTOLOGY = re.compile(r'owl:versionInfo "([^"]+)"')
_VERSION_IRI = re.compile(r"owl:versionIRI <\S+/([^/>\s]+)>")
_MODULE = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)
_CITED = re.compile(r"^version: ['\"]?([^'\"\s]+)", re.MULTILINE)
_DATED = re.compile(r"^date-released: ['\"]?([^'\"\s]+)", re.MULTILINE)
_IMAGE = re.compile(r'org\.opencontainers\.image\.version="([^"]+)"')
_HEADING = re.compile(r"^## (\d\S*) - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


class Refusal(Exception):
    """Why there can be no release; each of its arguments is a line that says what to do."""


def versions(root: Path) -> dict[str, str]:
    """The version as each file of a checkout tells it; empty where a file does not tell."""
    headings = _HEADING.findall(_text(root / "CHANGELOG.md"))
    return {
        "pyproject.toml": tomllib.loads(_text(root / "pyproject.toml")).get("project", {}).get("version", ""),
        "ontology/defkg.ttl (owl:versionInfo)": _first(_ONTOLOGY, root / "ontology" / "defkg.ttl"),
        "ontology/defkg.ttl (owl:versionIRI)": _first(_VERSION_IRI, root / "ontology" / "defkg.ttl"),
        "src/defkg/__init__.py": _first(_MODULE, root / "src" / "defkg" / "__init__.py"),
        "CITATION.cff": _first(_CITED, root / "CITATION.cff"),
        "Containerfile": _first(_IMAGE, root / "Containerfile"),
        "CHANGELOG.md": headings[0][0] if headings else "",
    }


def faults(root: Path) -> Iterator[str]:
    """What stands between a checkout and a release, a line each."""
    told = versions(root)
    if len(set(told.values())) > 1 or not all(told.values()):
        yield from (f"{place}: {version or 'no version'}; all must tell the same" for place, version in told.items())
    dates = {date for _, date in _HEADING.findall(_text(root / "CHANGELOG.md"))[:1]}
    if dates != {_first(_DATED, root / "CITATION.cff")}:
        yield "CITATION.cff and CHANGELOG.md give the release different dates"
    kept = root / "ontology" / "releases" / f"{told['pyproject.toml']}.ttl"
    if _text(kept) != _text(root / "ontology" / "defkg.ttl"):
        yield f"not the ontology as it is: cp ontology/defkg.ttl {kept.relative_to(root)}"
    if changed := _git(root, "status", "--porcelain"):
        yield f"not committed: {', '.join(line[3:] for line in changed.splitlines())}"
    if _git(root, "tag", "--list", f"v{told['pyproject.toml']}"):
        yield f"v{told['pyproject.toml']} is tagged already: raise the version in all of these files"


def section(root: Path, version: str) -> str:
    """What the CHANGELOG says of a version, without its heading."""
    text = _text(root / "CHANGELOG.md")
    _, _, rest = text.partition(f"\n## {version} - ")
    return re.split(r"^## ", rest.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0].strip()


def last_tag(root: Path) -> str:
    """The tag of the release before, or nothing."""
    tags = _git(root, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-v:refname").split()
    return tags[0] if tags else ""


def notes(root: Path, version: str) -> str:
    """The notes of a release: what the CHANGELOG says, and what has changed in the graph since the last tag.

    Raises:
        Refusal: the graphs cannot be compared.
    """
    text, tag = f"# {version}\n\n{section(root, version)}\n", last_tag(root)
    if not tag:
        return text + "\nThere is no release before this one to compare with.\n"
    told = _run(
        root, sys.executable, "-m", "defkg", "diff", tag, "--project", str(root), "--format", "text", fine=(0, 1)
    )
    return f"{text}\n## What has changed in the graph since {tag}\n\n```text\n{told.strip()}\n```\n"


def release(root: Path, output: Path) -> list[Path]:
    """Builds everything in a folder that is not there yet; the folder appears when all of it is there.

    Raises:
        Refusal: the checkout is not ready, a check finds something, or a build fails.
    """
    if output.exists():
        raise Refusal(f"{output} is there already: name another folder, or remove it")
    look(root)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=output.parent) as name:
        making = Path(name) / "made"
        making.mkdir()
        (making / "NOTES.md").write_text(notes(root, versions(root)["pyproject.toml"]))
        _build(root, making)
        shutil.move(making, output)
    return sorted(output.iterdir())


def look(root: Path) -> None:
    """Passes a checkout that is ready, of which layout and check find nothing.

    Raises:
        Refusal: it is not ready, with every reason.
    """
    if found := list(faults(root)):
        raise Refusal(*found)
    _run(root, sys.executable, "-m", "defkg", "fmt", "--check")
    _run(root, sys.executable, "-m", "defkg", "check", str(root))


def _build(root: Path, folder: Path) -> None:
    """Wheel and sdist, artefact, dumps and tables."""
    if find_spec("hatchling") is None:
        raise Refusal("hatchling is not here: pip install --constraint constraints.txt hatchling")
    _run(root, sys.executable, "-m", "hatchling", "build", "-d", str(folder))
    _run(root, sys.executable, "-m", "defkg", "build", str(root), "-o", str(folder / "artefact"))
    _run(root, sys.executable, "-m", "defkg", "export", "package", str(root), "-o", str(folder / "defkg.zip"))


def _run(root: Path, *words: str, fine: Sequence[int] = (0,)) -> str:
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode not in fine:
        raise Refusal(f"{' '.join(words[1:])} says:", *(done.stdout + done.stderr).strip().splitlines())
    return done.stdout


def _git(root: Path, *words: str) -> str:
    return _run(root, "git", *words).strip("\n")


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def _first(pattern: re.Pattern[str], path: Path) -> str:
    found = pattern.search(_text(path))
    return found[1] if found else ""


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Makes the release of a checkout, or with --dry-run tells whether it could; 0, or 1 when it is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="look and write the notes to standard output")
    parser.add_argument("--output", type=Path, metavar="DIR", help="the folder to make; default: dist/VERSION")
    given = parser.parse_args(arguments)
    root = root or Path(__file__).parent.parent
    version = versions(root)["pyproject.toml"]
    try:
        if given.dry_run:
            look(root)
            print(notes(root, version))
        else:
            print(*release(root, given.output or root / "dist" / version), sep="\n")
            print(f"To publish it: git tag -a v{version}, push the tag, and upload the files.")
    except Refusal as refusal:
        print(*refusal.args, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

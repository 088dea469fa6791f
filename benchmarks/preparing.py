"""The graph that is measured: made, closed, and written once, so that every engine loads the same quads."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.engines import Data
from benchmarks.graph import write
from benchmarks.running import disk
from defkg.loading import Recipe, load

_TOLD = "told.json"


def prepared(triples: int, project: Path | None, folder: Path, *, built: bool) -> tuple[Data, dict[str, Any]]:
    """A project folder with its quads, and what making them took, in seconds and MB.

    What is in the folder already is taken as it is, with what making it took then.

    Args:
        triples: how many to make, where no project is given.
        project: a project folder that is there already.
        folder: where to write; one for each graph.
        built: whether `defkg build` makes an artefact, from which the quads are taken.

    Raises:
        CalledProcessError: it could not be built.
        ValueError: the folder is of a graph of another size.
    """
    told = _told(folder, triples)
    data = Data(project or folder / "project", folder / "graph.nq", folder / "artefact" if built else None)
    _once(data.project, "generate", told, lambda path: write(path, triples))
    if data.artefact:
        _once(data.artefact, "build", told, lambda path: _build(data.project, path))
    _once(data.quads, "write", told, lambda path: _write(data, path))
    sizes = {"quads": _lines(data.quads), "quads_size": round(data.quads.stat().st_size / 1e6)}
    if data.artefact:
        sizes["artefact_size"] = round(disk(data.artefact))
    return data, {"generate": 0, "build": 0, **told, **sizes}


def _told(folder: Path, triples: int) -> dict[str, Any]:
    path = folder / _TOLD
    told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"triples": triples}
    if told["triples"] != triples:
        raise ValueError(f"{folder} is of {told['triples']:,} triples; name another folder, or --triples")
    return told


def _once(path: Path, name: str, told: dict[str, Any], make: Callable[[Path], object]) -> None:
    """Makes a file or a folder where it is not there yet: beside its place, so that it is whole where it is there."""
    if path.exists():
        return
    part = path.with_name(path.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    with _clocked(told, name):
        make(part)
    part.rename(path)
    (path.parent / _TOLD).write_text(json.dumps(told))


@contextmanager
def _clocked(told: dict[str, Any], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    told[name] = round(time.perf_counter() - begun, 1)


def _build(project: Path, artefact: Path) -> None:
    words = [sys.executable, "-m", "defkg", "build", "--no-check", "-o", str(artefact), str(project)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def _write(data: Data, path: Path) -> None:
    with path.open("w+b") as file:
        if data.artefact is None:
            load(Recipe(data.project, check=False), file)
            return
        with gzip.open(data.artefact / "graph.nq.gz") as packed:
            shutil.copyfileobj(packed, file, 1 << 20)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))

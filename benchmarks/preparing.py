"""The graph that is measured: made, closed, and written once, so that every engine loads the same quads."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.engines import Data
from benchmarks.graph import write
from benchmarks.running import disk
from defkg.loading import Recipe, load


def prepared(triples: int, project: Path | None, folder: Path, *, built: bool) -> tuple[Data, dict[str, Any]]:
    """A project folder with its quads, and what making them took, in seconds and MB.

    Args:
        triples: how many to make, where no project is given.
        project: a project folder that is there already.
        folder: where to write.
        built: whether `defkg build` makes an artefact, from which the quads are taken.

    Raises:
        CalledProcessError: it could not be built.
    """
    told: dict[str, Any] = {}
    with _clocked(told, "generate"):
        project = project or _made(folder / "project", triples)
    with _clocked(told, "build"):
        data = _built(project, folder) if built else _written(project, folder)
    told |= {"triples": triples, "quads": _lines(data.quads), "quads_size": round(data.quads.stat().st_size / 1e6)}
    if data.artefact:
        told["artefact_size"] = round(disk(data.artefact))
    return data, told


@contextmanager
def _clocked(told: dict[str, Any], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    told[name] = round(time.perf_counter() - begun, 1)


def _made(project: Path, triples: int) -> Path:
    write(project, triples)
    return project


def _built(project: Path, folder: Path) -> Data:
    artefact, quads = folder / "artefact", folder / "graph.nq"
    words = [sys.executable, "-m", "defkg", "build", "--no-check", "-o", str(artefact), str(project)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    with gzip.open(artefact / "graph.nq.gz") as packed, quads.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return Data(project, quads, artefact)


def _written(project: Path, folder: Path) -> Data:
    quads = folder / "graph.nq"
    with quads.open("w+b") as file:
        load(Recipe(project, check=False), file)
    return Data(project, quads)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))

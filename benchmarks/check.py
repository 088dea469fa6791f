"""How long ``defkg check`` takes, beside pySHACL's own command line on the same data.

    python -m benchmarks.check [TRIPLES]

Prints a table in Markdown: the median of five runs (three where a run takes long) and the peak memory.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize

from benchmarks.graph import write
from defkg.dataset import Dataset
from defkg.inference import close
from defkg.project import Project
from defkg.terms import SHAPES_GRAPH

Step = Callable[[], None]


def measured(words: list[str], times: int, before: Step = lambda: None, folder: Path | None = None) -> tuple[str, str]:
    """The median wall-clock time and the greatest peak memory of a command."""
    seconds, peaks = [], []
    for _ in range(times):
        before()
        start = time.perf_counter()
        child = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        seconds.append(time.perf_counter() - start)
        peaks.append(usage.ru_maxrss / 1024)
    return f"{statistics.median(seconds):.2f} s", f"{max(peaks):.0f} MB"


def cold() -> None:
    """Empties the page cache, where that is allowed."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


def closure(project: Path, folder: Path) -> tuple[Path, Path, int]:
    """The closed data and the shapes, each as one file for pySHACL, and how many triples the data has."""
    dataset = close(Dataset.load(Project.open(project)))
    asserted = [row.placed.triple for rows in dataset.subjects.values() for row in rows]
    data = {*asserted, *(t for t in dataset.inferred if t.subject in dataset.subjects)}
    paths = folder / "closed.nt", folder / "shapes.ttl"
    for path, triples in zip(paths, (data, dataset.graph(SHAPES_GRAPH)), strict=True):
        quads = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
        serialize(quads, str(path), format=RdfFormat.N_TRIPLES)
    return *paths, len(asserted)


def change(project: Path) -> None:
    """Makes the folder a git repository, and changes one sentence's place in one file."""
    git = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True)
    path = project / "data" / "sources" / "made-7-1.ttl"
    path.write_text(path.read_text().replace("oa:end 190", "oa:end 191"))


def main(triples: int) -> None:
    """Measures and prints."""
    check = [str(Path(sys.executable).parent / "defkg"), "check"]
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "project"
        with ProcessPoolExecutor(1) as other:  # a child's peak begins with that of the process that started it
            other.submit(write, project, triples).result()
            data, shapes, count = other.submit(closure, project, Path(name)).result()
        print("| what | median | memory |\n|---|---|---|")
        with suppress(OSError):
            cold()
            print(f"| `defkg check`, bundled graph, cold | {' | '.join(measured(check, 5, cold))} |")
        print(f"| `defkg check`, bundled graph, warm | {' | '.join(measured(check, 5))} |")
        print(f"| `defkg check`, {count:,} triples | {' | '.join(measured([*check, str(project)], 3))} |")
        shacl = [sys.executable, "-m", "pyshacl", "-s", str(shapes), str(data)]
        print(f"| `pyshacl`, the same closed (shapes only) | {' | '.join(measured(shacl, 3))} |")
        change(project)
        words = [*check, "--changed"]
        print(f"| `defkg check --changed`, one file of it changed | {' | '.join(measured(words, 5, folder=project))} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

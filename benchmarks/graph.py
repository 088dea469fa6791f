"""A project folder of any size that checks clean: the bundled one, with a made-up world beside its own.

    python -m benchmarks.graph FOLDER TRIPLES [SEED]

The same size and seed give the same bytes on every machine. It is written as it grows, and little of it is held in
memory. Nothing in it is a claim about the world: countries have codes that nobody has, people names made of syllables.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.growth.document import Document
from benchmarks.growth.series import Series
from benchmarks.growth.sheet import Registry
from benchmarks.growth.world import World
from defkg.project import FOLDERS, Project


def write(folder: Path, triples: int, seed: int = 7) -> int:
    """Writes the project folder; gives how many triples it has beyond those of the bundled one: so many, or a few more.

    Args:
        folder: a new folder, or an empty one.
        triples: how many, as asserted in its files.
        seed: another one makes another world.

    Raises:
        FileExistsError: a project is there already.
    """
    root = Project.bundled().root
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    registry = Registry(folder / "data" / "registry")
    written = 0
    for document in _documents(registry, triples, seed):
        document.sheet.write(folder / "data" / "sources" / f"{document.slug}.ttl")
        written += document.sheet.triples
        if written + registry.triples >= triples:
            break
    registry.close()
    return written + registry.triples


def _documents(registry: Registry, triples: int, seed: int) -> Iterator[Document]:
    world = World(registry, seed, triples)
    for number in count():
        yield from Series(world, registry, seed, number).documents()


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), *map(int, sys.argv[2:])):,} triples")

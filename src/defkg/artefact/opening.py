"""An artefact as a server opens it: what it must know, and the store, held open; no triple is read for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from defkg.artefact.known import read_graphs, read_known
from defkg.artefact.manifest import STORE, Manifest, look_over
from defkg.loaded import Loaded
from defkg.project import ProjectError


@dataclass
class Opened:
    """An artefact that can be served.

    Attributes:
        manifest: what it says of itself.
        loaded: what a server must know of its graph.
        store: the open folder of its store, as a file descriptor; whoever takes it closes it.
        graphs: its named graphs with their triples; "" is the default graph.
    """

    manifest: Manifest
    loaded: Loaded
    store: int
    graphs: Mapping[str, int]

    @property
    def passed(self) -> bool:
        """Whether the very project that it was made from has passed its checks."""
        return bool(self.manifest.checked) and self.manifest.checked == self.manifest.project


def open_artefact(folder: Path, verify: bool = False) -> Opened:
    """Opens an artefact; it stays the one it is, also where its folder is moved or another takes its place.

    Args:
        folder: where it is; a link is followed once.
        verify: whether to read every file and compare its digest, which takes a while.

    Raises:
        ProjectError: it is none, or damaged, or of another version; in one line, with what to do.
    """
    folder = folder.resolve()
    manifest = Manifest.read(folder)
    look_over(folder, manifest, verify)
    store = _held(folder)
    try:
        graphs = read_graphs(folder)
        return Opened(manifest, read_known(folder, manifest, list(graphs)[1:]), store, graphs)
    except BaseException:
        os.close(store)
        raise


def _held(folder: Path) -> int:
    try:
        return os.open(folder / STORE, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ProjectError(f"{folder / STORE} cannot be opened: {error.strerror}") from error

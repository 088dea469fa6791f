"""What a server must know of a graph and would have to read all of it for: written as JSON, and read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph
from pyoxigraph import RdfFormat

from defkg.artefact.manifest import Manifest, damaged
from defkg.artefact.plain import decode, encode
from defkg.coverage import Coverage
from defkg.kinds import Kind
from defkg.loaded import Loaded
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.rulebook import Rule
from defkg.selfdescription import Description
from defkg.terms import ONTOLOGY_GRAPH

GRAPHS = "graphs.json"
PROJECT = "project"
_NAMES = "names.json"
_SITE = "site.json"
LARGE = 8 << 20
"""Bytes of names that take longer to read than a server may take to start."""


@dataclass(frozen=True)
class _Site:
    """What a server knows of a graph and would have to read all of it for, but for the names; written as JSON."""

    checks: list[Rule]
    kinds: dict[str, Kind]
    presentation: Presentation
    description: Description
    coverage: Coverage | None
    unmeasured: str


def write_known(folder: Path, loaded: Loaded, graphs: dict[str, int]) -> None:
    """Writes all of it but what the copy of the project has."""
    site = _Site(
        loaded.checks, loaded.kinds, loaded.presentation, loaded.description, loaded.coverage, loaded.unmeasured
    )
    _write(folder / _SITE, encode(site), sort_keys=True)
    _write(folder / _NAMES, loaded.names.written())
    _write(folder / GRAPHS, graphs)


def _write(path: Path, value: object, sort_keys: bool = False) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"))
    path.write_bytes(text.encode("utf-8", "surrogatepass") + b"\n")


def read_graphs(folder: Path) -> dict[str, int]:
    """The named graphs with their triples; "" is the default graph.

    Raises:
        ProjectError: the file is damaged.
    """
    found: dict[str, int] = _read(folder, GRAPHS, lambda members: decode(dict[str, int], members))
    return found


def read_known(folder: Path, manifest: Manifest, graphs: list[str]) -> Loaded:
    """All that a server must know.

    Raises:
        ProjectError: a file is damaged, or cannot be used.
    """
    site: _Site = _read(folder, _SITE, lambda members: decode(_Site, members))
    loaded = Loaded(
        manifest.digest,
        graphs,
        names=_names(folder, manifest),
        checks=site.checks,
        kinds=site.kinds,
        presentation=site.presentation,
        coverage=site.coverage,
        unmeasured=site.unmeasured,
        description=site.description,
    )
    project = Project.open(folder / PROJECT)
    files = [path for path, graph in project.turtle_files() if graph == ONTOLOGY_GRAPH]
    ontology = [quad.triple for path in files for quad in pyoxigraph.parse(path=path, format=RdfFormat.TURTLE)]
    loaded.add_project(project, ontology, manifest.inferred)
    return loaded


def _names(folder: Path, manifest: Manifest) -> Names:
    """The names; those of a large graph are read when the first of them is asked for."""
    if manifest.files[_NAMES].size < LARGE:
        return _read(folder, _NAMES, Names.rewritten)  # type: ignore[no-any-return]
    text = (folder / _NAMES).read_bytes()
    return Names.later(lambda: json.loads(text))


def _read(folder: Path, name: str, make: Callable[[Any], Any]) -> Any:
    try:
        return make(json.loads((folder / name).read_bytes().decode("utf-8", "surrogatepass")))
    except OSError as error:
        raise ProjectError(f"{folder / name} cannot be read: {error.strerror}") from error
    except (AttributeError, KeyError, TypeError, ValueError, SyntaxError, RecursionError) as error:
        raise damaged(folder, name) from error

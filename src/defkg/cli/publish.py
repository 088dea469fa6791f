"""``defkg publish``: a dataset into a SPARQL service."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from defkg.publishing.sheaf import Sheaf


def publish(
    to: Annotated[str, typer.Option(metavar="URL", help="Where the service takes queries.")],
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="An artefact, or a project folder; default: the project here."),
    ] = None,
    graph_store: Annotated[
        str, typer.Option(metavar="URL", help="Where its graph store is; default: found from --to.")
    ] = "",
    default_graph: Annotated[
        str, typer.Option(metavar="IRI", help="The graph there to put the merged graph into.")
    ] = "https://w3id.org/defkg/graph/merged",
    every: Annotated[bool, typer.Option("--all", help="Send and compare also what is there already.")] = False,
    no_inference: Annotated[bool, typer.Option("--no-inference", help="Publish what is asserted only.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not check a project before.")] = False,
) -> None:
    """Loads a graph into a SPARQL 1.1 service by the Graph Store Protocol, and makes sure that it arrived.

    One line tells of each graph. A run that broke off is taken up where it was. DEFKG_STORE_USER and
    DEFKG_STORE_PASSWORD, or DEFKG_STORE_TOKEN, tell the service who writes. The exit status is 1 where a graph reads
    back otherwise than it was sent.

    Example: defkg publish --to http://127.0.0.1:7878/query
    """
    import os

    from defkg.publishing.graphstore import GraphStore
    from defkg.publishing.publisher import Publisher

    _check_iri(default_graph)
    store = GraphStore(to, graph_store, os.environ)
    digest, sheaf = _sheaf(path, not no_inference, not no_check)
    try:
        if not Publisher(store, sheaf, digest, default_graph, every).run(print):
            print("defkg: not all of it is there as it was sent; the service says so to `defkg serve`", file=sys.stderr)
            raise typer.Exit(1)
    finally:
        sheaf.close()
        store.close()
    print(f"defkg: {digest} is published", file=sys.stderr)


def _check_iri(iri: str) -> None:
    from pyoxigraph import NamedNode

    from defkg.project import ProjectError

    try:
        NamedNode(iri)
    except ValueError as error:
        raise ProjectError(f"--default-graph {iri!r} is no absolute IRI") from error


def _sheaf(path: Path | None, infer: bool, check: bool) -> tuple[str, Sheaf]:
    """The digest and the graphs of an artefact, or of a project that is loaded for it."""
    if path is None or not (path / "manifest.json").exists():
        return _loaded(path, infer, check)
    import gzip
    import json

    from defkg.artefact.known import GRAPHS
    from defkg.artefact.manifest import Manifest, look_over

    manifest = Manifest.read(path)
    look_over(path, manifest, True)
    with gzip.open(path / "graph.nq.gz") as lines:
        return manifest.digest, _bound(lines, list(json.loads((path / GRAPHS).read_bytes())))


def _loaded(path: Path | None, infer: bool, check: bool) -> tuple[str, Sheaf]:
    from defkg.cli.data import progress, project_for, summary
    from defkg.loading import Recipe, load, spool
    from defkg.report import write

    project, _ = project_for([path] if path else [])
    with spool() as data:
        with progress("checking") as step:
            loaded = load(Recipe(project.root, infer=infer, check=check), data, step)
        if loaded.findings:
            write(loaded.findings, "text", sys.stderr, project.root)
            print(f"defkg: {summary(loaded.findings)}; not published: mend the graph", file=sys.stderr)
            raise typer.Exit(1)
        data.seek(0)
        return loaded.digest, _bound(data, ["", *loaded.graphs])


def _bound(lines: Iterable[bytes], names: list[str]) -> Sheaf:
    import tempfile

    from defkg.publishing.sheaf import Sheaf

    return Sheaf(lines, names, Path(tempfile.gettempdir()))

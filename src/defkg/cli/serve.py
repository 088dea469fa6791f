"""``defkg serve``: the server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket
    from typing import BinaryIO

    from defkg.engine.limits import Limits
    from defkg.loading import Loaded, Recipe
    from defkg.serving import Server


def _limit(words: str) -> typer.models.OptionInfo:
    option = typer.Option(help=words, show_default=False, rich_help_panel="Limits")
    assert isinstance(option, typer.models.OptionInfo)
    return option


_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...", help="A project folder, or RDF files; default: the project here, or the bundled graph."
    ),
]
_Graphs = Annotated[
    list[str] | None, typer.Option(metavar="IRI=FILE", help="An RDF file as a named graph; repeatable.")
]
_Earlier = Annotated[
    list[Path] | None,
    typer.Option(metavar="DIR", help="A project folder as it was: answers cited from it show their rows; repeatable."),
]
_Watch = Annotated[
    bool, typer.Option("--watch", help="Load the project again when a file changes and it checks clean.")
]
_Force = Annotated[bool, typer.Option("--force", help="Serve a graph that has findings, and say so everywhere.")]
_NoInference = Annotated[bool, typer.Option("--no-inference", help="Serve what is asserted only.")]
_NoCheck = Annotated[bool, typer.Option("--no-check", help="Do not check before serving.")]
_Proxy = Annotated[str, typer.Option(metavar="ADDRESS", help="Believe the forwarded headers of this proxy.")]
_Grace = Annotated[float, typer.Option(help="Seconds that running queries get when the server ends.", min=0)]


def serve(
    paths: _Paths = None,
    graph: _Graphs = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    watch: _Watch = False,
    force: _Force = False,
    no_inference: _NoInference = False,
    no_check: _NoCheck = False,
    earlier: _Earlier = None,
    proxy: _Proxy = "",
    grace: _Grace = 10,
    workers: Annotated[int | None, _limit("Queries that run at the same time.")] = None,
    queue: Annotated[int | None, _limit("Queries that wait for a worker.")] = None,
    timeout: Annotated[float | None, _limit("Wall-clock seconds of a query.")] = None,
    memory: Annotated[int | None, _limit("MB of memory of a query, beside the graph's own.")] = None,
    rows: Annotated[int | None, _limit("Rows or triples of an answer.")] = None,
    answer: Annotated[int | None, _limit("MB of an answer.")] = None,
    query: Annotated[int | None, _limit("KB of a query.")] = None,
    depth: Annotated[int | None, _limit("Levels of nesting of a query.")] = None,
    body: Annotated[int | None, _limit("KB of a request's body.")] = None,
    client_seconds: Annotated[float | None, _limit("Worker-seconds a minute of one address; 0: no limit.")] = None,
) -> None:
    """Serves a graph: a page for people at /, SPARQL for programs at /sparql.

    A limit that is not given comes from the environment (DEFKG_TIMEOUT, DEFKG_MEMORY, ...) or has its default.

    Example: defkg serve --port 8080 --timeout 10
    """
    limits = _limits(
        workers=workers, queue=queue, timeout=timeout, memory=memory, rows=rows, answer=answer,
        query=query, depth=depth, body=body, client_seconds=client_seconds,
    )  # fmt: skip
    from defkg.loading import Recipe
    from defkg.serving import Server, Settings

    listener = _listen(host, port)
    recipe = _recipe(paths or [], tuple(graph or []), not no_inference, not no_check, force)
    loaded, data = _load(recipe)
    before = [_load(Recipe(folder, infer=not no_inference, check=False)) for folder in earlier or ()]
    _run(listener, Server(recipe, Settings(limits, grace, watch, proxy), before), loaded, data)


def _limits(**given: float | None) -> Limits:
    import os

    from defkg.engine.limits import LimitError, Limits
    from defkg.project import ProjectError

    try:
        return Limits.read(os.environ, **given)
    except LimitError as error:
        raise ProjectError(str(error)) from error


def _recipe(paths: list[Path], graphs: tuple[str, ...], infer: bool, check: bool, force: bool) -> Recipe:
    from defkg.cli.data import project_for
    from defkg.loading import Recipe
    from defkg.project import ProjectError

    files = tuple(path for path in paths if path.is_file())
    if (files and len(files) < len(paths)) or len(paths) - len(files) > 1:
        raise ProjectError("name one project folder, or RDF files")
    if files or (graphs and not paths):
        return Recipe(None, files, graphs)
    return Recipe(project_for(paths)[0].root, (), graphs, infer, check, force)


def _load(recipe: Recipe) -> tuple[Loaded, BinaryIO]:
    from defkg.cli.data import progress, summary
    from defkg.loading import load, spool
    from defkg.report import write

    data = spool()
    with progress("checking") as step:
        loaded = load(recipe, data, step)
    if loaded.findings:
        write(loaded.findings, "text", sys.stderr, recipe.project or Path())
        print(f"defkg: {summary(loaded.findings)}", file=sys.stderr)
        if not recipe.force:
            print("defkg: not served; mend the graph, or give --force to serve it all the same", file=sys.stderr)
            raise typer.Exit(1)
    return loaded, data


def _listen(host: str, port: int) -> socket.socket:
    import socket

    from defkg.project import ProjectError

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else answers on a kept connection wait 40 ms
        return listener
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot listen on {host} port {port}: {reason}; choose another with --host or --port"
        raise ProjectError(message) from error


def _run(listener: socket.socket, server: Server, loaded: Loaded, data: BinaryIO) -> None:
    import asyncio

    from defkg.engine.zygote_link import ZygoteFailed
    from defkg.project import ProjectError

    try:
        asyncio.run(server.run(listener, loaded, data, lambda: _say(listener)))
    except ZygoteFailed as error:
        raise ProjectError(str(error)) from error


def _say(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"defkg is served at {address}/ (open it in a browser; Ctrl-C ends it). From a shell:", file=sys.stderr)
    print(f"  curl -H 'Accept: text/csv' --data-urlencode 'query={_EXAMPLE}' {address}/sparql", file=sys.stderr)


_EXAMPLE = (
    "SELECT ?jwg WHERE { <https://w3id.org/defkg/id/official/amitabh-prasad> defkg:coChaired ?jwg . "
    "?jwg a defkg:JointWorkingGroup }"
)

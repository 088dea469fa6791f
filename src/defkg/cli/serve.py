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
    from defkg.loaded import Loaded
    from defkg.loading import Recipe
    from defkg.serving import Server
    from defkg.supply import Supply


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
_Store = Annotated[
    str | None,
    typer.Option(metavar="DIR|URL", help="Serve what `defkg build` made, or ask a SPARQL service at an address."),
]
_Verify = Annotated[bool, typer.Option("--verify", help="With --store DIR: read every file of it before serving.")]
_DefaultGraph = Annotated[
    str | None,
    typer.Option(metavar="IRI", help="With --store URL: the graph there that has all that the graph says."),
]
_Grace = Annotated[float, typer.Option(help="Seconds that running queries get when the server ends.", min=0)]


def serve(
    paths: _Paths = None,
    graph: _Graphs = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    store: _Store = None,
    default_graph: _DefaultGraph = None,
    verify: _Verify = False,
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

    asked: dict[str, object] = {
        "--verify": verify,
        "--default-graph": default_graph,
        "--watch": watch,
        "--graph": graph,
    }
    asked |= {"--no-inference": no_inference, "--no-check": no_check, "--force": force, "PATH": paths}
    _fitting(store, [name for name, given in asked.items() if given])
    listener = _listen(host, port)
    supply = _stored(store, paths or [], verify, default_graph, not no_check, force) if store else None
    supply = supply or _loaded(_recipe(paths or [], tuple(graph or []), not no_inference, not no_check, force))
    before = [_load(Recipe(folder, infer=not no_inference, check=False)) for folder in earlier or ()]
    from defkg.serving import Server, Settings

    _run(listener, Server(supply, Settings(limits, grace, watch, proxy), before))


def _fitting(store: str | None, given: list[str]) -> None:
    """Refuses options that do not go with what is served."""
    from defkg.project import ProjectError

    kind = "" if store is None else "URL" if _is_address(store) else "DIR"
    fitting = {
        "": ("--watch", "--graph", "--no-inference", "--no-check", "--force", "PATH"),
        "DIR": ("--verify", "--no-check", "--force"),
        "URL": ("--default-graph", "PATH"),
    }[kind]
    wrong = [name for name in given if name not in fitting]
    if wrong:
        where = f"with --store {kind}" if kind else "without --store"
        raise ProjectError(f"{wrong[0]} has no meaning {where}; leave it out")


def _is_address(store: str) -> bool:
    return store.lower().startswith(("http://", "https://"))


def _stored(store: str, paths: list[Path], verify: bool, default_graph: str | None, check: bool, force: bool) -> Supply:
    from defkg.cli.data import project_for
    from defkg.supply import FromArtefact, FromService

    if _is_address(store):
        return FromService(store, project_for(paths)[0], default_graph)
    supply = FromArtefact(Path(store), verify, check, force)
    supply.first = supply.look()
    return supply


def _loaded(recipe: Recipe) -> Supply:
    first = _load(recipe)
    from defkg.supply import FromRecipe

    return FromRecipe(recipe, first)


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
    from defkg.loading import is_large, load, load_apart, spool
    from defkg.report import write

    data = spool()
    with progress("checking") as step:
        loaded = load_apart(recipe, data, step) if is_large(recipe) else load(recipe, data, step, _ready)
    if loaded.findings:
        write(loaded.findings, "text", sys.stderr, recipe.project or Path())
        print(f"defkg: {summary(loaded.findings)}", file=sys.stderr)
        if not recipe.force:
            print("defkg: not served; mend the graph, or give --force to serve it all the same", file=sys.stderr)
            raise typer.Exit(1)
    return loaded, data


def _ready() -> None:
    """Imports what serving needs."""
    import defkg.serving
    import defkg.web.loop  # noqa: F401


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


def _run(listener: socket.socket, server: Server) -> None:
    from defkg.engine.zygote_link import ZygoteFailed
    from defkg.project import ProjectError
    from defkg.web.loop import run

    try:
        run(server.run(listener, lambda: _say(listener)))
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

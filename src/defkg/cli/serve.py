"""``defkg serve``: the server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import socket

    from defkg.finding import Finding
    from defkg.project import Project


def serve(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="A project folder, or RDF files; default: the bundled graph."),
    ] = None,
    graph: Annotated[
        list[str] | None, typer.Option(metavar="IRI=FILE", help="An RDF file as a named graph; repeatable.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    force: Annotated[
        bool, typer.Option("--force", help="Serve a graph that has findings, and say so everywhere.")
    ] = False,
    no_inference: Annotated[bool, typer.Option("--no-inference", help="Serve what is asserted only.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not check before serving.")] = False,
) -> None:
    """Serves a graph: a page for people at /, SPARQL for programs at /sparql.

    Example: defkg serve --port 8080
    """
    from defkg.serving import Served, load_files, load_project

    listener = _listen(host, port)
    files = [path for path in paths or [] if path.is_file()]
    if files or (graph and not paths):
        served = Served(load_files(files, graph or []), [], {})
    else:
        project = _project(paths or [])
        findings = [] if no_check else _check(project, force)
        served = load_project(project, findings, infer=not no_inference, graphs=graph or [])
    _run(listener, served)


def _project(paths: list[Path]) -> Project:
    from defkg.cli.data import project_for
    from defkg.project import ProjectError

    if len(paths) > 1:
        raise ProjectError("name one project folder, or RDF files")
    return project_for(paths)[0]


def _check(project: Project, force: bool) -> list[Finding]:
    from defkg.cli.data import progress, summary
    from defkg.gate import examine
    from defkg.report import write

    with progress("checking") as step:
        findings = examine(project, step=step)
    if findings:
        write(findings, "text", sys.stderr)
        print(f"defkg: {summary(findings)}", file=sys.stderr)
        if not force:
            print("defkg: not served; mend the graph, or give --force to serve it all the same", file=sys.stderr)
            raise typer.Exit(1)
    return findings


def _listen(host: str, port: int) -> socket.socket:
    import socket

    from defkg.project import ProjectError

    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProjectError(
            f"cannot listen on {host} port {port}: {reason}; choose another with --host or --port"
        ) from error


def _run(listener: socket.socket, served: object) -> None:
    import uvicorn

    from defkg.serving import Served

    assert isinstance(served, Served)
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"defkg is served at {address}/ (open it in a browser; Ctrl-C ends it). From a shell:", file=sys.stderr)
    print(f"  curl -H 'Accept: text/csv' --data-urlencode 'query={_EXAMPLE}' {address}/sparql", file=sys.stderr)
    config = uvicorn.Config(served.app(), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


_EXAMPLE = (
    "SELECT ?jwg WHERE { <https://w3id.org/defkg/id/official/amitabh-prasad> defkg:coChaired ?jwg . "
    "?jwg a defkg:JointWorkingGroup }"
)

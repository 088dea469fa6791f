"""``defkg mcp``: the question library for assistants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def mcp(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="A project folder; default: the one here, or the bundled."),
    ] = None,
    project: Annotated[Path | None, typer.Option(help="The same as PATH.")] = None,
) -> None:
    """Serves the question library to an assistant by the Model Context Protocol, on standard input and output.

    An assistant starts it by itself: give it this command. Queries have the limits of `defkg serve`, as set in the
    environment (DEFKG_TIMEOUT, DEFKG_MEMORY, ...).

    Example: defkg mcp my-project
    """
    import os

    from defkg.cli.data import project_for
    from defkg.engine.limits import LimitError, Limits
    from defkg.engine.zygote_link import ZygoteFailed
    from defkg.mcp.running import run
    from defkg.project import ProjectError

    if path and project:
        raise ProjectError("name the project once: as PATH, or with --project")
    named = [one for one in (path, project) if one]
    try:
        run(project_for(named)[0].root, Limits.read(os.environ))
    except (LimitError, ZygoteFailed) as error:
        raise ProjectError(str(error)) from error

"""``defkg build``: a project as one folder that a server opens at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.artefact.sources import Step

_Project = Annotated[
    Path | None,
    typer.Argument(metavar="[PROJECT]", help="A project folder; default: the project here, or the bundled graph."),
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="The folder to make; default: defkg-DIGEST in this folder."),
]
_NoCheck = Annotated[bool, typer.Option("--no-check", help="Do not check before building.")]
_NoInference = Annotated[bool, typer.Option("--no-inference", help="Put in what is asserted only.")]
_PAUSE = 0.1


def build(
    project: _Project = None, output: _Output = None, no_check: _NoCheck = False, no_inference: _NoInference = False
) -> None:
    """Makes an artefact: a folder that `defkg serve --store` opens at once, whatever its size.

    The same project gives the same bytes on any machine, but for the store, which is made from them.

    Example: defkg build -o graph && defkg serve --store graph
    """
    from defkg.artefact.building import Unfit, build
    from defkg.cli.data import project_for, summary
    from defkg.report import write

    found = project_for([project] if project else [])[0]
    try:
        with _progress() as step:
            target, manifest = build(found, output, not no_check, not no_inference, step)
    except Unfit as unfit:
        write(unfit.findings, "text", sys.stderr, found.root)
        print(f"defkg: {summary(unfit.findings)}", file=sys.stderr)
        print("defkg: not built; mend the graph, or give --no-check to build it all the same", file=sys.stderr)
        raise typer.Exit(1) from unfit
    checked = "checked" if manifest.checked else "not checked"
    print(f"{target}: {manifest.triples:,} triples, {checked}, digest {manifest.digest}")


@contextmanager
def _progress() -> Iterator[Step]:
    """A progress display on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda name, done, of: None
        return
    from rich.console import Console

    shown = 0.0
    with Console(stderr=True).status("building") as status:

        def step(name: str, done: int, of: int) -> None:
            nonlocal shown
            if not done or time.monotonic() > shown + _PAUSE:
                shown = time.monotonic()
                status.update(f"building: {name}" + (f" {done:,} of {of:,}" if of else f" {done:,}" if done else ""))

        yield step

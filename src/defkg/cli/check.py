"""``defkg check``: everything that a steward's change must pass."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="A project folder, or Turtle files; default: the bundled graph."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write findings.")] = Format.text,
) -> None:
    """Checks a project: syntax, terms, references, dates, classes, shapes, cross-node rules, evidence.

    Prints one line per finding, file:line:col rule message. Exit status: 0 without a finding, 1 with findings,
    2 for what cannot be opened or is no project.

    Example: defkg check data/sources/2025-12-09-pti-india-brunei-jwg.ttl
    """
    from defkg.cli.data import progress, project_for, summary
    from defkg.finding import exit_code
    from defkg.gate import examine
    from defkg.report import write

    project, asked = project_for(paths or [])
    with progress("checking") as step:
        findings = examine(project, step=step, only=asked)
    write(findings, format.value, sys.stdout)
    print(summary(findings), file=sys.stderr)
    raise typer.Exit(exit_code(findings))

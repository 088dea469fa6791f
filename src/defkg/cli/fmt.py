"""``defkg fmt``: one layout for Turtle files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.edit import Edit
    from defkg.formatting import Outcome

_STDIN = Path("-")


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Project folders, other folders, Turtle files, or - alone: standard input to standard output; "
            "default: the project here, or else the bundled one.",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only list the files that would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only show the changes.")] = False,
) -> None:
    """Lays out Turtle files in one way; comments stay.

    That a file means what it meant is proved before a byte is written; all files are written, or none. A file that is
    not Turtle is a finding, and is left as it is. Prefixes that nothing uses are taken out. Exit status: 0 fine; 1 with
    findings, or with changes to make under --check and --diff; 2 for what cannot be opened or laid out.

    Example: defkg fmt --diff data/sources
    """
    from defkg.cli.data import own_project
    from defkg.cli.output import say
    from defkg.project import ProjectError

    if check and diff:
        raise ProjectError("--check lists files and --diff shows changes; give one of them")
    only_shown = check or diff
    if paths and _STDIN in paths:
        _stream(len(paths) > 1, check, diff)
    if not only_shown and not paths:
        own_project()
    outcome = _outcome(paths or [])
    if not only_shown:
        _write(outcome.edits)
    for finding in sorted(outcome.findings):
        say(f"{finding}\n")
    for edit in outcome.edits:
        say(edit.unified() if diff else f"{edit.name}\n")
    print(outcome.summary(written=not only_shown), file=sys.stderr)
    raise typer.Exit(1 if outcome.findings or (outcome.edits and only_shown) else 0)


def _outcome(paths: list[Path]) -> Outcome:
    from defkg.cli.data import progress, project_here
    from defkg.formatting import outcome, sheets

    with progress("laying out") as step:
        return outcome(sheets(paths, project_here()), step)


def _write(edits: list[Edit]) -> None:
    from defkg.edit import EditError, apply
    from defkg.project import ProjectError

    try:
        apply(edits)
    except EditError as error:
        raise ProjectError(f"{error}; no file is changed") from error


def _stream(among_others: bool, check: bool, diff: bool) -> None:
    """Standard input to standard output; a finding goes to standard error, so that no half of it is taken for all."""
    from defkg.cli.output import say
    from defkg.content import Fault
    from defkg.formatting import laid_out
    from defkg.project import ProjectError

    if among_others:
        raise ProjectError("- stands for standard input; give no other path with it")
    try:
        edit = laid_out(_STDIN, "stdin", sys.stdin.buffer.read())
    except Fault as fault:
        print(fault.finding, file=sys.stderr)
        raise typer.Exit(1) from fault
    changed, only_shown = edit.old != edit.new, check or diff
    if changed or not only_shown:
        say(edit.unified() if diff else "stdin\n" if check else edit.new)
    raise typer.Exit(1 if changed and only_shown else 0)

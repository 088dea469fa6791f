"""``defkg check``: everything that a steward's change must pass."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from typing import TextIO

    from defkg.change import Before
    from defkg.finding import Finding
    from defkg.project import Project


class Format(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"
    junit = "junit"
    turtle = "turtle"


class CheckCommand(TyperCommand):
    """A command whose ``--changed`` may stand without a revision."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Puts HEAD where ``--changed`` is followed by an option, by a path, or by nothing."""
        for at, word in reversed(list(enumerate(args))):
            following = args[at + 1] if at + 1 < len(args) else "-"
            if word == "--changed" and (following.startswith("-") or _is_path(following)):
                args.insert(at + 1, "HEAD")
        return super().parse_args(ctx, args)


def _is_path(word: str) -> bool:
    """A bare name of a folder is taken for a branch or a tag, but for a project and its parts."""
    from defkg.project import FOLDERS, is_project

    path = Path(word)
    return path.exists() and (not path.is_dir() or is_project(path) or word in FOLDERS or "/" in word)


_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...", help="A project folder, or Turtle files; default: the project here, or the bundled graph."
    ),
]
_Changed = Annotated[
    str | None,
    typer.Option(
        metavar="[REV]", help="Check only what can be affected by the changes since a git revision (default: HEAD)."
    ),
]


def check(
    paths: _Paths = None,
    format: Annotated[Format, typer.Option(help="How to write findings.")] = Format.text,
    changed: _Changed = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is certain: layout, prefixes, misspelt terms.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --fix: show the changes, write nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Check again at each save, until Ctrl-C.")] = False,
    all: Annotated[bool, typer.Option("--all", help="Write every finding of a rule, not the first twenty.")] = False,
) -> None:
    """Checks a project: syntax, terms, references, dates, classes, shapes, cross-node rules, evidence.

    Prints one line per finding, file:line:col rule message; on a terminal with the line it is about. Exit status:
    0 without a finding, 1 with findings, 2 for what cannot be opened or is no project.

    Example: defkg check data/sources/2025-12-09-pti-india-brunei-jwg.ttl
    """
    from defkg.cli.data import own_project, project_for
    from defkg.finding import exit_code

    if (diff and not fix) or (watch and (fix or changed)):
        raise typer.BadParameter("--diff goes with --fix; --watch goes with neither --fix nor --changed")
    project, asked = project_for(paths or [])
    before = _changes(project, asked, changed) if changed else None
    if fix:
        own_project(project.root if paths else None)
        if before is None or before:
            _fix(project, set(before or asked), diff, sys.stdout if format is Format.text else sys.stderr)
        before = before and _changes(project, asked, str(changed))
    most = None if all else 20
    if watch:
        _watch(project, asked, format, most)
    findings = _examined(project, asked) if before is None else _since(project, before, str(changed))
    _report(findings, project, format, most)
    raise typer.Exit(exit_code(findings))


def _examined(project: Project, asked: set[str]) -> list[Finding]:
    from defkg.cli.data import progress
    from defkg.gate import examine

    with progress("checking") as step:
        return examine(project, step=step, only=asked)


def _changes(project: Project, asked: set[str], revision: str) -> Before:
    from defkg.change import since

    before = {name: old for name, old in since(project.root, revision).items() if not asked or name in asked}
    return {**before, **dict.fromkeys(map(project.name, project.extra))}


def _since(project: Project, before: Before, revision: str) -> list[Finding]:
    from defkg.change import examine_change
    from defkg.cli.data import progress

    with progress("checking") as step:
        outcome = examine_change(project, before, step)
    files = f"{len(before)} changed file{'' if len(before) == 1 else 's'} since {revision}"
    for words in outcome.left_out or ("nothing",):
        print(f"{files}; left out: {words}", file=sys.stderr)
    return outcome.findings


def _report(findings: list[Finding], project: Project, format: Format, most: int | None) -> None:
    from defkg.cli.data import summary
    from defkg.report import write

    write(findings, format.value, sys.stdout, project.root, context=sys.stdout.isatty(), most=most)
    print(summary(findings), file=sys.stderr)


def _fix(project: Project, names: set[str], diff: bool, out: TextIO) -> None:
    from defkg.cli.output import say
    from defkg.edit import EditError, apply
    from defkg.fixing import plan
    from defkg.project import ProjectError

    for path in project.extra:
        print(f"{project.name(path)} lies outside the project, and is not mended", file=sys.stderr)
    repairs = plan(project, names)
    if diff:
        say("".join(repair.unified() for repair in repairs))
        raise typer.Exit(1 if repairs else 0)
    try:
        apply(repairs)
    except EditError as error:
        raise ProjectError(f"{error}; no file is changed") from error
    for repair in repairs:
        say(f"{repair.name}: {', '.join(repair.reasons)}\n", out)


def _watch(project: Project, asked: set[str], format: Format, most: int | None) -> None:
    from datetime import datetime
    from itertools import chain

    from defkg.change import Session
    from defkg.project import FOLDERS, ProjectError
    from defkg.watching import changes

    session = Session(project, asked)
    saved = changes([*(project.root / name for name in FOLDERS), *project.extra])
    for _ in chain([None], saved):
        print(f"-- {datetime.now():%H:%M:%S}", file=sys.stderr)
        try:
            _report(session.check(), project, format, most)
        except ProjectError as error:
            print(f"defkg: {error}", file=sys.stderr)

"""``defkg export``: a graph as files to publish: dumps, tables, or both as a package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from defkg.export.content import Content
    from defkg.export.files import File
    from defkg.finding import Finding
    from defkg.project import Project

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Files to publish: dumps of the graph, tables of its things, or both as a package.\n\n"
    "Example: defkg export package",
)
_Path = Annotated[
    Path | None, typer.Argument(metavar="[PATH]", help="A project folder; default: the project here, or the bundled.")
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="The folder to make; default: one here, named by the digest."),
]
_Packed = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR|ZIP",
        help="The folder or .zip to make; default: a zip here, named by the digest.",
    ),
]
_Force = Annotated[bool, typer.Option("--force", help="Replace an earlier export that is there.")]
_NoCheck = Annotated[bool, typer.Option("--no-check", help="Do not check before.")]
_NoInference = Annotated[bool, typer.Option("--no-inference", help="Export what is asserted only.")]
_SHORT = 12


@app.command()
def dumps(
    path: _Path = None,
    output: _Output = None,
    force: _Force = False,
    no_check: _NoCheck = False,
    no_inference: _NoInference = False,
) -> None:
    """Writes the graph as Turtle, N-Triples, TriG, N-Quads and JSON-LD, also compressed, with checksums.

    Each document has its own Turtle file, and so has every other graph. The annotated file says of each triple which
    documents state it. The same data always gives the same bytes.

    Example: defkg export dumps -o dumps
    """
    from defkg.export.dumps import dumps

    _export(dumps, "dumps", path, output, force, not no_check, not no_inference)


@app.command()
def tables(
    path: _Path = None,
    output: _Output = None,
    force: _Force = False,
    no_check: _NoCheck = False,
    no_inference: _NoInference = False,
) -> None:
    """Writes a CSV table for each class and for each property with several values, described as a data package.

    The table of facts names the document of every value. datapackage.json has types, meanings and keys.

    Example: defkg export tables -o tables
    """
    from defkg.export.package import tables

    _export(tables, "tables", path, output, force, not no_check, not no_inference)


@app.command()
def package(
    path: _Path = None,
    output: _Packed = None,
    force: _Force = False,
    no_check: _NoCheck = False,
    no_inference: _NoInference = False,
) -> None:
    """Writes tables and dumps with a README, as a folder or as one zip that is ready to be uploaded.

    Example: defkg export package -o defkg.zip
    """
    from defkg.export.package import package

    _export(package, "", path, output, force, not no_check, not no_inference)


def _export(
    files: Callable[[Content], Iterable[File]],
    word: str,
    path: Path | None,
    output: Path | None,
    force: bool,
    check: bool,
    infer: bool,
) -> None:
    from defkg.cli.data import progress, project_for
    from defkg.export.content import read_project
    from defkg.export.files import with_sums
    from defkg.export.place import look, put

    project, _ = project_for([path] if path else [])
    if output:
        look(output, force)
    with progress("exporting") as step:
        content, findings = read_project(project, check, infer, step)
        if content:
            short = content.description.digest[:_SHORT]
            target = output or Path(f"defkg-{short}-{word}" if word else f"defkg-{short}.zip")
            step("writing")
            number, size = put(with_sums(files(content)), target, force)
            told = f"{target}: {number} files, {size / 1e6:.1f} MB, digest {content.description.digest}"
    if not content:
        _leave(project, findings)
    print(told)


def _leave(project: Project, findings: list[Finding]) -> NoReturn:
    from defkg.cli.data import summary
    from defkg.report import write

    write(findings, "text", sys.stderr, project.root)
    print(f"defkg: {summary(findings)}; not exported: mend the graph, or give --no-check", file=sys.stderr)
    raise typer.Exit(1)

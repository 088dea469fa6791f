"""The shell: one module per command. What a command needs is imported when it runs, so that help is quick."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn, TextIO

import typer

from defkg.cli.ask import AskCommand, ask
from defkg.cli.build import build
from defkg.cli.check import CheckCommand, check
from defkg.cli.coverage import coverage
from defkg.cli.diff import diff
from defkg.cli.evidence import app as evidence
from defkg.cli.explain import explain
from defkg.cli.export import app as export
from defkg.cli.fmt import fmt
from defkg.cli.mcp import mcp
from defkg.cli.new import app as new
from defkg.cli.publish import publish
from defkg.cli.query import query
from defkg.cli.serve import serve

app = typer.Typer(
    name="defkg",
    help="A knowledge graph of defence relationships: serve it, ask it, check it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        import defkg

        print(f"defkg {defkg.__version__}")
        raise typer.Exit


@app.callback()
def _defkg(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version, and end.")
    ] = False,
) -> None:
    """What holds for every command."""


_OPEN = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(cls=AskCommand, context_settings=_OPEN)(ask)
app.command()(build)
app.command(cls=CheckCommand)(check)
app.command()(coverage)
app.command()(diff)
app.add_typer(evidence, name="evidence")
app.add_typer(export, name="export")
app.command()(fmt)
app.add_typer(new, name="new")
app.command()(explain)
app.command()(mcp)
app.command()(publish)
app.command()(query)
app.command()(serve)


def main() -> None:
    """Runs the command line; what a person can mend is one line on standard error and exit status 2."""
    from defkg.project import ProjectError

    gc.set_threshold(100_000, 50, 1000)  # a command makes many objects and little garbage: a tenth of its time
    for stream in (sys.stdout, sys.stderr):
        _encode(stream)
    try:
        app()
    except ProjectError as error:
        _leave(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _leave(f"{error.filename or 'the output or the temporary folder'}: {error.strerror}")


def _encode(stream: TextIO) -> None:
    """What goes into a pipe or a file is UTF-8, whatever the locale; a terminal gets escapes for what it lacks."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _leave(words: str) -> NoReturn:
    from defkg.cli.output import say

    say(f"defkg: {words}\n", sys.stderr)
    sys.exit(2)

"""The shell: one module per command. What a command needs is imported when it runs, so that help is quick."""

from __future__ import annotations

import sys

import typer

from defkg.cli.ask import ask
from defkg.cli.check import check
from defkg.cli.query import query
from defkg.cli.serve import serve

app = typer.Typer(
    name="defkg",
    help="A knowledge graph of defence relationships: serve it, ask it, check it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_OPEN = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(context_settings=_OPEN)(ask)
app.command()(check)
app.command()(query)
app.command()(serve)


def main() -> None:
    """Runs the command line; what a person can mend is one line on standard error and exit status 2."""
    from defkg.project import ProjectError

    try:
        app()
    except ProjectError as error:
        print(f"defkg: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)

"""Writes docs/commands.md, every command with its arguments and options, from the commands themselves.

``python -m tools.commands`` writes it; a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from defkg.cli import app

DOC = Path(__file__).parent.parent / "docs" / "commands.md"
_HEAD = """# Commands

Made from the commands by `python -m tools.commands`. What they do together is told by [the tutorials](README.md) and
[asking from the shell](shell.md). The options of `defkg ask NAME` are the parameters of that question.

`defkg --version` tells the version; `defkg --install-completion` completes names, options and labels by Tab.

Exit status: 0 fine, 1 findings, 2 usage, or what cannot be opened.
"""
_EXAMPLE = re.compile(r"\s*Example: ", re.MULTILINE)


def written() -> str:
    """The whole document, as Markdown."""
    return _HEAD + "".join(_told("defkg", get_command(app)))


def _told(name: str, command: Any) -> Iterator[str]:
    """The section of a command, or those of its commands."""
    children: dict[str, Any] = getattr(command, "commands", {})
    if name != "defkg":
        yield _section(name, command, "##" if name.count(" ") == 1 else "###", not children)
    for child in sorted(children):
        yield from _told(f"{name} {child}", children[child])


def _section(name: str, command: Any, level: str, whole: bool) -> str:
    words, *examples = _EXAMPLE.split(command.help or "")
    text = f"\n{level} {name}\n\n{_plain(words)}\n"
    text += "".join(f"\n    {_one_line(example)}\n" for example in examples)
    rows = [_row(parameter) for parameter in command.params if whole and not getattr(parameter, "hidden", False)]
    return text + ("\n| option | what | default |\n|---|---|---|\n" + "".join(rows) if rows else "")


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.metavar or parameter.name.upper()}`"
    else:
        name = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
    shown = parameter.default
    default = "" if shown is None or callable(shown) or shown in (False, "", (), []) else f"`{shown}`"
    words = _plain(parameter.help or "").replace("|", "\\|")
    return f"| {name} | {words} | {default} |\n"


def _plain(text: str) -> str:
    return "\n\n".join(_one_line(part) for part in text.replace("\b", "").strip().split("\n\n"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    DOC.write_text(written())

"""Findings for people: a line each, and on a terminal the line of the file with a caret under the place."""

from __future__ import annotations

import os
import shutil
from typing import TextIO

from defkg.finding import Finding, Severity
from defkg.report.excerpt import excerpt, printable
from defkg.report.grouping import grouped
from defkg.report.sources import Sources

_BOLD, _RED, _YELLOW, _BLUE = "1", "1;31", "1;33", "34"


def write(findings: list[Finding], out: TextIO, sources: Sources | None, most: int | None) -> None:
    """Writes one line per finding, then one for each rule that has more than so many.

    Args:
        findings: what was found, sorted.
        out: where to write.
        sources: the files, where each finding is to be shown in its line; None in a pipe.
        most: how many findings of a rule to write; None: all.
    """
    shown, rest = grouped(findings, most)
    for finding in shown:
        out.write(f"{finding}\n" if sources is None else _with_line(finding, sources))
    for left in rest:
        out.write(f"… {left} (--all shows them)\n")


def _with_line(finding: Finding, sources: Sources) -> str:
    place, said = "".join(map(printable, str(finding.place))), "".join(map(printable, str(finding)))
    first = _paint(_BOLD, place) + said.removeprefix(place) if said.startswith(place) else said
    line = sources.line(finding.place)
    return f"{first}\n" if line is None else f"{first}\n{_shown(finding, line)}"


def _shown(finding: Finding, line: str) -> str:
    number = f"{finding.place.line:>5}"
    width = max(8, shutil.get_terminal_size().columns - len(number) - 3)
    text, caret = excerpt(line, finding.place.column, width)
    colour = _RED if finding.severity is Severity.ERROR else _YELLOW
    bar = _paint(_BLUE, "|")
    under = caret.removesuffix("^") + _paint(colour, "^")
    return f"{_paint(_BLUE, number)} {bar} {text}\n{' ' * len(number)} {bar} {under}\n"


def _paint(colour: str, text: str) -> str:
    """The text in a colour, unless the environment asks for none.

    Source: https://no-color.org
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{colour}m{text}\x1b[0m"

"""Findings as annotations of a GitHub Actions workflow.

Source: GitHub Docs, "Workflow commands for GitHub Actions"; the escapes are those of actions/toolkit, command.ts.
"""

from __future__ import annotations

from typing import TextIO

from defkg.finding import Finding
from defkg.report.grouping import grouped
from defkg.report.sources import Sources
from defkg.terms import compact


def write(findings: list[Finding], out: TextIO, sources: Sources, most: int | None) -> None:
    """Writes a command for each finding, and a notice for each rule that has more than so many.

    GitHub shows the first ten errors and the first ten warnings of a step.
    """
    shown, rest = grouped(findings, most)
    for finding in shown:
        out.write(_annotation(finding, sources))
    for left in rest:
        out.write(f"::notice title={_property(compact(left.rule))}::{_data(str(left))}\n")


def _annotation(finding: Finding, sources: Sources) -> str:
    at = {
        "file": sources.path(finding.place),
        "line": str(finding.place.line),
        "col": str(finding.place.column),
        "title": compact(finding.rule),
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in at.items())
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"::{finding.severity.name.lower()} {properties}::{_data(finding.message + hint)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

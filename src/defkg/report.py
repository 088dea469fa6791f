"""Findings as text or JSON."""

from __future__ import annotations

import json
from typing import TextIO

from defkg.finding import Finding


def write(findings: list[Finding], form: str, out: TextIO) -> None:
    """Writes findings to a stream: ``text`` has one line each, ``json`` is one array."""
    if form == "json":
        json.dump([_members(finding) for finding in findings], out, ensure_ascii=False, indent=2)
        out.write("\n")
        return
    for finding in findings:
        out.write(f"{finding}\n")


def _members(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity.name.lower(),
        "rule": finding.rule,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
    }

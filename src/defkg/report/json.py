"""Findings for programs: one JSON array."""

from __future__ import annotations

import json
from typing import TextIO

from defkg.finding import Finding
from defkg.report.sources import Sources
from defkg.terms import compact
from defkg.validation.paths import Path


def write(findings: list[Finding], out: TextIO, sources: Sources) -> None:
    """Writes an array with one object for each finding, and the line of the file it stands in."""
    json.dump([_members(finding, sources) for finding in findings], out, ensure_ascii=False, indent=2)
    out.write("\n")


def _members(finding: Finding, sources: Sources) -> dict[str, object]:
    return {
        "severity": finding.severity.name.lower(),
        "rule": finding.rule,
        "name": compact(finding.rule),
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
        "text": sources.line(finding.place),
        **_of_result(finding),
    }


def _of_result(finding: Finding) -> dict[str, str]:
    """Focus, path and value as N-Triples writes terms, where there are any; a path of several steps as SPARQL does."""
    if finding.result is None:
        return {}
    result = finding.result
    path = Path.read(result.path, result.path_triples) if result.path else None
    said = {"focus": result.focus, "path": path, "value": result.value}
    return {name: str(term) for name, term in said.items() if term is not None}

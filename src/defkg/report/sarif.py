"""Findings as SARIF 2.1.0, which code scanning services and editors read.

Source: Static Analysis Results Interchange Format 2.1.0 (OASIS Standard, with errata 01).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any, TextIO

import defkg
from defkg.finding import Finding, Severity
from defkg.project import Project
from defkg.report.sources import Sources
from defkg.rulebook import Rule, rulebook
from defkg.terms import BASE, compact

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"


def write(findings: list[Finding], out: TextIO, sources: Sources) -> None:
    """Writes a log with one run: the rules that were broken, and a result for each finding."""
    known = rulebook(Project(sources.root))
    names = sorted({finding.rule for finding in findings})
    run = {
        "tool": {"driver": _driver([_rule(iri, known.get(iri)) for iri in names])},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder of the run, or else the project."}}},
        "results": _results(findings, sources, names),
    }
    json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, out, ensure_ascii=False, indent=2)
    out.write("\n")


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": "defkg", "version": defkg.__version__, "informationUri": BASE, "rules": rules}


def _rule(iri: str, rule: Rule | None) -> dict[str, Any]:
    name = compact(iri)
    title, reason = (rule.title, rule.reason) if rule else (name, "")
    level = rule.severity.name.lower() if rule else "error"
    return {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": reason or title},
        "help": {"text": f"{reason or title} `defkg explain {name}` shows an example."},
        "defaultConfiguration": {"level": level},
        "properties": {"iri": iri},
    }


def _results(findings: list[Finding], sources: Sources, names: list[str]) -> list[dict[str, Any]]:
    index = {iri: number for number, iri in enumerate(names)}
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        print_ = _fingerprint(finding, sources)
        seen[print_] += 1
        found.append(_result(finding, sources, index[finding.rule], f"{print_}:{seen[print_]}"))
    return found


def _result(finding: Finding, sources: Sources, index: int, fingerprint: str) -> dict[str, Any]:
    hint = f" ({finding.hint})" if finding.hint else ""
    return {
        "ruleId": compact(finding.rule),
        "ruleIndex": index,
        "level": "error" if finding.severity is Severity.ERROR else "warning",
        "message": {"text": finding.message + hint},
        "locations": [{"physicalLocation": _location(finding, sources)}],
        "partialFingerprints": {"finding/v1": fingerprint},
    }


def _location(finding: Finding, sources: Sources) -> dict[str, Any]:
    uri, place = sources.uri(finding.place), finding.place
    artifact = {"uri": uri} if ":" in uri else {"uri": uri, "uriBaseId": _BASE}
    return {"artifactLocation": artifact, "region": {"startLine": place.line, "startColumn": place.column}}


def _fingerprint(finding: Finding, sources: Sources) -> str:
    """What stays the same when lines are put in above: rule, file, message, and the text of the line."""
    text = (sources.line(finding.place) or "").strip()
    said = "\0".join((finding.rule, finding.place.file, finding.message, text))
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]

"""Findings as text, JSON, SARIF, workflow commands of GitHub, JUnit XML, or a SHACL validation report."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from defkg.finding import Finding
from defkg.report.sources import Sources

FORMS = ("text", "json", "sarif", "github", "junit", "turtle")


def write(
    findings: list[Finding],
    form: str,
    out: TextIO,
    root: Path,
    *,
    context: bool = False,
    most: int | None = 20,
) -> None:
    """Writes findings to a stream, in the order of files and lines.

    Args:
        findings: what was found.
        form: one of `FORMS`.
        out: where to write.
        root: the project folder, which the places are relative to.
        context: with text, whether to show each place in its line; for a terminal.
        most: with text and github, how many findings of one rule are written; the rest is counted. None: all.

    Raises:
        ValueError: there is no such form.
    """
    found, sources = sorted(findings), Sources(root)
    if form == "text":
        from defkg.report import text

        text.write(found, out, sources if context else None, most)
    elif form == "github":
        from defkg.report import github

        github.write(found, out, sources, most)
    elif form in FORMS:
        _write_whole(found, form, out, sources)
    else:
        raise ValueError(f"there is no form {form!r}; the forms are {', '.join(FORMS)}")


def _write_whole(findings: list[Finding], form: str, out: TextIO, sources: Sources) -> None:
    from defkg.report import json, junit, sarif, turtle

    whole = {"json": json.write, "sarif": sarif.write, "junit": junit.write, "turtle": turtle.write}
    whole[form](findings, out, sources)

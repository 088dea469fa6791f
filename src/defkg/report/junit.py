"""Findings as JUnit XML, which most build servers read: a suite for each rule, a failed case for each finding."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TextIO
from xml.etree import ElementTree as ET

from defkg.finding import Finding
from defkg.report.sources import Sources
from defkg.terms import compact

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def write(findings: list[Finding], out: TextIO, sources: Sources) -> None:
    """Writes the findings as test suites; without a finding, one suite with one case that passes."""
    suites = ET.Element("testsuites", {"name": "defkg check", **_counts(findings)})
    by_rule = groupby(sorted(findings, key=attrgetter("rule")), key=attrgetter("rule"))
    for rule, found in by_rule:
        _suite(suites, compact(rule), list(found))
    if not findings:
        suite = ET.SubElement(suites, "testsuite", {"name": "defkg check", **_counts([])})
        ET.SubElement(suite, "testcase", classname="defkg check", name="no finding", time="0")
    ET.indent(suites)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(ET.tostring(suites, encoding="unicode") + "\n")


def _suite(suites: ET.Element, rule: str, findings: list[Finding]) -> None:
    suite = ET.SubElement(suites, "testsuite", {"name": _legal(rule), **_counts(findings)})
    for finding in findings:
        case = ET.SubElement(suite, "testcase", classname=_legal(rule), name=_legal(str(finding.place)), time="0")
        kind = finding.severity.name.lower()
        failure = ET.SubElement(case, "failure", message=_legal(finding.message), type=kind)
        failure.text = _legal(str(finding))


def _counts(findings: list[Finding]) -> dict[str, str]:
    failed = str(len(findings))
    return {"tests": failed if findings else "1", "failures": failed, "errors": "0", "skipped": "0", "time": "0"}


def _legal(text: str) -> str:
    return _ILLEGAL.sub("�", text)

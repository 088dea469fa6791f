"""The rulebook has every rule that a finding can name, with its reason and where it is defined."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import defkg
from defkg.finding import Severity
from defkg.project import Project
from defkg.reasons import REASONS
from defkg.rulebook import Rule, emitted, rulebook
from defkg.terms import CHECKS, SHAPES, compact
from tests.conftest import HEAD, ROOT

PACKAGE = Path(defkg.__file__).parent


@pytest.fixture(scope="module")
def book(project: Project) -> dict[str, Rule]:
    return rulebook(project)


def test_every_rule_in_code_has_its_reason_and_none_is_left_over() -> None:
    assert set(emitted()) == set(REASONS)


def test_no_module_names_a_rule_in_a_way_that_is_not_found() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and ast.unparse(node.left) == "CHECKS":
                said = ast.unparse(node.right)
                known = said.strip("'") in REASONS or said in ("rule", "name", "check.name", "path.stem")
                assert known, f"{path.name}:{node.lineno}: CHECKS + {said}"


def test_every_rule_says_what_why_and_where(book: dict[str, Rule]) -> None:
    assert len(book) > 180
    for rule in book.values():
        assert rule.title
        assert rule.reason
        assert rule.name == compact(rule.iri)
        owner = PACKAGE.parent if rule.kind == "code" else ROOT
        line = (owner / rule.place.file).read_text(encoding="utf-8").splitlines()[rule.place.line - 1]
        said = line[rule.place.column - 1 :]
        assert rule.kind == "check" or rule.local in said, rule


def test_last_parts_of_names_are_unique(book: dict[str, Rule]) -> None:
    assert len({rule.local for rule in book.values()}) == len(book)


def test_kinds_and_severities_are_those_of_the_files(book: dict[str, Rule]) -> None:
    known = book[CHECKS + "honorific-in-label"], book[SHAPES + "Event-date"], book[SHAPES + "Memorandum-label"]
    assert [(rule.kind, rule.severity) for rule in known] == [
        ("check", Severity.WARNING),
        ("shape", Severity.ERROR),
        ("shape", Severity.WARNING),
    ]
    assert SHAPES + "Memorandum" not in book  # it only carries its property shapes


@pytest.fixture
def project_with(tmp_path: Path) -> Path:
    for name in ("ontology", "shapes", "data", "queries/checks"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "ontology" / "o.ttl").write_text(HEAD)
    return tmp_path


def test_what_cannot_be_read_is_left_out(project_with: Path) -> None:
    (project_with / "shapes" / "broken.ttl").write_text(HEAD + "shapes:Broken a")
    (project_with / "shapes" / "latin.ttl").write_bytes("# é".encode("latin-1"))
    (project_with / "shapes" / "link.ttl").symlink_to("/dev/null")
    (project_with / "queries" / "checks" / "broken.rq").write_text("SELECT")
    whole = 'shapes:Whole a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:message "nein"@de, "no"@en .\n'
    (project_with / "shapes" / "whole.ttl").write_text(HEAD + whole)
    found = [rule for rule in rulebook(Project.open(project_with)).values() if rule.kind != "code"]
    assert [(rule.iri, rule.title, rule.severity) for rule in found] == [(SHAPES + "Whole", "no", Severity.ERROR)]


def test_reasons_are_sentences() -> None:
    for name, (title, reason) in REASONS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert title.endswith(".")
        assert reason.endswith(".")

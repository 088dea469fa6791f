"""Every rule has a passing and a failing example; the failing one has exactly the finding it is for, in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.content import LIMIT
from defkg.dataset import Dataset
from defkg.examples import FAIL, PASS, Example
from defkg.project import Project
from defkg.rulebook import Rule, rulebook
from defkg.terms import CHECKS
from tests.conftest import ROOT
from tests.rules_table import DOC, HEAD, UNSHOWN, row, rows, too_large

EXAMPLES = sorted(folder.name for folder in (ROOT / "tests" / "examples").iterdir())
REWRITE = "docs/rules.md is not what the examples give; python -m tests.rules_table writes it"


@pytest.fixture(scope="module")
def book(project: Project) -> dict[str, Rule]:
    return {rule.local: rule for rule in rulebook(project).values()}


@pytest.fixture(scope="module")
def table() -> dict[str, str]:
    return rows(DOC.read_text(encoding="utf-8"))


def example(project: Project, rule: Rule) -> Example:
    found = Example.of(project, rule)
    assert found
    return found


def test_every_rule_has_its_examples(book: dict[str, Rule]) -> None:
    assert set(book) == {*EXAMPLES, *UNSHOWN}


@pytest.mark.parametrize("name", EXAMPLES)
def test_failing_example_has_one_finding_in_its_place(
    project: Project, dataset: Dataset, book: dict[str, Rule], table: dict[str, str], name: str
) -> None:
    rule = book[name]
    shown = example(project, rule)
    found = shown.findings(FAIL, dataset)
    assert [(finding.rule, finding.place) for finding in found] == [(rule.iri, shown.place())]
    assert found[0].severity == rule.severity
    assert table.get(rule.name) == row(rule, found[0]), REWRITE


@pytest.mark.parametrize("name", EXAMPLES)
def test_passing_example_has_none(project: Project, dataset: Dataset, book: dict[str, Rule], name: str) -> None:
    assert example(project, book[name]).findings(PASS, dataset) == []


def test_a_file_that_is_too_large(
    project: Project, book: dict[str, Rule], table: dict[str, str], tmp_path: Path
) -> None:
    assert too_large(project, tmp_path, LIMIT) == []
    (finding,) = too_large(project, tmp_path, LIMIT + 1)
    assert finding.rule == CHECKS + "file-too-large"
    assert table.get("checks:file-too-large") == row(book["file-too-large"], finding), REWRITE


def test_the_table_has_a_line_for_each_rule_and_no_other(book: dict[str, Rule], table: dict[str, str]) -> None:
    names = sorted((rule.name for rule in book.values()), key=str.casefold)
    text = "".join(f"{table[name]}\n" for name in names if name in table)
    assert DOC.read_text(encoding="utf-8") == HEAD + text, REWRITE
    assert list(table) == names, REWRITE

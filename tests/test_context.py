"""The check of the JSON-LD context against ontology and shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.context import context_faults, read_context
from defkg.dataset import Dataset
from defkg.gate import examine
from defkg.jsonld import Context
from defkg.project import Project
from defkg.terms import CHECKS
from tests.conftest import ROOT

FILE = "ontology/context.jsonld"
TEXT = (ROOT / FILE).read_text(encoding="utf-8")


def found(copy: Path, text: str, dataset: Dataset) -> list[str]:
    (copy / FILE).write_text(text, encoding="utf-8")
    faults = [finding for _, finding in context_faults(Project.open(copy), dataset)]
    assert {finding.rule for finding in faults} <= {CHECKS + "context"}
    return [f"{finding.place.line}: {finding.message} ({finding.hint})" for finding in faults]


def line(key: str) -> int:
    return next(n for n, text in enumerate(TEXT.splitlines(), 1) if text.lstrip().startswith(f'"{key}":'))


def test_the_bundled_context_has_no_fault(copy: Path, dataset: Dataset) -> None:
    assert found(copy, TEXT, dataset) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('    "Country": "defkg:Country",\n', "", "@context", "defkg:Country has no name"),
        ('    "heldAt": { "@id": "defkg:heldAt", "@type": "@id" },\n', "", "@context", '(add "heldAt": { "@id"'),
        (
            '"defkg:heldAt", "@type": "@id"',
            '"defkg:heldOn", "@type": "@id"',
            "heldAt",
            "defkg:heldOn is not declared (did you mean defkg:heldAt?)",
        ),
        (
            '{ "@id": "defkg:heldAt", "@type": "@id" }',
            '"defkg:heldAt"',
            "heldAt",
            'with things as values, and it has no @type (say "@type": "@id")',
        ),
        (
            '"defkg:earliest", "@type": "xsd:date"',
            '"defkg:earliest", "@type": "xsd:gYear"',
            "earliest",
            'values of xsd:date, and its @type is "xsd:gYear" (say "@type": "xsd:date")',
        ),
        (
            '"date": "defkg:date"',
            '"date": { "@id": "defkg:date", "@type": "@id" }',
            "date",
            'texts as values, and its @type is "@id" (leave out @type)',
        ),
        (
            '"Country": "defkg:Country"',
            '"Country": { "@id": "defkg:Country", "@type": "@id" }',
            "Country",
            "defkg:Country is a class",
        ),
        (
            '"title": {',
            '"name": { "@id": "dcterms:title" }, "title": {',
            "title",
            "dcterms:title has several names: name, title",
        ),
        ('"Country": "defkg:Country"', '"Country": 1', "Country", "Country uses more of JSON-LD"),
    ],
)
def test_a_fault_is_told_where_it_is(copy: Path, dataset: Dataset, old: str, new: str, key: str, words: str) -> None:
    assert old in TEXT
    faults = found(copy, TEXT.replace(old, new, 1), dataset)
    assert any(fault.startswith(f"{line(key)}: ") and words in fault for fault in faults), faults


def test_a_number_may_have_its_datatype_or_not(copy: Path, dataset: Dataset) -> None:
    with_type = '"ordinal": { "@id": "defkg:ordinal", "@type": "xsd:integer" }'
    assert with_type in TEXT
    assert found(copy, TEXT.replace(with_type, '"ordinal": "defkg:ordinal"'), dataset) == []


def test_no_context_is_fine(copy: Path) -> None:
    (copy / FILE).unlink()
    project = Project.open(copy)
    assert read_context(project) == Context()
    assert examine(project) == []


def test_a_context_that_is_a_link_out_of_the_project_is_told(copy: Path, dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(TEXT, encoding="utf-8")
    (copy / FILE).unlink()
    (copy / FILE).symlink_to(tmp_path / "elsewhere")
    ((_, finding),) = context_faults(Project.open(copy), dataset)
    assert finding.rule == CHECKS + "symlink"


def test_its_good_example_is_the_bundled_one() -> None:
    assert (ROOT / "tests/examples/context/pass" / FILE).read_text(encoding="utf-8") == TEXT

"""The papers of the repository: they parse, they agree, and they keep their form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from tools import release

from tests.conftest import ROOT

ISSUES = ROOT / ".github" / "ISSUE_TEMPLATE"
FORMS = ["new-document.yml", "wrong-fact.yml", "question.yml"]
CITATION: dict[str, Any] = {  # what the Citation File Format 1.2.0 asks of the keys that ours has
    "type": "object",
    "additionalProperties": False,
    "required": ["cff-version", "message", "title", "authors"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "type": {"enum": ["dataset", "software"]},
        "abstract": {"type": "string", "minLength": 1},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "date-released": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "license": {"const": "CC-BY-4.0"},  # a list would mean a choice, and Zenodo refuses one
        "url": {"type": "string", "pattern": "^https://"},
        "keywords": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
    },
}
KINDS = {"input", "textarea", "dropdown", "checkboxes", "markdown"}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def form_faults(form: Any) -> list[str]:
    """What a forge would refuse of an issue form."""
    found = [key for key in ("name", "description", "body") if not form.get(key)]
    ids = [part.get("id") for part in form.get("body", []) if part.get("type") != "markdown"]
    found += ["an id is there twice, or missing"] if len(set(ids)) < len(ids) or None in ids else []
    for part in form.get("body", []):
        found += [f"type {part.get('type')}"] if part.get("type") not in KINDS else []
        label = part.get("attributes", {}).get("label")
        found += ["a part without a label"] if part.get("type") != "markdown" and not label else []
        options = part.get("attributes", {}).get("options")
        found += ["no options"] if part.get("type") in ("dropdown", "checkboxes") and not options else []
    return found


@pytest.mark.parametrize("name", FORMS)
def test_an_issue_form_is_one(name: str) -> None:
    form = read(ISSUES / name)
    assert form_faults(form) == []
    assert any(part.get("validations", {}).get("required") for part in form["body"])


def test_a_broken_form_is_seen() -> None:
    assert len(form_faults({"name": "x", "body": [{"type": "nonsense", "id": "a"}]})) == 3


def test_there_is_a_form_for_each_kind_of_issue() -> None:
    assert sorted(path.name for path in ISSUES.glob("*.yml") if path.stem != "config") == sorted(FORMS)


def test_the_citation_is_valid() -> None:
    validator = jsonschema_rs.validator_for(CITATION)
    told = read(ROOT / "CITATION.cff")
    assert [str(error) for error in validator.iter_errors(told)] == []
    assert not validator.is_valid({**told, "version": "one"})
    assert not validator.is_valid({**told, "licence": "CC-BY-4.0"})


def test_all_files_tell_one_version() -> None:
    told = release.versions(ROOT)
    assert len(set(told.values())) == 1, told
    assert "" not in told.values()


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", version) for version in versions[1:])
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= {"Ontology", "Data", "Code"}
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^#### (.*)$", text, re.MULTILINE)) <= kinds


def test_the_picture_of_the_readme_is_small() -> None:
    path = ROOT / "docs" / "images" / "question.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < 150_000


def test_no_address_is_invented() -> None:
    papers = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.*"), ROOT / "CITATION.cff"]
    mails = {mail for path in papers for mail in re.findall(r"[\w.]+@[\w-]+\.\w+", path.read_text())}
    assert {mail for mail in mails if not mail.endswith("example.org")} == set()

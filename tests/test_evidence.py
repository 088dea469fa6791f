"""Passages compared with copies of the documents."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from defkg.dataset import Dataset
from defkg.evidence import copies, verify
from defkg.inference import close
from defkg.placing import Placing
from defkg.terms import compact, source_graph
from defkg.turtle import read_turtle
from tests.conftest import HEAD

TEXT = "Été à Brunei. The second sentence 🛡 stands here."
SECOND = (14, len(TEXT))


def dataset(start: int, end: int, words: str) -> Dataset:
    digest, of_text = (hashlib.sha256(text.encode()).hexdigest() for text in (words, TEXT))
    turtle = rf"""
        id:source\/s defkg:sha256 "{of_text}" .
        id:passage\/p a defkg:Passage ; prov:wasQuotedFrom id:source\/s ; oa:hasSelector id:selector\/p ;
            defkg:sha256 "{digest}" .
        id:selector\/p oa:start {start} ; oa:end {end} ."""
    return close(Dataset([(read_turtle("s.ttl", (HEAD + turtle).encode()), source_graph("s"))]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "any name.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    return tmp_path


def test_passage_that_says_what_it_said_is_no_finding(folder: Path) -> None:
    data = dataset(*SECOND, TEXT[14:])
    assert verify(data, folder, Placing(data)) == []


@pytest.mark.parametrize(
    ("start", "end", "words"), [(13, len(TEXT), TEXT[14:]), (*SECOND, "The second sentence"), (0, 5, TEXT[14:])]
)
def test_passage_with_other_words_is_a_finding_at_its_digest(folder: Path, start: int, end: int, words: str) -> None:
    data = dataset(start, end, words)
    ((_, finding),) = verify(data, folder, Placing(data))
    assert compact(finding.rule) == "checks:evidence-digest"
    assert finding.place.file == "s.ttl"
    line = data.files[0][0].text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith('"')


def test_document_without_a_copy_is_passed_over(tmp_path: Path) -> None:
    data = dataset(0, 5, "other words")
    assert copies(tmp_path) == {}
    assert verify(data, tmp_path, Placing(data)) == []

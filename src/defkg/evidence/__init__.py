"""Passages and their digests: does a copy of a document say what a passage was taken from, and where?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.evidence.copies import Copies, Copy, sha256
from defkg.evidence.passage import Document, Passage, documents
from defkg.evidence.phrase import Span
from defkg.finding import Finding, Severity
from defkg.placing import Placing
from defkg.terms import CHECKS, ONTOLOGY, Term, show

RULE = CHECKS + "evidence-digest"
_SHA256 = NamedNode(ONTOLOGY + "sha256")
_SEARCHED = 200_000  # places that are tried for one passage; in a longer text, only beginnings of words


@dataclass
class Verification:
    """What a comparison of passages with copies gave.

    Attributes:
        compared: how many passages were compared.
        findings: the passages whose words are not at their position, each with its finding.
        missing: the documents without a copy.
        remarks: by the IRI of a document, in what its copy is not the text that passages were taken from.
    """

    compared: int = 0
    findings: list[tuple[Term, Finding]] = field(default_factory=list)
    missing: list[Document] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)


def verify(dataset: Dataset, folder: Path, placing: Placing) -> list[tuple[Term, Finding]]:
    """The findings of `compare`; a document without a copy in the folder is passed over."""
    return compare(dataset, Copies.read(folder), placing).findings


def compare(dataset: Dataset, copies: Copies, placing: Placing) -> Verification:
    """Compares every passage with the copy of its document, by position and digest.

    A copy with another digest, found by its name, is compared passage by passage all the same.

    Source: Web Annotation Data Model (W3C), section 4.2.4: positions count Unicode code points, and a passage ends
    before its end position.
    """
    found = Verification()
    for document in documents(dataset):
        copy = copies.of(document.slug, document.digest)
        if copy is None:
            found.missing.append(document)
            continue
        if copy.remark:
            found.remarks[document.node.value] = copy.remark
        found.compared += len(document.passages)
        found.findings += [(p.node, _finding(p, where, copy, placing)) for p, where in _drifted(document, copy)]
    return found


def _drifted(document: Document, copy: Copy) -> Iterator[tuple[Passage, Span | None]]:
    """The passages that have other words at their position, and where in the copy their words are."""
    shift = 0
    for passage in document.passages:
        if sha256(copy.text[passage.start : passage.end]) != passage.digest:
            where = _search(passage, copy.text, shift)
            shift = where.start - passage.start if where else shift
            yield passage, where


def _search(passage: Passage, text: str, shift: int) -> Span | None:
    """The part of a text as long as a passage that has its digest; as far from its position as its neighbour first."""
    length = passage.end - passage.start
    near = passage.start + shift
    tried = [near, *sorted(_starts(text), key=lambda start: abs(start - near))[:_SEARCHED]]
    fitting = (at for at in tried if 0 <= at <= len(text) - length)
    return next((Span(at, at + length) for at in fitting if sha256(text[at : at + length]) == passage.digest), None)


def _starts(text: str) -> Iterable[int]:
    if len(text) <= _SEARCHED:
        return range(len(text))
    return (match.start() for match in re.finditer(r"\b\w|[^\w\s]", text))


def _finding(passage: Passage, where: Span | None, copy: Copy, placing: Placing) -> Finding:
    place = placing.of(passage.node, _SHA256, Literal(passage.digest))
    message = f"{show(passage.node)}: the copy of the document has other words at {passage.start} to {passage.end}"
    nowhere = "nowhere in the copy" if len(copy.text) <= _SEARCHED else "not found where a word begins"
    hint = f"the words are {nowhere}: find what it says now by `defkg evidence locate`, or get the old text"
    if where:
        hint = f"the words are now at {where.start} to {where.end}: write oa:start {where.start} and oa:end {where.end}"
    return Finding(place, Severity.ERROR, RULE, message, hint)

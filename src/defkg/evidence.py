"""Passages and their digests: does a copy of a document say what a passage was taken from?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.finding import Finding, Severity
from defkg.placing import Placing
from defkg.terms import CHECKS, ONTOLOGY, Term, show

RULE = CHECKS + "evidence-digest"
TEXTS = "DEFKG_TEXTS"
_SHA256 = NamedNode(ONTOLOGY + "sha256")
_PASSAGES = """
SELECT ?passage ?document ?text ?digest ?start ?end WHERE {
  ?passage a defkg:Passage ; prov:wasQuotedFrom ?document ; defkg:sha256 ?digest ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  ?document defkg:sha256 ?text .
} ORDER BY ?passage"""


def copies(folder: Path) -> dict[str, str]:
    """The texts of a folder by the SHA-256 of their bytes; files that are not UTF-8 are left out."""
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        content = path.read_bytes()
        try:
            found[hashlib.sha256(content).hexdigest()] = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def verify(dataset: Dataset, folder: Path, placing: Placing) -> list[tuple[Term, Finding]]:
    """Compares every passage with the copy of its document, by position and digest.

    A document without a copy in the folder is passed over. Positions count Unicode code points, as in the
    Web Annotation Data Model, section 4.2.4.
    """
    texts = copies(folder)
    found = []
    for row in dataset.select(_PASSAGES):
        text = texts.get(_text(row, "text"))
        piece = text[int(_text(row, "start")) : int(_text(row, "end"))] if text is not None else None
        if piece is not None and hashlib.sha256(piece.encode()).hexdigest() != _text(row, "digest"):
            found.append((row["passage"], _finding(row, placing)))
    return found


def _finding(row: dict[str, Term], placing: Placing) -> Finding:
    place = placing.of(row["passage"], _SHA256, row["digest"])
    message = f"{show(row['passage'])}: the copy of the document has other words at this position"
    return Finding(place, Severity.ERROR, RULE, message, "correct oa:start, oa:end and defkg:sha256")


def _text(row: dict[str, Term], name: str) -> str:
    term = row[name]
    assert isinstance(term, Literal)
    return term.value

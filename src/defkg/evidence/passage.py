"""Documents and their passages, as a dataset describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.terms import ID, Term

_SOURCE = ID + "source/"
_DOCUMENTS = """
SELECT DISTINCT ?document ?digest ?title WHERE {
  { ?document a defkg:SourceDocument } UNION { ?passage prov:wasQuotedFrom ?document }
  OPTIONAL { ?document defkg:sha256 ?digest } OPTIONAL { ?document dcterms:title ?title }
} ORDER BY ?document"""
_PASSAGES = """
SELECT ?passage ?document ?digest ?start ?end ?locator ?listed WHERE {
  ?passage prov:wasQuotedFrom ?document ; defkg:sha256 ?digest ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end
  OPTIONAL { ?passage defkg:locator ?locator }
  BIND(EXISTS { ?document defkg:hasSentence ?passage } AS ?listed)
  FILTER(isIRI(?passage) && isIRI(?document) && ?start >= 0 && ?end > ?start)
}"""


class Passage(NamedTuple):
    """A part of a document; in the order of its text.

    Attributes:
        start: the position of its first character, in code points.
        end: the position after its last.
        node: its IRI.
        locator: how people cite it, such as S6; may be empty.
        digest: SHA-256 of its words.
        sentence: whether the document lists it as one of its sentences.
    """

    start: int
    end: int
    node: NamedNode
    locator: str
    digest: str
    sentence: bool


@dataclass(frozen=True)
class Document:
    """A source document and its passages in the order of the text.

    Attributes:
        node: its IRI, which is also its graph's.
        digest: SHA-256 of its text; empty where it is not stated.
        title: what we call it.
        passages: its passages, sentences and others.
    """

    node: NamedNode
    digest: str
    title: str
    passages: tuple[Passage, ...]

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.node.value.removeprefix(_SOURCE)

    @property
    def sentences(self) -> list[Passage]:
        """The passages that the document lists as its sentences."""
        return [passage for passage in self.passages if passage.sentence]

    def covering(self, start: int, end: int) -> list[Passage]:
        """The sentences that have characters between two positions."""
        return [sentence for sentence in self.sentences if sentence.start < end and start < sentence.end]

    def missing(self) -> list[str]:
        """The locators that the numbering of the sentences leaves out: S3 where there are S2 and S4."""
        numbers = {int(s.locator[1:]) for s in self.sentences if re.fullmatch(r"S\d{1,6}", s.locator)}
        return [f"S{number}" for number in range(1, max(numbers, default=0)) if number not in numbers]


def documents(dataset: Dataset) -> list[Document]:
    """The documents of a dataset in the order of their IRIs; of two stated digests the first counts."""
    passages: dict[Term, set[Passage]] = {}
    for row in dataset.select(_PASSAGES):
        passages.setdefault(row["document"], set()).add(_passage(row))
    found: dict[Term, Document] = {}
    for row in dataset.select(_DOCUMENTS):
        node = row["document"]
        if isinstance(node, NamedNode):
            of_it = tuple(sorted(passages.get(node, ()), key=_position))
            found.setdefault(node, Document(node, _text(row, "digest"), _text(row, "title"), of_it))
    return list(found.values())


def turtle(slug: str, key: str, passage: Passage) -> str:
    """A passage and its selector as they stand in a file under ``data/sources``.

    Args:
        slug: the document's.
        key: the last part of the passage's IRI, and of its selector's.
        passage: the rest.
    """
    return "".join(_lines(slug, key, passage))


def _lines(slug: str, key: str, passage: Passage) -> Iterator[str]:
    yield f"id:passage\\/{key} a defkg:Passage ;\n"
    if passage.locator:
        yield f'    defkg:locator "{passage.locator}" ;\n'
    yield f"    prov:wasQuotedFrom id:source\\/{slug} ;\n"
    yield f"    oa:hasSelector id:selector\\/{key} ;\n"
    yield f'    defkg:sha256 "{passage.digest}" .\n\n'
    yield f"id:selector\\/{key} a oa:TextPositionSelector ;\n"
    yield f"    oa:start {passage.start} ;\n    oa:end {passage.end} .\n"


def _passage(row: dict[str, Term]) -> Passage:
    node = row["passage"]
    assert isinstance(node, NamedNode)
    start, end = (int(_text(row, name)) for name in ("start", "end"))
    return Passage(start, end, node, _text(row, "locator"), _text(row, "digest"), _text(row, "listed") == "true")


def _position(passage: Passage) -> tuple[int, int, str]:
    return passage.start, passage.end, passage.node.value


def _text(row: dict[str, Term], name: str) -> str:
    term = row.get(name)
    return term.value if isinstance(term, Literal) else ""

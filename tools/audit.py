"""Writes what each source file asserts as plain sentences beside the words of its passages, for a truth audit.

Needs copies of the documents: DEFKG_TEXTS=folder python tools/audit.py > audit.txt. The output holds text under
copyright and is not to be committed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from defkg.dataset import Dataset
from defkg.evidence.copies import TEXTS, Copies
from defkg.inference import close
from defkg.project import Project
from defkg.terms import ID, ONTOLOGY, TYPE, Term, compact

EVIDENCE = NamedNode(ONTOLOGY + "evidencedBy")
SENTENCES = NamedNode(ONTOLOGY + "hasSentence")
GIST = NamedNode(ONTOLOGY + "gist")
LABELS = "SELECT ?thing ?label WHERE { ?thing rdfs:label|dcterms:title ?label }"
PASSAGES = """SELECT ?passage ?text ?start ?end ?locator WHERE {
  ?passage prov:wasQuotedFrom/defkg:sha256 ?text ; defkg:locator ?locator ; oa:hasSelector ?s .
  ?s oa:start ?start ; oa:end ?end }"""


class Audit:
    """Renders the sources of one dataset."""

    def __init__(self, dataset: Dataset, texts: dict[str, str]) -> None:
        self._dataset = dataset
        self._labels = {row["thing"]: row["label"].value for row in dataset.select(LABELS)}  # type: ignore[union-attr]
        self._words = {row["passage"]: self._passage(row, texts) for row in dataset.select(PASSAGES)}

    def lines(self, graph: NamedNode) -> Iterator[str]:
        """The sentences of one source, a block for each thing."""
        yield f"##### {graph.value}"
        things: dict[Term, list[Triple]] = {}
        for triple in self._dataset.graph(graph):
            things.setdefault(triple.subject, []).append(triple)
        number = 0
        for thing, triples in things.items():
            kind = thing.value.removeprefix(ID).split("/")[0] if isinstance(thing, NamedNode) else ""
            if kind in ("passage", "selector"):
                continue
            yield ""
            yield from (self._words.get(t.object, "") for t in triples if t.predicate == EVIDENCE)
            for triple in triples:
                if triple.predicate not in (EVIDENCE, SENTENCES):
                    number += 1
                    yield f"  [{number}] {self._sentence(triple)}"

    def _sentence(self, triple: Triple) -> str:
        verb = (
            "is a"
            if triple.predicate == TYPE
            else re.sub(r"([A-Z])", r" \1", compact(triple.predicate.value).split(":")[1]).lower()
        )
        return f"{self._name(triple.subject)} -- {verb} -- {self._name(triple.object)}"

    def _name(self, term: Term) -> str:
        if isinstance(term, Literal):
            return term.value
        label = self._labels.get(term)
        if label:
            return f"«{label}»"
        return term.value.removeprefix(ID) if isinstance(term, NamedNode) else str(term)

    def _passage(self, row: dict[str, Term], texts: dict[str, str]) -> str:
        text = texts.get(row["text"].value, "")  # type: ignore[union-attr]
        start, end = (int(row[name].value) for name in ("start", "end"))  # type: ignore[union-attr]
        return f"{row['locator'].value}: “{text[start:end]}”"  # type: ignore[union-attr]


def main() -> None:
    """Writes the audit of the bundled graph to standard output."""
    dataset = close(Dataset.load(Project.bundled()))
    audit = Audit(dataset, Copies.read(Path(os.environ[TEXTS])).by_digest)
    for graph in sorted({g for _, g in dataset.files if g.value.startswith(ID + "source/")}, key=str):
        sys.stdout.writelines(line + "\n" for line in audit.lines(graph))


if __name__ == "__main__":
    main()

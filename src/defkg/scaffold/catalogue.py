"""The catalogue: what the graph has, by kind and by all its names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.finding import Place
from defkg.placing import Placing
from defkg.project import ProjectError
from defkg.scaffold.naming import alike, nearest
from defkg.terms import ID, ONTOLOGY, TOMBSTONES_GRAPH, Term, compact, expand, source_graph

_NAMES = """
SELECT DISTINCT ?thing ?name WHERE {{
  ?thing a/rdfs:subClassOf* <{kind}> .
  ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel|skos:notation|dcterms:title ?name .
}} ORDER BY ?thing ?name"""
_CLASSES = """
SELECT ?class ?label WHERE {{ ?class rdfs:subClassOf* <{kind}> ; rdfs:label ?label }} ORDER BY ?label"""
_VALUES = "SELECT DISTINCT ?value WHERE {{ <{thing}> {path} ?value }} ORDER BY ?value"


class Unclear(ProjectError):
    """A text that names nothing or several things of a kind.

    Attributes:
        near: names or IRIs of what it may have meant.
    """

    def __init__(self, message: str, near: list[str]) -> None:
        super().__init__(message)
        self.near = near


class Catalogue:
    """What a dataset names. Kinds are local names of classes; several mean any of them."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.names = cache(self._names)
        self.placing = Placing(dataset)

    def find(self, text: str, *kinds: str) -> str:
        """The IRI of the thing that a label, an alias, a key or an IRI means.

        Raises:
            Unclear: it means nothing, or several things.
        """
        found = self._named(text, kinds)
        if len(found) == 1:
            return found.pop()
        if found:
            several = sorted(map(compact, found))
            raise Unclear(f"{text!r} names several things: {', '.join(several)}; give one of these IRIs", several)
        near = nearest(text, sorted({name for kind in kinds for names in self.names(kind).values() for name in names}))
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "nothing has a name like it"
        raise Unclear(f"there is no {' or '.join(kinds)} called {text!r}: {hint}", near)

    def classes(self, kind: str) -> dict[str, str]:
        """A class and those below it, as local names by their labels."""
        rows = self._dataset.select(_CLASSES.format(kind=ONTOLOGY + kind))
        return {_value(row["label"]): _value(row["class"]).removeprefix(ONTOLOGY) for row in rows}

    def modalities(self) -> list[str]:
        """The keys of the modalities."""
        return [iri.rpartition("/")[2] for iri in self.values(f"{ID}scheme/modalities", "^skos:inScheme")]

    def labels(self, *kinds: str) -> list[str]:
        """A name of each thing of the kinds, sorted."""
        return sorted(self.label(iri) for kind in kinds for iri in self.names(kind))

    def label(self, iri: str) -> str:
        """What a thing is called; its IRI where nothing says."""
        return next(iter(self.values(iri, "skos:prefLabel|dcterms:title")), compact(iri))

    def alike(self, name: str, kind: str, parties: Iterable[str] = ()) -> list[str]:
        """The things of a kind that a name may mean; those that are known to be of other parties are left out."""
        wanted = set(parties)
        found = [iri for iri, names in self.names(kind).items() if any(alike(name, other) for other in names)]
        return [iri for iri in found if not wanted or not self.parties(iri) or self.parties(iri) == wanted]

    def parties(self, iri: str) -> set[str]:
        """The parties of a thing, or the country of an organisation."""
        return set(self.values(iri, "defkg:hasParty|defkg:organisationOf"))

    def values(self, iri: str, path: str) -> list[str]:
        """The IRIs or texts that a property path leads to from a thing."""
        rows = self._dataset.select(_VALUES.format(thing=iri, path=path))
        return [_value(row["value"]) for row in rows]

    def subjects(self, predicate: str, term: str) -> list[str]:
        """The IRIs of the things that have a term, in writing, as the value of a predicate."""
        rows = self._dataset.select(f"SELECT DISTINCT ?thing {{ ?thing {predicate} {term} FILTER(isIRI(?thing)) }}")
        return [_value(row["thing"]) for row in rows]

    def known(self, iri: str) -> bool:
        """Whether the data describes a thing."""
        return NamedNode(iri) in self._dataset.subjects

    def described_in(self, iri: str, source: str) -> Place | None:
        """Where a document's file says something of a thing; None where it does not."""
        rows = [row for row in self._dataset.subjects.get(NamedNode(iri), []) if row.graph.value == source]
        return Place(rows[0].file.path, *rows[0].placed.subject_at) if rows else None

    def stated_class(self, iri: str) -> str:
        """The local name of the class that is stated of a thing."""
        return next(name.removeprefix(ONTOLOGY) for name in self.values(iri, "a") if name.startswith(ONTOLOGY))

    def withdrawn(self, iri: str) -> bool:
        """Whether a thing is a tombstone."""
        return any(triple.subject == NamedNode(iri) for triple in self._dataset.graph(TOMBSTONES_GRAPH))

    def file_of(self, source: str) -> str:
        """The name of a document's file.

        Raises:
            ProjectError: no file of the project is that of the document.
        """
        names = [file.path for file, graph in self._dataset.files if graph.value == source]
        if not names:
            raise ProjectError(f"no file is that of {compact(source)}; begin it with `defkg new source`")
        return names[0]

    def _named(self, text: str, kinds: tuple[str, ...]) -> set[str]:
        iri = _iri(text)
        if iri:
            return {iri} & {thing for kind in kinds for thing in self.names(kind)}
        things = [(thing, names) for kind in kinds for thing, names in self.names(kind).items()]
        wanted = text.casefold()
        found = {thing for thing, names in things if wanted in (name.casefold() for name in names)}
        return found or {thing for thing, _ in things if thing.rpartition("/")[2] == text}

    def _names(self, kind: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._dataset.select(_NAMES.format(kind=ONTOLOGY + kind)):
            found[_value(row["thing"])].append(_value(row["name"]))
        return dict(found)


def source_iri(slug: str) -> str:
    """The IRI of a document by its slug."""
    return source_graph(slug).value


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _iri(text: str) -> str | None:
    return expand(text) if text.startswith((f"<{ID}", ID, "id:")) else None

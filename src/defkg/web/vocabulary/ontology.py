"""What the page of the ontology tells: its terms as a tree, and of each what it means and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, Triple

from defkg.naming import labels
from defkg.terms import BASE, DCTERMS, ID, ONTOLOGY, OWL, RDF, RDFS, SKOS, Term, compact
from defkg.web.asker import Asker
from defkg.web.links import link
from defkg.web.vocabulary.reading import Said

_STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
_TYPE = RDF + "type"
_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "relation",
    OWL + "DatatypeProperty": "attribute",
    OWL + "AnnotationProperty": "attribute",
    RDF + "Property": "attribute",
}
_NATURES = {
    OWL + "TransitiveProperty": "It holds over several steps: of a and b, and of b and c, so of a and c.",
    OWL + "SymmetricProperty": "It holds both ways.",
    OWL + "FunctionalProperty": "A thing has one value at most.",
}


class Word(NamedTuple):
    """A term that is spoken of: what it is called, and where it leads; nowhere where that is empty."""

    text: str
    href: str = ""


class Line(NamedTuple):
    """A fact about a term: what kind of fact, and the terms that it names."""

    name: str
    words: Sequence[Word]
    between: str = ", "


@dataclass
class Entry:
    """A term of the ontology.

    Attributes:
        iri: the term.
        id: its place on the page.
        kind: class, relation (its values are things) or attribute.
        label: what it is called.
        definition: what it means.
        notes: how to use it.
        examples: where it is used.
        status: stable, testing … ; empty where that is not said.
        lines: facts about it.
        natures: what follows from its nature, in words.
        uses: how many things or triples have it; None where that was not counted.
        href: where these are.
        narrower: the terms right below it.
    """

    iri: str
    id: str
    kind: str
    label: str
    definition: str = ""
    notes: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    status: str = ""
    lines: list[Line] = field(default_factory=list)
    natures: list[str] = field(default_factory=list)
    uses: int | None = None
    href: str = ""
    narrower: list[Entry] = field(default_factory=list)


def ontology_values(asker: Asker, triples: Sequence[Triple]) -> dict[str, object]:
    """The values of the template."""
    said = Said(triples)
    called = _called(asker, said)
    entries = {iri: _entry(said, called, iri, kind) for iri, kind in _declared(said).items()}
    _count(asker, entries)
    return {
        "head": _head(said),
        "context": bool(asker.site.context.text),
        "trees": {kind: _tree(said, entries, kind) for kind in ("class", "relation", "attribute")},
        "total": len(entries),
        "apart": _apart(said, called),
        "others": sorted(iri for iri in _others(said) if iri not in entries),
    }


def _declared(said: Said) -> dict[str, str]:
    """The terms of our own that are declared, each with its kind."""
    found = {}
    for subject in said.subjects():
        if isinstance(subject, NamedNode) and subject.value.startswith(ONTOLOGY):
            kinds = [_KINDS[kind] for kind in said.iris(subject, _TYPE) if kind in _KINDS]
            found[subject.value] = kinds[0] if kinds else "attribute"
    return found


def _others(said: Said) -> Iterable[str]:
    for subject in said.subjects():
        if isinstance(subject, NamedNode) and not subject.value.startswith(BASE):
            yield subject.value


def _called(asker: Asker, said: Said) -> dict[str, str]:
    """What terms and things are called that the ontology names."""
    names = {s.value: said.text(s, RDFS + "label") for s in said.subjects() if isinstance(s, NamedNode)}
    things = {iri for s in said.subjects() for iri in said.iris(s, OWL + "hasValue") if iri.startswith(ID)}
    return {iri: name for iri, name in names.items() if name} | labels(asker.select, things)


def _entry(said: Said, called: Mapping[str, str], iri: str, kind: str) -> Entry:
    node = NamedNode(iri)
    entry = Entry(iri, iri.removeprefix(ONTOLOGY), kind, called.get(iri, compact(iri)))
    entry.definition = " ".join(said.texts(node, SKOS + "definition") or said.texts(node, RDFS + "comment"))
    entry.notes = said.texts(node, SKOS + "scopeNote")
    entry.examples = said.texts(node, SKOS + "example")
    entry.status = said.text(node, _STATUS)
    entry.lines = list(_lines(said, called, node, kind))
    entry.natures = [_NATURES[kind] for kind in said.iris(node, _TYPE) if kind in _NATURES]
    return entry


def _lines(said: Said, called: Mapping[str, str], node: NamedNode, kind: str) -> Iterable[Line]:
    def line(name: str, iris: Iterable[str], between: str = ", ") -> Iterable[Line]:
        words = [_word(called, iri) for iri in iris]
        if words:
            yield Line(name, words, between)

    if kind == "class":
        yield from line("Kind of", said.iris(node, RDFS + "subClassOf"))
        yield from line("Never also", _both(said, node, OWL + "disjointWith"))
        yield from _restrictions(said, called, node)
        yield from line("Has", said.subjects_of(RDFS + "domain", node.value))
        yield from line("Value of", said.subjects_of(RDFS + "range", node.value))
        return
    yield from line("Narrower than", said.iris(node, RDFS + "subPropertyOf"))
    yield from line("From", said.iris(node, RDFS + "domain"))
    yield from line("To", said.iris(node, RDFS + "range"))
    yield from line("The other way", _both(said, node, OWL + "inverseOf"))
    for path in sorted(_path(said, chain) for chain in said.values(node, OWL + "propertyChainAxiom")):
        yield from line("Follows from", path, ", then ")


def _restrictions(said: Said, called: Mapping[str, str], node: NamedNode) -> Iterable[Line]:
    """What follows for every thing of a class: a property with a value."""
    for restriction in said.values(node, RDFS + "subClassOf"):
        values = said.iris(restriction, OWL + "hasValue") if isinstance(restriction, BlankNode) else []
        for prop in said.iris(restriction, OWL + "onProperty") if values else []:
            yield Line("Always has", [_word(called, prop), *(_word(called, value) for value in values)], ": ")


def _path(said: Said, chain: Term) -> list[str]:
    return [term.value for term in said.listed(chain) if isinstance(term, NamedNode)]


def _both(said: Said, node: NamedNode, predicate: str) -> list[str]:
    """The values of a property that holds both ways."""
    return sorted({*said.iris(node, predicate), *said.subjects_of(predicate, node.value)})


def _word(called: Mapping[str, str], iri: str) -> Word:
    place = f"#{iri.removeprefix(ONTOLOGY)}" if iri.startswith(ONTOLOGY) and iri in called else link(iri)
    return Word(called.get(iri, compact(iri)), place)


def _tree(said: Said, entries: Mapping[str, Entry], kind: str) -> list[Entry]:
    """The terms of a kind that none of the others is above; each carries those below it."""
    above = RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
    ranked = sorted((e for e in entries.values() if e.kind == kind), key=lambda e: (e.label.casefold(), e.iri))
    top = []
    for entry in ranked:
        wider = [entries[iri] for iri in said.iris(NamedNode(entry.iri), above) if iri in entries and iri != entry.iri]
        if wider:
            wider[0].narrower.append(entry)
        else:
            top.append(entry)
    return top


def _count(asker: Asker, entries: Mapping[str, Entry]) -> None:
    """How often each term is used, as it was counted when the graph was loaded."""
    numbers, lists = asker.site.description.statistics, asker.site.kinds.values()
    if not numbers.triples:
        return
    counts = {found.iri: found.entities for found in numbers.classes}
    counts |= {found.iri: found.triples for found in numbers.properties}
    pages = {kind.iri: f"/id/{kind.name}/" for kind in lists if kind.alone}
    for iri, entry in entries.items():
        entry.uses = counts.get(iri, 0)
        pattern = f"?x a {compact(iri)}" if entry.kind == "class" else f"?x {compact(iri)} ?y"
        asked = quote(f"SELECT*{{{pattern}}}", "*?:").replace("%20", "+")
        entry.href = (pages.get(iri) or f"/sparql?query={asked}") if entry.uses else ""


def _head(said: Said) -> dict[str, object]:
    """What the ontology says of itself."""
    node = next((s for s in said.subjects() if OWL + "Ontology" in said.iris(s, _TYPE)), NamedNode(BASE + "ontology"))
    return {
        "iri": node.value if isinstance(node, NamedNode) else "",
        "title": said.text(node, DCTERMS + "title"),
        "description": said.text(node, DCTERMS + "description"),
        "version": said.text(node, OWL + "versionInfo"),
        "modified": said.text(node, DCTERMS + "modified"),
        "licences": said.iris(node, DCTERMS + "license"),
        "citation": said.text(node, DCTERMS + "bibliographicCitation"),
    }


def _apart(said: Said, called: Mapping[str, str]) -> list[list[Word]]:
    """The classes of which nothing can be two."""
    groups = [s for s in said.subjects() if OWL + "AllDisjointClasses" in said.iris(s, _TYPE)]
    members = [said.listed(node) for group in groups for node in said.values(group, OWL + "members")]
    words = [[_word(called, term.value) for term in group if isinstance(term, NamedNode)] for group in members]
    return sorted(words, key=len, reverse=True)

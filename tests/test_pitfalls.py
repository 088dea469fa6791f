"""The pitfalls of the OOPS! catalogue that can be computed, over the ontology; each with an ontology that has it.

Source: M. Poveda-Villalón, A. Gómez-Pérez, M. C. Suárez-Figueroa, "OOPS! (OntOlogy Pitfall Scanner!)" (2014), and its
catalogue. What is missing here needs a dictionary of synonyms or a reader (P02, P03 beyond its names, P09, P14 to P18,
P23, P27 to P31 beyond their absence), or is about the server (P37: tests/test_fair.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from rdflib import OWL, PROV, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from tests.conftest import HEAD, ROOT

FILE = ROOT / "ontology" / "defkg.ttl"
IRI = "https://w3id.org/defkg/ontology"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
FOREIGN = (str(OWL), str(RDF), str(RDFS), "http://www.w3.org/2001/XMLSchema#")

# P11: without a domain or range of their own. A domain or a range types what has it, so a property that things of
# several classes share has none, and the shapes say of which it is allowed.
OF_MANY_CLASSES = """about concerns date dateBasis datePrecision earliest evidencedBy framedBy gist hasParty
inCapacityOf inRelationship latest madeBy modality outcomeOf participatingService reportedBy role sha256
supportsPolicy""".split()
TO_MANY_CLASSES = "about amends heldAt madeBy partyTo".split()
TO_VALUES = """date dateBasis datePrecision duration earliest frequency gist latest locator reason
sha256""".split()  # checked by shapes: the datatypes are outside the profile, or are plain text


def ours(graph: Graph, *kinds: Node) -> list[URIRef]:
    """The terms of our own, of some kinds."""
    found = {term for kind in kinds or KINDS for term in graph.subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term.startswith(f"{IRI}#"))


def name(term: Node) -> str:
    return re.split("[#/]", str(term))[-1]


def words(term: Node) -> list[str]:
    return [word.lower() for word in re.findall("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name(term))]


def p03_is_as_a_relation(graph: Graph) -> Iterator[str]:
    yield from (name(t) for t in ours(graph, OWL.ObjectProperty) if words(t) in (["is"], ["is", "a"], ["isa"]))


def p04_unconnected(graph: Graph) -> Iterator[str]:
    axioms = set(graph.predicates()) - {RDF.type, RDFS.isDefinedBy, OWL.versionIRI}
    axioms = {p for p in axioms if str(p).startswith(FOREIGN)}
    for term in ours(graph, OWL.Class):
        links = [(s, p) for p in axioms for s in (*graph.subjects(p, term), *graph.objects(term, p)) if s != term]
        if not any(str(s) != IRI and p != RDFS.label for s, p in links):
            yield name(term)


def p05_wrong_inverse(graph: Graph) -> Iterator[str]:
    for one, other in graph.subject_objects(OWL.inverseOf):
        for a, b in ((one, other), (other, one)):
            domain, span = set(graph.objects(a, RDFS.domain)), set(graph.objects(b, RDFS.range))
            if domain and span and domain != span:
                yield f"{name(one)} {name(other)}"
                break


def p06_cycle(graph: Graph) -> Iterator[str]:
    for prop in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in ours(graph):
            above = (wider for first in graph.objects(term, prop) for wider in graph.transitive_objects(first, prop))
            yield from (name(term) for wider in above if wider == term)


def p07_several_concepts(graph: Graph) -> Iterator[str]:
    yield from (name(term) for term in ours(graph, OWL.Class) if {"and", "or"} & set(words(term)))


def p08_no_annotation(graph: Graph) -> Iterator[str]:
    for term in ours(graph):
        if not (list(graph.objects(term, RDFS.label)) and list(graph.objects(term, SKOS.definition))):
            yield name(term)


def p10_no_disjointness(graph: Graph) -> Iterator[str]:
    apart = {term for pair in graph.subject_objects(OWL.disjointWith) for term in pair}
    for members in graph.objects(None, OWL.members):
        apart |= set(Collection(graph, members))
    for term in ours(graph, OWL.Class):
        if not any(above in apart for above in graph.transitive_objects(term, RDFS.subClassOf)):
            yield name(term)


def p11_no_domain(graph: Graph) -> Iterator[str]:
    yield from (name(t) for t in _properties(graph) if not _inherited(graph, t, RDFS.domain, RDFS.range))


def p11_no_range(graph: Graph) -> Iterator[str]:
    yield from (name(t) for t in _properties(graph) if not _inherited(graph, t, RDFS.range, RDFS.domain))


def _properties(graph: Graph) -> list[URIRef]:
    """Those that are written: what a chain concludes, and its inverse, has the ends of the chain."""
    concluded = set(graph.subjects(OWL.propertyChainAxiom))
    concluded |= {inverse for term in concluded for inverse in graph.objects(term, OWL.inverseOf)}
    return [t for t in ours(graph, OWL.ObjectProperty, OWL.DatatypeProperty) if t not in concluded]


def _inherited(graph: Graph, term: Node, side: URIRef, other: URIRef) -> bool:
    """Whether a property, or one wider, has a domain, or the one the other way has a range."""
    for wider in graph.transitive_objects(term, RDFS.subPropertyOf):
        inverses = [*graph.objects(wider, OWL.inverseOf), *graph.subjects(OWL.inverseOf, wider)]
        if list(graph.objects(wider, side)) or any(list(graph.objects(i, other)) for i in inverses):
            return True
    return False


def p12_properties_alike(graph: Graph) -> Iterator[str]:
    yield from _alike(graph, OWL.ObjectProperty, OWL.DatatypeProperty)


def p32_one_label_for_several(graph: Graph) -> Iterator[str]:
    yield from _alike(graph, OWL.Class)


def _alike(graph: Graph, *kinds: Node) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for term in ours(graph, *kinds):
        found[str(graph.value(term, RDFS.label, default=Literal(name(term)))).casefold()].append(name(term))
    yield from (" ".join(names) for names in found.values() if len(names) > 1)


def p19_several_domains_or_ranges(graph: Graph) -> Iterator[str]:
    for side in (RDFS.domain, RDFS.range):
        yield from (name(term) for term in ours(graph) if len(set(graph.objects(term, side))) > 1)


def p20_misused_annotation(graph: Graph) -> Iterator[str]:
    for term in ours(graph):
        label = str(graph.value(term, RDFS.label, default=Literal("")))
        definition = str(graph.value(term, SKOS.definition, default=Literal("x y z")))
        if not label.strip() or not definition.strip() or len(label) > len(definition) or label == definition:
            yield name(term)


def p21_miscellaneous(graph: Graph) -> Iterator[str]:
    odd = {"other", "others", "misc", "miscellaneous", "miscellanea", "various", "unknown"}
    yield from (name(term) for term in ours(graph, OWL.Class) if odd & set(words(term)))


def p22_naming(graph: Graph) -> Iterator[str]:
    for term in ours(graph):
        pattern = "[A-Z][A-Za-z0-9]*" if (term, RDF.type, OWL.Class) in graph else "[a-z][A-Za-z0-9]*"
        if not re.fullmatch(pattern, name(term)):
            yield name(term)


def p24_recursive(graph: Graph) -> Iterator[str]:
    for prop in (RDFS.subClassOf, OWL.equivalentClass, OWL.equivalentProperty, RDFS.domain, RDFS.range):
        for term, value in graph.subject_objects(prop):
            if term == value or term in _inside(graph, value):
                yield name(term)


def _inside(graph: Graph, node: Node) -> set[Node]:
    """All that an expression without a name is made of."""
    found: set[Node] = set()
    waiting = [] if isinstance(node, URIRef) else [node]
    while waiting:
        for value in graph.objects(waiting.pop()):
            if value not in found:
                found.add(value)
                waiting += [] if isinstance(value, URIRef) else [value]
    return found


def p25_inverse_of_itself(graph: Graph) -> Iterator[str]:
    yield from (name(one) for one, other in graph.subject_objects(OWL.inverseOf) if one == other)


def p26_inverse_of_a_symmetric_one(graph: Graph) -> Iterator[str]:
    symmetric = set(graph.subjects(RDF.type, OWL.SymmetricProperty))
    yield from (name(t) for pair in graph.subject_objects(OWL.inverseOf) for t in pair if t in symmetric)


def p28_wrong_symmetric(graph: Graph) -> Iterator[str]:
    yield from _unlike_ends(graph, OWL.SymmetricProperty)


def p29_wrong_transitive(graph: Graph) -> Iterator[str]:
    yield from _unlike_ends(graph, OWL.TransitiveProperty)


def _unlike_ends(graph: Graph, kind: Node) -> Iterator[str]:
    for term in graph.subjects(RDF.type, kind):
        if set(graph.objects(term, RDFS.domain)) != set(graph.objects(term, RDFS.range)):
            yield name(term)


def p33_chain_of_one(graph: Graph) -> Iterator[str]:
    for term, steps in graph.subject_objects(OWL.propertyChainAxiom):
        if len(list(Collection(graph, steps))) < 2:
            yield name(term)


def p34_untyped_class(graph: Graph) -> Iterator[str]:
    used = {*graph.objects(None, RDFS.subClassOf), *graph.objects(None, RDFS.domain)}
    used |= {t for p in (OWL.disjointWith, OWL.equivalentClass) for pair in graph.subject_objects(p) for t in pair}
    used |= {term for members in graph.objects(None, OWL.members) for term in Collection(graph, members)}
    used |= {t for p, t in graph.subject_objects(RDFS.range) if (p, RDF.type, OWL.ObjectProperty) in graph}
    classes = set(graph.subjects(RDF.type, OWL.Class))
    yield from sorted(name(term) for term in used - classes if isinstance(term, URIRef))


def p35_untyped_property(graph: Graph) -> Iterator[str]:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    typed = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    used = {*graph.predicates(), *graph.objects(None, OWL.onProperty)}
    used |= {t for p in (RDFS.subPropertyOf, OWL.inverseOf) for pair in graph.subject_objects(p) for t in pair}
    used |= {step for chain in graph.objects(None, OWL.propertyChainAxiom) for step in Collection(graph, chain)}
    yield from sorted(name(term) for term in used - typed if not str(term).startswith(FOREIGN))


def p36_file_extension(graph: Graph) -> Iterator[str]:
    named = graph.subjects(RDF.type, OWL.Ontology)
    yield from (name(iri) for iri in named if re.search(r"\.(owl|rdf|ttl|n3|rdfxml|jsonld)$", str(iri)))


def p38_no_declaration(graph: Graph) -> Iterator[str]:
    if not list(graph.subjects(RDF.type, OWL.Ontology)):
        yield "owl:Ontology"


def p39_ambiguous_namespace(graph: Graph) -> Iterator[str]:
    namespaces = [str(n) for n in graph.objects(None, URIRef("http://purl.org/vocab/vann/preferredNamespaceUri"))]
    if [f"{iri}#" for iri in graph.subjects(RDF.type, OWL.Ontology)] != namespaces:
        yield "namespace"


def p40_hijacking(graph: Graph) -> Iterator[str]:
    from rdflib.namespace import DefinedNamespace

    closed: list[type[DefinedNamespace]] = [OWL, RDF, RDFS, SKOS, PROV]
    for term in sorted({node for triple in graph for node in triple if isinstance(node, URIRef)}):
        yield from (
            name(term) for vocabulary in closed if str(term).startswith(str(vocabulary)) and term not in vocabulary
        )


def p41_no_licence(graph: Graph) -> Iterator[str]:
    if not list(graph.objects(URIRef(IRI), URIRef("http://purl.org/dc/terms/license"))):
        yield "licence"


Pitfall = Callable[[Graph], Iterator[str]]
ALLOWED: dict[Pitfall, list[str]] = {
    p11_no_domain: OF_MANY_CLASSES,
    p11_no_range: sorted({*TO_MANY_CLASSES, *TO_VALUES}),
}
CLASS = "a owl:Class ; rdfs:subClassOf defkg:Party ; rdfs:label"
LINK = "a owl:ObjectProperty ; rdfs:domain defkg:Post ; rdfs:range defkg:Post ; rdfs:label"
FALLEN: dict[Pitfall, tuple[str, str]] = {
    p03_is_as_a_relation: (f'defkg:isA {LINK} "is a" .', "isA"),
    p04_unconnected: ('defkg:Alone a owl:Class ; rdfs:label "Alone" ; rdfs:isDefinedBy defkg: .', "Alone"),
    p05_wrong_inverse: (f'defkg:x {LINK} "x" ; owl:inverseOf defkg:officeOf .', "x officeOf"),
    p06_cycle: ("defkg:Party rdfs:subClassOf defkg:Ministry .", "Ministry"),
    p07_several_concepts: (f'defkg:ShipAndHarbour {CLASS} "Ship and harbour" .', "ShipAndHarbour"),
    p08_no_annotation: ("defkg:Bare a owl:Class .", "Bare"),
    p10_no_disjointness: ("defkg:Bare a owl:Class .", "Bare"),
    p11_no_domain: ("defkg:x a owl:ObjectProperty ; rdfs:range defkg:Post .", "x"),
    p11_no_range: ("defkg:x a owl:ObjectProperty ; rdfs:domain defkg:Post .", "x"),
    p12_properties_alike: (f'defkg:hasOffice {LINK} "Office of" .', "hasOffice officeOf"),
    p19_several_domains_or_ranges: ("defkg:officeOf rdfs:domain defkg:Party .", "officeOf"),
    p20_misused_annotation: (f'defkg:X {CLASS} "A long text that explains the class" ; skos:definition "X" .', "X"),
    p21_miscellaneous: (f'defkg:OtherParty {CLASS} "Other party" .', "OtherParty"),
    p22_naming: (f'defkg:armed_group {CLASS} "Armed group" .', "armed_group"),
    p24_recursive: ("defkg:Post rdfs:subClassOf [ owl:unionOf ( defkg:Place defkg:Post ) ] .", "Post"),
    p25_inverse_of_itself: ("defkg:about owl:inverseOf defkg:about .", "about"),
    p26_inverse_of_a_symmetric_one: ("defkg:officeOf a owl:SymmetricProperty ; owl:inverseOf defkg:y .", "officeOf"),
    p28_wrong_symmetric: ("defkg:officeOf a owl:SymmetricProperty .", "officeOf"),
    p29_wrong_transitive: ("defkg:officeOf a owl:TransitiveProperty .", "officeOf"),
    p32_one_label_for_several: (f'defkg:Office {CLASS} "post" .', "Office Post"),
    p33_chain_of_one: ("defkg:about owl:propertyChainAxiom ( defkg:concerns ) .", "about"),
    p34_untyped_class: ("defkg:officeOf rdfs:domain defkg:Nowhere .", "Nowhere"),
    p35_untyped_property: ("defkg:about rdfs:subPropertyOf defkg:nowhere .", "nowhere"),
    p36_file_extension: ("<https://w3id.org/defkg/ontology.owl> a owl:Ontology .", "ontology.owl"),
    p39_ambiguous_namespace: ("<https://w3id.org/defkg/other> a owl:Ontology .", "namespace"),
    p40_hijacking: ("defkg:Post skos:defintion 1 .", "defintion"),
}
LACKING: dict[Pitfall, str] = {p38_no_declaration: "owl:Ontology", p41_no_licence: "licence"}


def load(extra: str = "") -> Graph:
    return Graph().parse(FILE).parse(data=HEAD + extra, format="turtle")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return load()


def called(pitfall: Pitfall) -> str:
    return getattr(pitfall, "__name__", "")


@pytest.mark.parametrize("pitfall", [*FALLEN, *LACKING], ids=called)
def test_the_ontology_has_no(pitfall: Pitfall, ontology: Graph) -> None:
    assert sorted(set(pitfall(ontology))) == sorted(ALLOWED.get(pitfall, []))


@pytest.mark.parametrize("pitfall", FALLEN, ids=called)
def test_a_fallen_ontology_is_seen_to_have(pitfall: Pitfall) -> None:
    extra, found = FALLEN[pitfall]
    assert found in set(pitfall(load(extra)))


@pytest.mark.parametrize("pitfall", LACKING, ids=called)
def test_an_empty_ontology_is_seen_to_have(pitfall: Pitfall) -> None:
    assert list(pitfall(Graph())) == [LACKING[pitfall]]


def test_p13_an_inverse_is_declared_where_both_directions_are_written(ontology: Graph) -> None:
    """An inverse for each property would double the graph: SPARQL reads any of them backwards with ``^``."""
    pairs = sorted(" ".join(sorted(map(name, pair))) for pair in ontology.subject_objects(OWL.inverseOf))
    assert pairs == [
        "coChaired coChairedBy",
        "establishedBy establishes",
        "hasOccurrence partOfSeries",
        "hasParty partyTo",
        "participant participatesThrough",
        "signedAt signingOf",
    ]


def test_p27_p30_p31_nothing_is_said_to_be_equivalent(ontology: Graph) -> None:
    """No synonyms within the ontology; equivalence with others is a matter of the alignments, which are apart."""
    for prop in (OWL.equivalentClass, OWL.equivalentProperty, OWL.sameAs):
        assert list(ontology.subject_objects(prop)) == []

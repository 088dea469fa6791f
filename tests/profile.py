"""What of an ontology is outside OWL 2 RL, by the profile's grammar.

Source: OWL 2 Web Ontology Language Profiles (W3C, second edition), sections 4.2 and 6.4: ``subClassExpression``,
``superClassExpression``, ``equivClassExpression``, ``DataRange`` and the axioms; read from the RDF mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

_DATATYPES = """decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int
short byte unsignedLong unsignedInt unsignedShort unsignedByte float double string normalizedString token
language Name NCName NMTOKEN boolean hexBinary base64Binary anyURI dateTime dateTimeStamp"""
DATATYPES = {*(XSD[name] for name in _DATATYPES.split()), RDF.PlainLiteral, RDF.XMLLiteral, RDFS.Literal}
CONSTRUCTS = (
    *("intersectionOf", "unionOf", "complementOf", "oneOf", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf"),
    *("minCardinality", "maxCardinality", "cardinality"),
    *("minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality"),
)
_NEVER = ("hasSelf", "minCardinality", "cardinality", "minQualifiedCardinality", "qualifiedCardinality")


class Profile:
    """Looks over the axioms of an ontology; each finding names what stands where it may not."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def findings(self) -> list[str]:
        """What is outside the profile, sorted; empty for an ontology within it."""
        return sorted({*self._classes(), *self._properties()})

    def _classes(self) -> Iterator[str]:
        for below, above in self._graph.subject_objects(RDFS.subClassOf):
            yield from self._sub(below)
            yield from self._super(above)
        for one, other in self._graph.subject_objects(OWL.equivalentClass):
            for node in (one, other):
                yield from self._range(node) if self._is_datatype(node) else self._equivalent(node)
        for name in ("intersectionOf", "unionOf", "complementOf", "oneOf"):  # a name equal to an expression
            for node in self._graph.subjects(OWL[name]):
                if isinstance(node, URIRef) and not self._is_datatype(node):
                    yield from self._of(node, self._equivalent, "as equivalent", ("intersectionOf",))
        for one, other in self._graph.subject_objects(OWL.disjointWith):
            for node in (one, other):
                yield from self._sub(node)
        for group in self._graph.subjects(RDF.type, OWL.AllDisjointClasses):
            for node in self._members(group, OWL.members):
                yield from self._sub(node)
        yield from ("disjointUnionOf" for _ in self._graph.subject_objects(OWL.disjointUnionOf))
        for node in self._graph.subjects(OWL.hasKey):
            yield from self._sub(node)
        for node in self._graph.objects(None, RDF.type):
            if isinstance(node, BNode):
                yield from self._super(node)

    def _properties(self) -> Iterator[str]:
        yield from ("ReflexiveProperty" for _ in self._graph.subjects(RDF.type, OWL.ReflexiveProperty))
        for node in self._graph.objects(None, RDFS.domain):
            yield from self._super(node)
        for prop, node in self._graph.subject_objects(RDFS.range):
            data = (prop, RDF.type, OWL.DatatypeProperty) in self._graph or self._is_datatype(node)
            yield from self._range(node) if data else self._super(node)
        for steps in self._graph.objects(None, OWL.propertyChainAxiom):
            if len(list(Collection(self._graph, steps))) < 2:
                yield "a chain of one"

    def _sub(self, node: Node) -> Iterator[str]:
        allowed = ("intersectionOf", "unionOf", "oneOf", "someValuesFrom", "hasValue")
        yield from self._of(node, self._sub, "as subclass", allowed)

    def _super(self, node: Node) -> Iterator[str]:
        allowed = (
            *("intersectionOf", "complementOf", "allValuesFrom", "hasValue"),
            *("maxCardinality", "maxQualifiedCardinality"),
        )
        yield from self._of(node, self._super, "as superclass", allowed)

    def _equivalent(self, node: Node) -> Iterator[str]:
        yield from self._of(node, self._equivalent, "as equivalent", ("intersectionOf", "hasValue"))

    def _of(
        self, node: Node, again: Callable[[Node], Iterator[str]], where: str, allowed: tuple[str, ...]
    ) -> Iterator[str]:
        """A class expression: what it is made of, and whether that may stand here."""
        if node == OWL.Thing:
            yield f"Thing {where}"
        if isinstance(node, URIRef) and again != self._equivalent:
            return
        for name in CONSTRUCTS:
            for value in self._graph.objects(node, OWL[name]):
                if name in _NEVER:
                    yield name
                elif name not in allowed:
                    yield f"{name} {where}"
                else:
                    yield from self._inside(node, name, value, again)

    def _inside(self, node: Node, name: str, value: Node, again: Callable[[Node], Iterator[str]]) -> Iterator[str]:
        if name in ("intersectionOf", "unionOf"):
            for member in Collection(self._graph, value):
                yield from again(member)
        elif name == "complementOf":
            yield from self._sub(value)
        elif name in ("someValuesFrom", "allValuesFrom"):
            if self._is_data(node, value):
                yield from self._range(value)
            elif name == "allValuesFrom" or value != OWL.Thing:
                yield from again(value)
        elif name.startswith("max"):
            yield from self._at_most(node, name, value)

    def _at_most(self, node: Node, name: str, value: Node) -> Iterator[str]:
        if not isinstance(value, Literal) or str(value) not in ("0", "1"):
            yield f"{name} {value}"
        for kind in self._graph.objects(node, OWL.onClass):
            yield from self._sub(kind) if kind != OWL.Thing else ()
        for kind in self._graph.objects(node, OWL.onDataRange):
            yield from self._range(kind)

    def _range(self, node: Node) -> Iterator[str]:
        if isinstance(node, URIRef):
            defined = (node, RDF.type, RDFS.Datatype) in self._graph and not str(node).startswith((str(XSD), str(RDF)))
            if node not in DATATYPES and not defined:
                yield f"datatype {node.rpartition('#')[2]}"
            return
        for name in ("unionOf", "oneOf", "datatypeComplementOf", "withRestrictions"):
            yield from (f"{name} as data range" for _ in self._graph.objects(node, OWL[name]))
        for members in self._graph.objects(node, OWL.intersectionOf):
            for member in Collection(self._graph, members):
                yield from self._range(member)

    def _is_data(self, node: Node, value: Node) -> bool:
        on = self._graph.objects(node, OWL.onProperty)
        return self._is_datatype(value) or any((p, RDF.type, OWL.DatatypeProperty) in self._graph for p in on)

    def _is_datatype(self, node: Node) -> bool:
        return (node, RDF.type, RDFS.Datatype) in self._graph or str(node).startswith((str(XSD), str(RDF), str(RDFS)))

    def _members(self, node: Node, prop: URIRef) -> list[Node]:
        return [member for members in self._graph.objects(node, prop) for member in Collection(self._graph, members)]

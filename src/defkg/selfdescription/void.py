"""A dataset's description in VoID: its numbers, and those of each of its classes and properties.

Source: Describing Linked Datasets with the VoID Vocabulary (W3C), sections 2 to 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, Triple

from defkg.selfdescription.counting import ClassCount, Links, PropertyCount, Statistics
from defkg.selfdescription.description import (
    DATASET,
    DOCUMENT,
    ENDPOINT,
    FOAF,
    HOME,
    NAMESPACES,
    VOID,
    Description,
    english,
    part,
    said,
)
from defkg.terms import DCTERMS, ID, TYPE

_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


def void(description: Description) -> Iterator[Triple]:
    """The triples of a description in VoID, without blank nodes; what its project states of it is among them."""
    numbers = description.statistics
    yield said(DOCUMENT, TYPE.value, VOID + "DatasetDescription")
    yield said(DOCUMENT, DCTERMS + "title", english(f"What is in: {description.title}"))
    yield said(DOCUMENT, FOAF + "primaryTopic", DATASET)
    yield said(DATASET, TYPE.value, VOID + "Dataset")
    yield from description.stated
    yield said(DATASET, FOAF + "homepage", HOME)
    yield said(DATASET, VOID + "sparqlEndpoint", ENDPOINT)
    for name in _FORMATS:
        yield said(DATASET, VOID + "feature", NAMESPACES["formats"] + name)
    for iri in description.examples:
        yield said(DATASET, VOID + "exampleResource", iri)
    for iri in numbers.vocabularies:
        yield said(DATASET, VOID + "vocabulary", iri)
    yield from _totals(numbers)
    for counted in numbers.classes:
        yield from _class(counted)
    for told in numbers.properties:
        yield from _property(told)
    for links in numbers.links:
        yield from _links(links)


def _totals(numbers: Statistics) -> Iterator[Triple]:
    yield said(DATASET, VOID + "triples", numbers.triples)
    yield said(DATASET, VOID + "distinctSubjects", numbers.subjects)
    yield said(DATASET, VOID + "distinctObjects", numbers.objects)
    yield said(DATASET, VOID + "classes", len(numbers.classes))
    yield said(DATASET, VOID + "properties", len(numbers.properties))
    if numbers.entities:
        yield said(DATASET, VOID + "entities", numbers.entities)
        yield said(DATASET, VOID + "uriSpace", Literal(ID))


def _class(counted: ClassCount) -> Iterator[Triple]:
    node = part("class", counted.iri)
    yield said(DATASET, VOID + "classPartition", node)
    yield said(node, VOID + "class", counted.iri)
    yield said(node, VOID + "entities", counted.entities)
    for iri, triples in counted.properties:
        nested = part("class", counted.iri, iri)
        yield said(node, VOID + "propertyPartition", nested)
        yield said(nested, VOID + "property", iri)
        yield said(nested, VOID + "triples", triples)


def _property(counted: PropertyCount) -> Iterator[Triple]:
    node = part("property", counted.iri)
    yield said(DATASET, VOID + "propertyPartition", node)
    yield said(node, VOID + "property", counted.iri)
    yield said(node, VOID + "triples", counted.triples)
    yield said(node, VOID + "distinctSubjects", counted.subjects)
    yield said(node, VOID + "distinctObjects", counted.objects)


def _links(links: Links) -> Iterator[Triple]:
    node, other = part("links", links.property, links.host), part("dataset", links.host)
    yield said(DATASET, VOID + "subset", node)
    yield said(node, TYPE.value, VOID + "Linkset")
    yield said(node, VOID + "linkPredicate", links.property)
    yield said(node, VOID + "subjectsTarget", DATASET)
    yield said(node, VOID + "objectsTarget", other)
    yield said(node, VOID + "triples", links.triples)
    yield said(other, TYPE.value, VOID + "Dataset")
    yield said(other, VOID + "uriSpace", Literal(links.host))

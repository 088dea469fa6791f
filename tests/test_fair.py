"""The checks of FOOPS! that need no third party, against a server of ours in the place of w3id.org.

Source: D. Garijo, O. Corcho, M. Poveda-Villalón, "FOOPS!: An Ontology Pitfall Scanner for the FAIR Principles" (2021),
and the catalogue at https://w3id.org/foops/catalogue: each test bears the name of a check of it. Four are not here
since they ask others: FIND2 (prefix.cc, LOV), FIND3 and FIND_3_BIS (LOV), OM4.2 (that the licence's IRI resolves).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from defkg.terms import BASE
from tests.kinds import BROWSER
from tests.server import server

BIBO = Namespace("http://purl.org/ontology/bibo/")
IRI = URIRef(f"{BASE}ontology")
RDF_TYPES = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
}
METADATA = (DCTERMS, VANN, BIBO, OWL, RDFS)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def ontology(client: httpx.Client) -> Graph:
    return Graph().parse(data=client.get("/ontology.ttl").content, format="turtle")


def at(client: httpx.Client, iri: Node, accept: str) -> httpx.Response:
    """What an IRI of ours leads to."""
    assert str(iri).startswith(BASE)
    return client.get("/" + str(iri).removeprefix(BASE), headers={"Accept": accept})


def terms(ontology: Graph) -> list[URIRef]:
    """The terms of our own."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {term for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term.startswith(BASE))


def states(ontology: Graph, *properties: URIRef) -> bool:
    """Whether the ontology has a value of each property."""
    return all(str(ontology.value(IRI, prop, default=Literal(""))).strip() for prop in properties)


@pytest.mark.parametrize("accept", RDF_TYPES)
def test_uri1_ontology_iri_resolves(client: httpx.Client, accept: str) -> None:
    response = at(client, IRI, accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == accept
    assert (IRI, RDF.type, OWL.Ontology) in Graph().parse(data=response.content, format=RDF_TYPES[accept])


def test_uri2_ontology_iri_is_that_of_its_document(ontology: Graph) -> None:
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [IRI]


def test_ver1_version_iri_is_another_than_the_ontology(ontology: Graph) -> None:
    (version,) = ontology.objects(IRI, OWL.versionIRI)
    assert version not in (IRI, None)
    assert str(version) == f"{IRI}/{ontology.value(IRI, OWL.versionInfo)}"


@pytest.mark.parametrize("accept", [*RDF_TYPES, "text/html"])
def test_ver2_version_iri_resolves(client: httpx.Client, ontology: Graph, accept: str) -> None:
    version = ontology.value(IRI, OWL.versionIRI)
    assert version
    response = at(client, version, accept)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, accept)


def test_purl1_iri_is_a_persistent_one() -> None:
    assert IRI.startswith("https://w3id.org/")


def test_http1_protocol_is_open() -> None:
    assert IRI.startswith("https://")


@pytest.mark.parametrize("accept", ["text/html", *RDF_TYPES, BROWSER["Accept"]])
def test_cn1_content_is_negotiated(client: httpx.Client, accept: str) -> None:
    response = at(client, IRI, accept)
    got = response.headers["content-type"].partition(";")[0]
    assert (response.status_code, got) == (200, accept if accept in RDF_TYPES else "text/html")
    assert "Accept" in response.headers["vary"]
    assert at(client, IRI, "image/png").status_code == 406


def test_rdf1_there_is_rdf(client: httpx.Client, ontology: Graph) -> None:
    assert len(ontology) == len(Graph().parse(data=client.get("/ontology.rdf").content, format="xml"))


def test_doc1_there_is_a_page(client: httpx.Client, ontology: Graph) -> None:
    html = at(client, IRI, "text/html").text
    assert all(f'id="{str(term).partition("#")[2]}"' in html for term in terms(ontology))


def test_find1_prefix_is_declared(ontology: Graph) -> None:
    assert str(ontology.value(IRI, VANN.preferredNamespacePrefix)) == "defkg"
    assert all(str(t).startswith(str(ontology.value(IRI, VANN.preferredNamespaceUri))) for t in terms(ontology))


def test_om1_minimum_metadata(ontology: Graph) -> None:
    assert states(ontology, DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionIRI, DCTERMS.creator)
    assert states(ontology, VANN.preferredNamespaceUri)


def test_om2_recommended_metadata(ontology: Graph) -> None:
    assert states(ontology, VANN.preferredNamespacePrefix, OWL.versionInfo, DCTERMS.created)
    assert states(ontology, DCTERMS.bibliographicCitation)
    assert str(ontology.value(IRI, OWL.versionInfo)) in str(ontology.value(IRI, DCTERMS.bibliographicCitation))


def test_om3_detailed_metadata_that_there_is(ontology: Graph) -> None:
    """DOI, logo and source are asked for too: there are none, and docs/ontology.md says so."""
    assert states(ontology, DCTERMS.publisher, BIBO.status, DCTERMS.issued, DCTERMS.modified)
    assert not states(ontology, BIBO.doi)
    assert not states(ontology, DCTERMS.source)


def test_om4_1_licence_is_declared(ontology: Graph) -> None:
    assert list(ontology.objects(IRI, DCTERMS.license)) == [URIRef("https://creativecommons.org/licenses/by/4.0/")]


def test_om5_1_basic_provenance(ontology: Graph) -> None:
    assert states(ontology, DCTERMS.creator, DCTERMS.created)


def test_om5_2_detailed_provenance(ontology: Graph) -> None:
    assert states(ontology, DCTERMS.issued, DCTERMS.publisher)
    days = [str(ontology.value(IRI, DCTERMS[name])) for name in ("created", "issued", "modified")]
    assert days == sorted(days)


def test_voc1_metadata_is_in_vocabularies_of_others(ontology: Graph) -> None:
    used = [str(prop) for prop in ontology.predicates(IRI) if prop != RDF.type]
    assert used
    assert [prop for prop in used if not prop.startswith(tuple(map(str, METADATA)))] == []


def test_voc2_terms_of_others_are_used(ontology: Graph) -> None:
    above = [*ontology.objects(None, RDFS.subClassOf), *ontology.objects(None, RDFS.range)]
    assert any(str(term).startswith("http://www.w3.org/ns/prov#") for term in above)
    assert any(str(term).startswith(str(SKOS)) for term in above)


def test_voc3_all_terms_have_labels(ontology: Graph) -> None:
    assert len(terms(ontology)) > 100
    assert [term for term in terms(ontology) if not isinstance(ontology.value(term, RDFS.label), Literal)] == []


def test_voc4_all_terms_have_definitions(ontology: Graph) -> None:
    assert [term for term in terms(ontology) if not isinstance(ontology.value(term, SKOS.definition), Literal)] == []


class Head(HTMLParser):
    """The links of a page's head, and what it says as JSON-LD."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.feed(html)
        card = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
        self.card = json.loads(card[1]) if card else {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "link":
            self.links.append(dict(attributes))


def test_the_page_leads_programs_to_the_rdf(client: httpx.Client) -> None:
    links = Head(at(client, IRI, "text/html").text).links
    alternates = {link["type"]: link["href"] for link in links if link["rel"] == "alternate"}
    assert alternates.keys() == RDF_TYPES.keys()
    for media_type, href in alternates.items():
        assert client.get(str(href)).headers["content-type"].partition(";")[0] == media_type
    assert [link["href"] for link in links if link["rel"] == "canonical"] == [str(IRI)]


def test_the_page_says_the_metadata_for_search_engines(client: httpx.Client, ontology: Graph) -> None:
    card = Head(at(client, IRI, "text/html").text).card
    assert (card["@type"], card["@id"]) == ("DefinedTermSet", str(IRI))
    told = {"name": DCTERMS.title, "description": DCTERMS.description, "version": OWL.versionInfo}
    told |= {"dateCreated": DCTERMS.created, "dateModified": DCTERMS.modified, "datePublished": DCTERMS.issued}
    assert {name: card[name] for name in told} == {n: str(ontology.value(IRI, prop)) for n, prop in told.items()}
    assert card["license"] == [str(ontology.value(IRI, DCTERMS.license))]
    assert {file["encodingFormat"] for file in card["encoding"]} == RDF_TYPES.keys()
    for file in card["encoding"]:
        assert at(client, URIRef(file["contentUrl"]), "*/*").status_code == 200


def test_every_term_resolves_to_what_is_said_of_it(client: httpx.Client, ontology: Graph) -> None:
    """A fragment is not sent: the document at the ontology's IRI has all terms, each with where it is defined."""
    assert {ontology.value(term, RDFS.isDefinedBy) for term in terms(ontology)} == {IRI}

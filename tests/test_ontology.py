"""The ontology: every name of the contract, every annotation, and nothing outside OWL 2 RL."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from owlrl import DeductiveClosure
from owlrl.OWLRL import OWLRL_Semantics
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from tests.profile import Profile

FILE = Path(__file__).parents[1] / "ontology" / "defkg.ttl"
IRI = URIRef("https://w3id.org/defkg/ontology")
DEFKG = Namespace(f"{IRI}#")
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")

CLASSES = """Party Country Organisation Ministry ArmedForces ArmedService CoastGuard DiplomaticMission
IndustryGroup NewsAgency Official Post EngagementSeries Mechanism JointWorkingGroup Dialogue
MinisterialDialogue MinisterialMeeting Summit StaffTalks BusinessForum ExpertExchange Exercise Event Meeting
ExerciseEdition Visit CourtesyCall Signing Decision Operationalisation Amendment Publication Inauguration
Exhibition Agreement MemorandumOfUnderstanding TermsOfReference Declaration Memorandum LogisticsAgreement
InformationSecurityAgreement EquipmentTechnologyAgreement FocusArea Participation CoChairParticipation
DelegationHeadParticipation SignatoryParticipation VisitorParticipation CalledOnParticipation
InauguratorParticipation Policy PolicyDocument Facility Place Statement Affirmation Assessment Commitment
SourceDocument Passage BilateralRelationship CurationDecision"""
LINKS = """partOfSeries meetingOf editionOf hasOccurrence duringEvent onSidelinesOf heldAt heldInCountry
frequency agreedToEstablish establishes establishedBy signingOf signedAt concludedAt operationalises amends
outcomeOf publishes inaugurates supportsPolicy framedBy policyOf hasParty partyTo participatingService
officeOf organisationOf subOrganisationOf involves participant participatesThrough inEvent coChairIn
delegationHeadIn signatoryIn visitorIn calledOnIn inauguratorIn inCapacityOf onBehalfOf role concernsBroadly
concerns discussed prioritised emphasised agreedWorkstreamOn willExplore madeBy reportedBy about modality
tookPartIn coChairedMeeting coChaired coChairedBy ledDelegationTo signed evidencedBy hasSentence
inRelationship"""
VALUES = """ordinal meetingCount duration multilateral date earliest latest datePrecision dateBasis gist
sha256 locator reason"""
CHAINS = """involves hasParty organisationOf
involves participatingService organisationOf
involves partOfSeries involves
involves signingOf involves
involves operationalises involves
concernsBroadly concernsBroadly broaderTransitive
tookPartIn participatesThrough inEvent
coChairedMeeting participatesThrough coChairIn
coChaired coChairedMeeting meetingOf
ledDelegationTo participatesThrough delegationHeadIn
signed participatesThrough signatoryIn signingOf"""
STATUSES = {"stable", "testing"}
SENTENCES = {
    "undated-india-brunei-jwg": 23,
    "2025-12-09-pti-india-brunei-jwg": 11,
    "2025-11-05-india-israel-jwg": 14,
    "2024-12-13-india-thailand-jwg": 15,
    "undated-india-japan-defence-cooperation": 29,
}
LOCATOR = re.compile(rf"({'|'.join(SENTENCES)})((?:, S\d+)+)(?=[;)])")
DATATYPES = """decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int
short byte unsignedLong unsignedInt unsignedShort unsignedByte float double string normalizedString token
language Name NCName NMTOKEN boolean hexBinary base64Binary anyURI dateTime dateTimeStamp"""
RL_DATATYPES = {*(XSD[name] for name in DATATYPES.split()), RDF.PlainLiteral, RDF.XMLLiteral, RDFS.Literal}
BANNED = """FunctionalProperty InverseFunctionalProperty ReflexiveProperty hasSelf sameAs hasKey
disjointUnionOf cardinality qualifiedCardinality minCardinality minQualifiedCardinality"""
FOREIGN = (str(XSD), str(RDF))
SUPERCLASS = {RDFS.subClassOf, OWL.equivalentClass, RDFS.range, RDFS.domain, OWL.allValuesFrom}
BROKEN = """maxCardinality 2 <= defkg:Post rdfs:subClassOf [ owl:maxCardinality 2 ] .
maxQualifiedCardinality 2 <= defkg:Post rdfs:subClassOf [ owl:maxQualifiedCardinality 2 ] .
unionOf as superclass <= defkg:heldAt rdfs:range [ owl:unionOf ( defkg:Place defkg:Facility ) ] .
unionOf as superclass <= defkg:Post rdfs:subClassOf [ owl:intersectionOf ( [ owl:unionOf () ] ) ] .
oneOf as superclass <= defkg:role rdfs:range [ owl:oneOf ( id:a id:b ) ] .
someValuesFrom as superclass <= defkg:Post rdfs:subClassOf [ owl:someValuesFrom defkg:Party ] .
chain involves partyTo hasParty <= defkg:involves owl:propertyChainAxiom ( defkg:partyTo defkg:hasParty ) .
datatype date <= defkg:earliest rdfs:range xsd:date .
datatype duration <= defkg:duration rdfs:range xsd:duration .
datatype gYear <= defkg:Event rdfs:subClassOf [ owl:allValuesFrom xsd:gYear ] .
datatype langString <= defkg:gist rdfs:range rdf:langString ."""


def local(node: object) -> str:
    return re.split(r"[#/]", str(node))[-1]


def superclasses(graph: Graph) -> set[Node]:
    found = {node for predicate in SUPERCLASS for node in graph.objects(None, predicate)}
    found |= set(graph.subjects(OWL.equivalentClass))
    conjunctions = [graph.value(node, OWL.intersectionOf) for node in found]
    return found | {member for node in conjunctions if node for member in Collection(graph, node)}


def constructs(graph: Graph) -> Iterator[str]:
    banned = {OWL[name] for name in BANNED.split()}
    yield from (local(node) for triple in graph for node in triple if node in banned)
    for predicate in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        counts = [int(str(count)) for count in graph.objects(None, predicate)]
        yield from (f"{local(predicate)} {count}" for count in counts if count > 1)
    for predicate in (OWL.unionOf, OWL.oneOf, OWL.someValuesFrom):
        found = superclasses(graph) & set(graph.subjects(predicate))
        yield from (f"{local(predicate)} as superclass" for _ in found)


def chains(graph: Graph) -> Iterator[str]:
    for subject, steps in graph.subject_objects(OWL.propertyChainAxiom):
        yield " ".join(map(local, [subject, *Collection(graph, steps)]))


def datatypes(graph: Graph) -> Iterator[str]:
    for predicate in (RDFS.range, OWL.allValuesFrom, OWL.someValuesFrom, OWL.onDatatype):
        for subject, kind in graph.subject_objects(predicate):
            is_data = (subject, RDF.type, OWL.DatatypeProperty) in graph or str(kind).startswith(FOREIGN)
            if is_data and kind not in RL_DATATYPES:
                yield local(kind)


def profile_findings(graph: Graph) -> list[str]:
    """What is outside OWL 2 RL, or inside it and known to derive what nobody said."""
    findings = list(constructs(graph))
    findings += [f"datatype {name}" for name in datatypes(graph)]
    findings += [f"chain {chain}" for chain in chains(graph) if "partyTo hasParty" in chain]
    return sorted(findings)


def load(extra: str = "") -> Graph:
    graph = Graph().parse(FILE)
    prefixes = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in graph.namespaces())
    return graph.parse(data=prefixes + extra, format="turtle")


def closed(extra: str = "") -> Graph:
    graph = load(extra)
    DeductiveClosure(OWLRL_Semantics).expand(graph)  # type: ignore[no-untyped-call]
    return graph


ONTOLOGY = load()
NODES = {node for triple in ONTOLOGY for node in triple if isinstance(node, URIRef)}
TERMS = sorted(node for node in NODES if node.startswith(DEFKG))


def text(term: URIRef, predicate: URIRef) -> str:
    (value,) = ONTOLOGY.objects(term, predicate)
    return str(value)


def test_the_contract_is_declared_and_nothing_else() -> None:
    contract = {OWL.Class: CLASSES, OWL.ObjectProperty: LINKS, OWL.DatatypeProperty: VALUES}
    for kind, names in contract.items():
        declared = [local(term) for term in TERMS if (term, RDF.type, kind) in ONTOLOGY]
        assert declared == sorted(names.split())
    assert len(TERMS) == sum(len(names.split()) for names in contract.values())


@pytest.mark.parametrize("term", TERMS, ids=local)
def test_term_is_annotated(term: URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition, SKOS.example):
        assert [v.language for v in ONTOLOGY.objects(term, predicate) if isinstance(v, Literal)] == ["en"]
    assert list(ONTOLOGY.objects(term, RDFS.isDefinedBy)) == [IRI]
    assert text(term, URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")) in STATUSES


@pytest.mark.parametrize("term", TERMS, ids=local)
def test_definition_does_not_repeat_its_own_name(term: URIRef) -> None:
    label = re.escape(text(term, RDFS.label))
    assert not re.search(rf"\b{label}(s|es)?\b", text(term, SKOS.definition), re.IGNORECASE)


@pytest.mark.parametrize("term", TERMS, ids=local)
def test_example_has_a_locator_or_says_that_there_is_none(term: URIRef) -> None:
    example = text(term, SKOS.example)
    cited = {slug: re.findall(r"\d+", numbers) for slug, numbers in LOCATOR.findall(example)}
    assert all(int(number) <= SENTENCES[slug] for slug in cited for number in cited[slug])
    assert cited or example.startswith("No source states one yet")


def test_header_is_complete() -> None:
    assert text(IRI, DCTERMS.license) == "https://creativecommons.org/licenses/by/4.0/"
    assert text(IRI, DCTERMS.creator) == "The defkg contributors"
    assert text(IRI, OWL.versionIRI) == f"{IRI}/{text(IRI, OWL.versionInfo)}"
    assert text(IRI, VANN.preferredNamespacePrefix) == "defkg"
    assert text(IRI, VANN.preferredNamespaceUri) == str(DEFKG)
    assert text(IRI, DCTERMS.created) <= text(IRI, DCTERMS.modified)
    assert all(text(IRI, DCTERMS[name]) for name in ("title", "description", "bibliographicCitation"))
    assert not {OWL.imports, OWL.priorVersion} & set(ONTOLOGY.predicates(IRI))


def test_annotation_properties_are_declared() -> None:
    used = {p for p in ONTOLOGY.predicates() if not str(p).startswith((str(OWL), str(RDF), str(RDFS)))}
    assert used <= set(ONTOLOGY.subjects(RDF.type, OWL.AnnotationProperty))


def test_chains_are_those_of_the_model() -> None:
    assert sorted(chains(ONTOLOGY)) == sorted(CHAINS.splitlines())


def test_ontology_is_within_the_profile() -> None:
    assert profile_findings(ONTOLOGY) == []


@pytest.mark.parametrize("name", BANNED.split())
def test_a_banned_name_is_found(name: str) -> None:
    for turtle in (f"defkg:participant a owl:{name} .", f"defkg:Post rdfs:subClassOf [ owl:{name} 1 ] ."):
        assert profile_findings(load(turtle)) == [name]


@pytest.mark.parametrize("case", BROKEN.splitlines())
def test_a_broken_ontology_is_found(case: str) -> None:
    finding, turtle = case.split(" <= ")
    assert profile_findings(load(turtle)) == [finding]


GRAMMAR = """unionOf as superclass <= defkg:Post rdfs:subClassOf [ owl:unionOf ( defkg:Party defkg:Place ) ] .
unionOf as superclass <= defkg:heldAt rdfs:range [ owl:unionOf ( defkg:Place defkg:Facility ) ] .
unionOf as superclass <= defkg:heldAt rdfs:domain [ owl:intersectionOf ( defkg:Post [ owl:unionOf () ] ) ] .
oneOf as superclass <= defkg:Post rdfs:subClassOf [ owl:oneOf ( id:a ) ] .
someValuesFrom as superclass <= defkg:Post rdfs:subClassOf [ ~about ; owl:someValuesFrom defkg:Party ] .
someValuesFrom as superclass <= id:a a [ ~about ; owl:someValuesFrom defkg:Party ] .
hasSelf <= defkg:Post rdfs:subClassOf [ ~about ; owl:hasSelf true ] .
minCardinality <= defkg:Post rdfs:subClassOf [ ~about ; owl:minCardinality 1 ] .
cardinality <= defkg:Post rdfs:subClassOf [ ~about ; owl:cardinality 1 ] .
minQualifiedCardinality <= defkg:Post rdfs:subClassOf [ owl:minQualifiedCardinality 1 ; owl:onClass defkg:Party ] .
qualifiedCardinality <= defkg:Post rdfs:subClassOf [ owl:qualifiedCardinality 1 ; owl:onClass defkg:Party ] .
maxCardinality 2 <= defkg:Post rdfs:subClassOf [ ~about ; owl:maxCardinality 2 ] .
maxQualifiedCardinality 3 <= defkg:Post rdfs:subClassOf [ owl:maxQualifiedCardinality 3 ; owl:onClass defkg:Party ] .
complementOf as subclass <= id:a rdfs:range [ owl:maxCardinality 1 ; owl:onClass _:b ] . _:b owl:complementOf id:b .
complementOf as subclass <= [ owl:complementOf defkg:Post ] rdfs:subClassOf defkg:Place .
complementOf as subclass <= defkg:Post owl:disjointWith [ owl:complementOf defkg:Place ] .
complementOf as subclass <= [] a owl:AllDisjointClasses ; owl:members ( defkg:Post [ owl:complementOf defkg:Place ] ) .
complementOf as subclass <= defkg:Post rdfs:subClassOf [ owl:complementOf [ owl:complementOf defkg:Place ] ] .
allValuesFrom as subclass <= [ ~about ; owl:allValuesFrom defkg:Post ] rdfs:subClassOf defkg:Place .
allValuesFrom as subclass <= [ owl:unionOf ( [ owl:allValuesFrom id:a ] id:b ) ] rdfs:subClassOf id:c .
allValuesFrom as subclass <= [ owl:allValuesFrom defkg:Post ] owl:hasKey ( defkg:locator ) .
maxCardinality as subclass <= [ ~about ; owl:maxCardinality 1 ] rdfs:subClassOf defkg:Place .
someValuesFrom as equivalent <= defkg:Post owl:equivalentClass [ ~about ; owl:someValuesFrom defkg:Party ] .
unionOf as equivalent <= defkg:Post owl:equivalentClass [ owl:unionOf ( defkg:Place defkg:Party ) ] .
unionOf as equivalent <= defkg:Post owl:unionOf ( defkg:Place defkg:Party ) .
oneOf as equivalent <= defkg:Post owl:oneOf ( id:a id:b ) .
Thing as superclass <= defkg:about rdfs:range owl:Thing .
Thing as superclass <= defkg:Post rdfs:subClassOf owl:Thing .
Thing as subclass <= owl:Thing rdfs:subClassOf defkg:Post .
Thing as equivalent <= defkg:Post owl:equivalentClass owl:Thing .
disjointUnionOf <= defkg:Party owl:disjointUnionOf ( defkg:Country defkg:Organisation ) .
ReflexiveProperty <= defkg:about a owl:ReflexiveProperty .
a chain of one <= defkg:involves owl:propertyChainAxiom ( defkg:about ) .
datatype date <= defkg:earliest rdfs:range xsd:date .
datatype gYear <= defkg:Event rdfs:subClassOf [ ~date ; owl:allValuesFrom xsd:gYear ] .
datatype duration <= defkg:Event rdfs:subClassOf [ owl:maxQualifiedCardinality 1 ; owl:onDataRange xsd:duration ] .
datatype time <= defkg:gist rdfs:range [ a rdfs:Datatype ; owl:intersectionOf ( xsd:string xsd:time ) ] .
oneOf as data range <= defkg:gist rdfs:range [ a rdfs:Datatype ; owl:oneOf ( "a" "b" ) ] .
withRestrictions as data range <= defkg:gist rdfs:range [ owl:onDatatype xsd:string ; owl:withRestrictions () ] ."""
WITHIN = """defkg:Post rdfs:subClassOf [ ~about ; owl:allValuesFrom defkg:Party ] .
defkg:Post rdfs:subClassOf [ owl:complementOf [ owl:unionOf ( defkg:Place [ owl:oneOf ( id:a ) ] ) ] ] .
defkg:Post rdfs:subClassOf [ ~about ; owl:maxCardinality 1 ] , [ owl:hasValue id:a ] .
defkg:Post rdfs:subClassOf [ owl:maxQualifiedCardinality 0 ; owl:onClass owl:Thing ] .
[ ~about ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf defkg:Statement .
[ owl:intersectionOf ( defkg:Post [ ~gist ; owl:someValuesFrom xsd:string ] ) ] rdfs:subClassOf id:a .
defkg:Post owl:equivalentClass [ owl:intersectionOf ( defkg:Place [ ~role ; owl:hasValue id:a ] ) ] .
defkg:gist rdfs:range [ a rdfs:Datatype ; owl:intersectionOf ( xsd:string xsd:token ) ] .
defkg:about a owl:FunctionalProperty, owl:IrreflexiveProperty ; owl:propertyDisjointWith defkg:role .
defkg:Post owl:hasKey ( defkg:locator ) ."""


def test_ontology_is_within_the_grammar_of_the_profile() -> None:
    assert Profile(ONTOLOGY).findings() == []


@pytest.mark.parametrize("case", GRAMMAR.splitlines())
def test_what_the_grammar_forbids_is_found(case: str) -> None:
    finding, turtle = case.split(" <= ")
    assert Profile(load(turtle.replace("~", "owl:onProperty defkg:"))).findings() == [finding]


@pytest.mark.parametrize("turtle", WITHIN.splitlines())
def test_what_the_grammar_allows_is_let_through(turtle: str) -> None:
    assert Profile(load(turtle.replace("~", "owl:onProperty defkg:"))).findings() == []


def test_the_closure_has_no_contradiction() -> None:
    assert list(closed().objects(None, ERROR)) == []


def test_top_classes_and_kinds_of_event_are_disjoint() -> None:
    above = {name: set(ONTOLOGY.objects(DEFKG[name], RDFS.subClassOf)) for name in CLASSES.split()}
    tops = {name for name in above if not above[name] & set(TERMS)}
    events = {name for name in above if DEFKG.Event in above[name]}
    lists = [Collection(ONTOLOGY, members) for members in ONTOLOGY.objects(None, OWL.members)]
    assert sorted(sorted(map(local, names)) for names in lists) == sorted([sorted(tops), sorted(events)])


def test_a_thing_of_two_disjoint_classes_is_a_contradiction() -> None:
    for pair in (
        "Country, defkg:Organisation",
        "Mechanism, defkg:Exercise",
        "Exercise, defkg:ExerciseEdition",
    ):
        assert list(closed(f"id:x a defkg:{pair} .").objects(None, ERROR))


def test_a_head_of_delegation_does_not_co_chair() -> None:
    parts = "id:p defkg:participant id:a ; defkg:delegationHeadIn id:m . id:q defkg:participant id:b ;"
    graph = closed(f"{parts} defkg:coChairIn id:m . id:m defkg:meetingOf id:jwg .")
    pairs = {(local(s), local(p), local(o)) for s, p, o in graph if str(p).startswith(DEFKG)}
    assert {pair for pair in pairs if "coChaired" in pair} == {("b", "coChaired", "jwg")}
    assert {pair for pair in pairs if "ledDelegationTo" in pair} == {("a", "ledDelegationTo", "m")}
    assert {("p", "role", "delegation-head"), ("q", "role", "co-chair")} <= pairs

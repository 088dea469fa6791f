"""Names, IRIs, graphs and labels that queries from outside rely on.

A removal needs an entry in the CHANGELOG and a migration query.
"""

from __future__ import annotations

import pycountry
import pytest
from pyoxigraph import NamedNode

from defkg.dataset import Dataset
from defkg.terms import BASE, ID, ONTOLOGY
from tests.conftest import ROOT

CLASSES = """Party Country Organisation Ministry ArmedForces ArmedService CoastGuard DiplomaticMission
IndustryGroup NewsAgency Official Post EngagementSeries Mechanism JointWorkingGroup Dialogue
MinisterialDialogue MinisterialMeeting Summit StaffTalks BusinessForum ExpertExchange Exercise
Event Meeting ExerciseEdition Visit CourtesyCall Signing Decision Operationalisation Amendment
Publication Inauguration Exhibition Agreement MemorandumOfUnderstanding TermsOfReference
Declaration Memorandum LogisticsAgreement InformationSecurityAgreement
EquipmentTechnologyAgreement FocusArea Participation CoChairParticipation
DelegationHeadParticipation SignatoryParticipation VisitorParticipation CalledOnParticipation
InauguratorParticipation Policy PolicyDocument Facility Place Statement Affirmation Assessment
Commitment SourceDocument Passage BilateralRelationship""".split()
PROPERTIES = """partOfSeries meetingOf editionOf hasOccurrence ordinal meetingCount duration duringEvent
onSidelinesOf heldAt heldInCountry frequency multilateral agreedToEstablish establishes
establishedBy signingOf signedAt concludedAt operationalises amends outcomeOf supportsPolicy
framedBy hasParty partyTo participatingService officeOf organisationOf subOrganisationOf
involves participant participatesThrough inEvent coChairIn delegationHeadIn signatoryIn
visitorIn calledOnIn inauguratorIn inCapacityOf onBehalfOf role concernsBroadly concerns
discussed prioritised emphasised agreedWorkstreamOn willExplore madeBy about modality
tookPartIn coChairedMeeting coChaired coChairedBy ledDelegationTo signed date earliest latest
dateBasis datePrecision evidencedBy sha256 inRelationship""".split()
SOURCES = """2025-12-09-pti-india-brunei-jwg undated-india-brunei-jwg 2025-11-05-india-israel-jwg
2024-12-13-india-thailand-jwg undated-india-japan-defence-cooperation""".split()
LABELS = {
    "India–Brunei Joint Working Group on Defence Cooperation": "JointWorkingGroup",
    "MILAN 2022": "ExerciseEdition",
    "2+2 Ministerial Dialogue (India–Japan)": "MinisterialDialogue",
    "Joint Secretary": "Post",
    "Joint Secretary (International Cooperation)": "Post",
    "Amitabh Prasad": "Official",
    "defence industry": "FocusArea",
    "technology transfer": "FocusArea",
    "capacity building": "FocusArea",
    "maritime security": "FocusArea",
    "co-production": "FocusArea",
    "humanitarian assistance and disaster relief": "FocusArea",
}
THINGS = {
    "country/IND": "Country",
    "country/BRN": "Country",
    "country/ISR": "Country",
    "country/THA": "Country",
    "country/JPN": "Country",
    "relationship/BRN-IND": "BilateralRelationship",
    "official/amitabh-prasad": "Official",
    "official/rajesh-kumar-singh": "Official",
    "mechanism/india-brunei-jwg": "JointWorkingGroup",
    "mechanism/india-thailand-jwg": "JointWorkingGroup",
}
COUNTS = {
    "SourceDocument": 5,
    "Country": 5,
    "Official": 6,
    "JointWorkingGroup": 4,
    "Agreement": 8,
    "Exercise": 8,
    "StaffTalks": 4,
}


@pytest.mark.parametrize("name", [*CLASSES, *PROPERTIES])
def test_term_is_declared_or_retired_in_order(closed: Dataset, name: str) -> None:
    declared = closed.ask(f"ASK {{ <{ONTOLOGY}{name}> rdfs:isDefinedBy <{BASE}ontology> }}")
    assert declared or retired(name), f"{name} is gone: name it in the CHANGELOG and add queries/migrations/{name}.rq"


def retired(name: str) -> bool:
    """Whether a removal goes with a line of the CHANGELOG and a query that migrates data."""
    named = f"Removed `defkg:{name}`" in (ROOT / "CHANGELOG.md").read_text()
    return named and (ROOT / "queries" / "migrations" / f"{name}.rq").is_file()


def test_a_removal_without_papers_is_seen() -> None:
    assert not retired("coChaired")


@pytest.mark.parametrize("slug", SOURCES)
def test_source_is_its_own_graph(closed: Dataset, slug: str) -> None:
    source = f"<{ID}source/{slug}>"
    assert closed.ask(
        f"ASK {{ GRAPH {source} {{ {source} a defkg:SourceDocument ; dcterms:title ?title ; defkg:sha256 ?digest }} }}"
    )


@pytest.mark.parametrize("name", ["registry", "curation", "inferred", "ontology", "shapes"])
def test_graph_has_its_name(closed: Dataset, name: str) -> None:
    assert closed.ask(f"ASK {{ GRAPH <{BASE}graph/{name}> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize(("label", "kind"), LABELS.items())
def test_thing_has_the_label_of_the_contract(closed: Dataset, label: str, kind: str) -> None:
    assert closed.ask(f'ASK {{ ?thing a defkg:{kind} ; skos:prefLabel "{label}"@en ; rdfs:label "{label}"@en }}')


@pytest.mark.parametrize(("key", "kind"), THINGS.items())
def test_thing_has_the_iri_of_the_contract(closed: Dataset, key: str, kind: str) -> None:
    assert closed.ask(f"ASK {{ <{ID}{key}> a defkg:{kind} }}")


@pytest.mark.parametrize(("kind", "count"), COUNTS.items())
def test_counts(closed: Dataset, kind: str, count: int) -> None:
    assert len(closed.select(f"SELECT DISTINCT ?x {{ ?x a defkg:{kind} }}")) == count


def test_country_codes_are_those_of_the_registry(closed: Dataset) -> None:
    rows = closed.select("SELECT ?country ?code { ?country a defkg:Country ; skos:notation ?code }")
    codes = {getattr(row["code"], "value", "") for row in rows}
    assert codes == {"BRN", "IND", "ISR", "JPN", "THA"}
    assert all(pycountry.countries.get(alpha_3=code) for code in codes)
    assert all(row["country"] == NamedNode(f"{ID}country/{getattr(row['code'], 'value', '')}") for row in rows)


def test_no_class_or_label_noise_in_the_default_graph(closed: Dataset) -> None:
    assert not closed.ask("ASK { ?s a owl:Thing FILTER(!STRSTARTS(STR(?s), STR(defkg:))) }")
    assert not closed.ask("ASK { ?s owl:sameAs ?o }")
    assert not closed.ask('ASK { ?s rdfs:label ?l FILTER(CONTAINS(STR(?l), "Gaurdian")) }')


@pytest.mark.parametrize(
    "narrower", ["co-production", "supply-chain", "technology-transfer", "industrial-collaboration"]
)
def test_focus_areas_narrower_than_defence_industry(closed: Dataset, narrower: str) -> None:
    area = f"<{ID}focus-area/{narrower}>"
    assert closed.ask(f"ASK {{ {area} skos:broaderTransitive <{ID}focus-area/defence-industry> }}")


def test_integers_are_plain(closed: Dataset) -> None:
    query = "SELECT DISTINCT ?type { ?s ?p ?o FILTER(isNumeric(?o)) BIND(DATATYPE(?o) AS ?type) }"
    assert [str(row["type"]) for row in closed.select(query)] == ["<http://www.w3.org/2001/XMLSchema#integer>"]

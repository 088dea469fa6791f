"""What cannot be told is said in words; what other services, blank nodes and derivations need."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, NamedNode, Triple
from rdflib import BNode, URIRef
from rdflib import Dataset as RdflibDataset
from rdflib.query import ResultRow

from defkg.dataset import Dataset
from defkg.explanation import Derivation, Explainer
from defkg.holding import Select
from defkg.inference import Rule, rules
from defkg.provenance import SourcedRow, Untold, answer, matching
from defkg.terms import ID, ONTOLOGY, ONTOLOGY_GRAPH, PREFIXES, Term
from tests.provenance.slow_way import rdf
from tests.provenance.small import PREFIX, small
from tests.provenance.test_provenance import EX, QUERIES, told


@pytest.fixture(scope="module")
def data() -> Dataset:
    return small()


@pytest.fixture(scope="module")
def known(data: Dataset) -> list[Rule]:
    return rules(data.graph(ONTOLOGY_GRAPH))


UNTOLD = {
    "CONSTRUCT { ?x :a ?y } WHERE { ?x :knows ?y }": "has no rows",
    "CONSTRUCT WHERE { ?x :knows ?y }": "has no rows",
    "DESCRIBE ?x { ?x :knows :bob }": "has no rows",
    "DESCRIBE :ann": "has no rows",
    "SELECT ?x { SERVICE <http://example.org/> { ?x :knows ?y } }": "SERVICE",
    "SELECT ?x { LATERAL { ?x :knows ?y } }": "LATERAL",
    "SELECT ?x FROM <x:y> { ?x :knows ?y }": "FROM",
    "ASK FROM <x:y> { ?x :knows ?y }": "FROM",
    "SELECT ?x (RAND() AS ?r) { ?x :knows ?y }": "RAND() gives another value",
    "SELECT ?x ?r { ?x :knows ?y BIND(uuid() AS ?r) }": "UUID() gives another value",
    "SELECT ?x (NOW() AS ?r) { ?x :knows ?y }": "other rows when it is asked again",
    "ASK { ?x :knows ?y } GROUP BY ?x HAVING(COUNT(*) > 1)": "groups or cuts",
    "SELECT ?x { << ?x :knows ?y >> :said ?z }": "near '<<'",
    "SELECT ?x { ?x :knows ?y {| :said ?z |} }": "near '{|'",
    "SELECT ?x { ?x :age ?a FILTER EXISTS { ?y :knows ?z MINUS { ?y :age ?a } } }": "from outside",
    "SELECT ?x { ?x :age ?a FILTER EXISTS { ?y :knows ?z OPTIONAL { ?y :age ?a } } }": "from outside",
    "SELECT ?x { ?x :age ?a FILTER EXISTS { ?y :knows ?z BIND(?a AS ?b) ?y :age ?b } }": "from outside",
    "SELECT ?x { ?x :age ?a FILTER EXISTS { { ?y :age ?b FILTER(?b > ?a) } } }": "from outside",
    "SELECT ?x { ?x :age ?a FILTER EXISTS { { SELECT ?y { ?y :age ?a } LIMIT 1 } } }": "from outside",
    "SELECT (COUNT(*) AS ?n) (EXISTS { ?x :knows ?y } AS ?e) { ?z :age ?a }": "EXISTS stands beside",
    "SELECT ?n { { SELECT DISTINCT (COUNT(*) AS ?n) { ?x :knows ?y } GROUP BY ?x } }": "does not show",
    "SELECT ?x {" + " {" * 120 + " ?x :knows ?y " + "} " * 120 + "}": "nested too deeply",
}


@pytest.mark.parametrize("query", UNTOLD)
def test_what_cannot_be_told_is_said(query: str, data: Dataset, known: list[Rule]) -> None:
    with pytest.raises(Untold) as caught:
        answer(data.select, known, PREFIX + query)
    assert UNTOLD[query] in str(caught.value)


def test_a_query_that_matches_in_too_many_ways(
    data: Dataset, known: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = PREFIX + "SELECT (COUNT(*) AS ?n) { ?x :name ?a . ?y :name ?b }"
    monkeypatch.setattr(matching, "MOST", 48)
    with pytest.raises(Untold, match="matches in more than 48 ways"):
        answer(data.select, known, query)
    monkeypatch.setattr(matching, "MOST", 49)
    assert len(answer(data.select, known, query).rows) == 1


def test_what_is_no_query_is_for_the_service_to_say(data: Dataset, known: list[Rule]) -> None:
    with pytest.raises(SyntaxError):
        answer(data.select, known, "SELECT ?x { ?x ?y ?z FILTER(nonsense(?x)) }")


def test_blank_nodes_are_found_again(data: Dataset, known: list[Rule]) -> None:
    found = answer(data.select, known, PREFIX + "SELECT ?b ?n { ?n :about ?b . ?b :by :bob }")
    assert isinstance(found.rows[0].values["b"], BlankNode)
    assert found.rows[0].sources == (ID + "source/two",)


def test_blank_nodes_that_change_are_told(data: Dataset, known: list[Rule]) -> None:
    def renamed(query: str) -> list[dict[str, Term]]:
        rows = data.select(query)
        return [{n: BlankNode() if isinstance(t, BlankNode) else t for n, t in row.items()} for row in rows]

    with pytest.raises(Untold, match="blank nodes that are not found again"):
        answer(renamed, known, PREFIX + "SELECT ?n { ?n :about ?b . ?b :by :bob }")


def test_few_queries_are_asked_however_many_rows(data: Dataset, known: list[Rule]) -> None:
    asked = []

    def counted(query: str) -> list[dict[str, Term]]:
        asked.append(query)
        return data.select(query)

    found = answer(counted, known, "SELECT ?s ?p ?o ?a ?b { ?s ?p ?o . ?a a ?b }")
    assert len(found.rows) > 400
    assert len(asked) < 10


def in_rdflib(data: Dataset) -> Select:
    """The same graphs in another engine."""
    store = RdflibDataset()
    for quad in data.store:
        is_default = isinstance(quad.graph_name, pyoxigraph.DefaultGraph)
        graph = store.default_graph if is_default else store.graph(URIRef(str(quad.graph_name.value)))
        graph.add((rdf(quad.subject), rdf(quad.predicate), rdf(quad.object)))

    def select(query: str) -> list[dict[str, Term]]:
        found = store.query(query, initNs=PREFIXES)
        rows = [row.asdict() for row in found if isinstance(row, ResultRow)]
        return [{name: back(term) for name, term in row.items()} for row in rows]

    return select


def back(term: object) -> Term:
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    language, datatype = getattr(term, "language", None), getattr(term, "datatype", None)
    if language or not datatype:
        return pyoxigraph.Literal(str(term), language=language)
    return pyoxigraph.Literal(str(term), datatype=NamedNode(str(datatype)))


@pytest.mark.filterwarnings("ignore:Dataset.*deprecated")  # rdflib warns of itself
def test_another_engine_tells_the_same(data: Dataset, known: list[Rule]) -> None:
    select = in_rdflib(data)
    same = 0
    for query in QUERIES:
        ours = answer(data.select, known, PREFIX + query)
        theirs = answer(select, known, PREFIX + query)
        if [row.values for row in ours.rows] == [row.values for row in theirs.rows]:
            assert theirs == ours, query
            same += 1
    assert same >= len(QUERIES) - 8  # rdflib gives other rows for eight of them


def test_a_derivation_can_be_asked_for(data: Dataset, known: list[Rule]) -> None:
    found = answer(data.select, known, PREFIX + "SELECT ?x { ?x :takesPartIn :series . ?x :age 30 }")
    (triple,) = found.rows[0].inferred
    assert told(found) == [("ann", "one two")]
    derivation = Explainer(data.select, known).explain(triple)
    assert derivation is not None
    assert derivation.rule is not None
    assert derivation.rule.name == "prp-spo2"
    assert {document for leaf in leaves(derivation) for document in leaf.documents} == set(found.rows[0].sources)


def leaves(derivation: Derivation) -> list[Derivation]:
    return [derivation] if derivation.rule is None else [x for p in derivation.premises for x in leaves(p)]


def test_the_explainer_says_the_same_by_select_as_in_memory(data: Dataset, known: list[Rule]) -> None:
    by_select, in_memory = Explainer(data.select, known), Explainer.of(data)
    assert data.inferred
    for triple in [*data.inferred, *data.asserted]:
        assert by_select.explain(triple) == in_memory.explain(triple)
    assert by_select.explain(Triple(NamedNode(EX + "x"), NamedNode(EX + "y"), NamedNode(EX + "z"))) is None


def test_a_cycle_of_inferred_triples_ends(closed: Dataset) -> None:
    query = f"SELECT ?o {{ ?o <{ONTOLOGY}coChaired> ?m . ?m <{ONTOLOGY}coChairedBy> ?o }}"
    found = answer(closed.select, rules(closed.graph(ONTOLOGY_GRAPH)), query)
    assert found.rows
    assert all(isinstance(row, SourcedRow) and len(row.sources) >= 1 for row in found.rows)
    assert all(len(row.inferred) == 2 for row in found.rows)

"""Questions as executable queries in the graph: what is said of them, and that they run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, QuerySolution, QuerySolutions, RdfFormat, Store, serialize
from rdflib.plugins.sparql import prepareQuery

from defkg.dataset import Dataset, quads
from defkg.executable import ENDPOINT, LIBRARY, at_endpoint, executables, runnable
from defkg.loading import Recipe, load, spool
from defkg.question import Question
from defkg.terms import PREFIXES, QUESTIONS_GRAPH, SH
from tests.test_question import LIBRARY as QUESTIONS

ONE = NamedNode(LIBRARY + "jwgs-co-chaired-by")
# As the editor of sib-swiss asks for examples and prefixes (sparql-editor, src/metadata.ts).
EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""
NAMESPACES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"""


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.bulk_extend(quads(executables(QUESTIONS.values()), QUESTIONS_GRAPH))
    return store


def question(tmp_path: Path, text: str) -> Question:
    path = tmp_path / "queries" / "group" / "one.rq"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return Question.read(path)


def solutions(store: Store, query: str, **more: Any) -> list[QuerySolution]:
    found = store.query(query, **more)
    assert isinstance(found, QuerySolutions)
    return list(found)


def values(store: Store, subject: NamedNode, predicate: str) -> set[str]:
    found = store.quads_for_pattern(subject, NamedNode(predicate), None, QUESTIONS_GRAPH)
    return {str(getattr(quad.object, "value", quad.object)) for quad in found}


def test_other_editors_find_every_question_with_its_words(store: Store) -> None:
    rows = solutions(store, EXAMPLES, use_default_graph_as_union=True)
    assert len(rows) == len(QUESTIONS)
    found = {row["sq"].value: row["comment"].value for row in rows}
    assert found == {LIBRARY + name: question.title for name, question in QUESTIONS.items()}


def test_other_editors_find_the_prefixes(store: Store) -> None:
    rows = solutions(store, NAMESPACES, use_default_graph_as_union=True)
    assert {row["prefix"].value: row["namespace"].value for row in rows} == PREFIXES


def test_nothing_is_a_blank_node() -> None:
    for triple in executables(QUESTIONS.values()):
        assert not isinstance(triple.subject, BlankNode)
        assert not isinstance(triple.object, BlankNode)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_query_runs_as_it_stands_and_answers_as_the_library_does(closed: Dataset, name: str) -> None:
    asked = QUESTIONS[name]
    found = sorted(map(str, solutions(closed.store, runnable(asked))))
    bound = asked.bind(asked.defaults())
    assert found == sorted(map(str, solutions(closed.store, bound, prefixes=PREFIXES)))
    assert len(found) == len(asked.expected)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_query_parses_elsewhere_with_the_declared_prefixes(store: Store, name: str) -> None:
    (text,) = values(store, NamedNode(LIBRARY + name), SH + "select")
    assert values(store, NamedNode(LIBRARY + name), SH + "prefixes") == {LIBRARY}
    prepareQuery(text)


def test_keywords_target_and_description(store: Store) -> None:
    asked = QUESTIONS["jwgs-co-chaired-by"]
    assert values(store, ONE, PREFIXES["schema"] + "keywords") == {"officials", *asked.tags}
    assert values(store, ONE, PREFIXES["schema"] + "target") == {ENDPOINT}
    assert values(store, ONE, PREFIXES["dcterms"] + "description") == {asked.description}


def test_parameters_are_told(store: Store) -> None:
    node = NamedNode(ONE.value + "#official")
    assert values(store, ONE, SH + "parameter") == {node.value}
    assert values(store, node, SH + "class") == {PREFIXES["defkg"] + "Official"}
    assert values(store, node, SH + "defaultValue") == {PREFIXES["id"] + "official/amitabh-prasad"}
    assert values(store, node, SH + "optional") == {"false"}


def test_choices_are_a_list_that_rdf_readers_follow(tmp_path: Path) -> None:
    text = "#+ title: Which?\n#+ parameters:\n#+   - {name: x, type: choice, choices: [a, b, c], default: b}\n"
    triples = executables([question(tmp_path, text + "SELECT ?s WHERE { ?s ?p ?x }")])
    graph = rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    (head,) = graph.objects(rdflib.URIRef(LIBRARY + "one#x"), rdflib.SH["in"])
    assert [str(item) for item in rdflib.collection.Collection(graph, head)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "property", "kind"),
    [
        ("ASK { ?s ?p ?o }", SH + "ask", "SPARQLAskExecutable"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", SH + "construct", "SPARQLConstructExecutable"),
        ("DESCRIBE <a:b>", "https://purl.expasy.org/sparql-examples/ontology#describe", ""),
    ],
)
def test_other_forms_of_query(tmp_path: Path, query: str, property: str, kind: str) -> None:
    store = Store()
    store.bulk_extend(quads(executables([question(tmp_path, f"#+ title: Which?\n{query}")]), QUESTIONS_GRAPH))
    node = NamedNode(LIBRARY + "one")
    assert values(store, node, property) == {query}
    kinds = values(store, node, PREFIXES["rdf"] + "type")
    assert kinds == {SH + "SPARQLExecutable", *([SH + kind] if kind else [])}


def test_a_prefix_that_a_query_only_uses_is_declared(tmp_path: Path) -> None:
    asked = question(tmp_path, "#+ title: Which?\nSELECT ?s WHERE { ?s a defkg:Country }")
    assert runnable(asked).startswith(f"PREFIX defkg: <{PREFIXES['defkg']}>\nSELECT")


def test_a_required_value_that_nobody_gave_is_left_open(tmp_path: Path) -> None:
    text = (
        "#+ title: Which?\n#+ parameters: [{name: s, type: thing, class: defkg:Country}]\nSELECT ?s WHERE { ?s ?p ?o }"
    )
    assert runnable(question(tmp_path, text)) == "SELECT ?s WHERE { ?s ?p ?o }"


def test_a_host_names_its_own_endpoint() -> None:
    triples = at_endpoint(executables([QUESTIONS["jwgs-co-chaired-by"]]), "http://127.0.0.1:8000/sparql")
    targets = {t.object for t in triples if t.predicate.value == PREFIXES["schema"] + "target"}
    assert targets == {NamedNode("http://127.0.0.1:8000/sparql")}


def test_questions_are_served_in_a_graph_of_their_own_and_nowhere_else(copy: Path) -> None:
    with spool() as data:
        loaded = load(Recipe(copy, check=False), data)
        data.seek(0)
        text = data.read().decode()
    assert QUESTIONS_GRAPH.value in loaded.graphs
    lines = [line for line in text.splitlines() if "sh" in line and f"<{LIBRARY}" in line.partition(">")[0]]
    assert lines
    assert [line for line in lines if not line.endswith(f"<{QUESTIONS_GRAPH.value}> .")] == []


def test_the_digest_covers_the_questions_and_their_heads(copy: Path) -> None:
    def digest() -> str:
        with spool() as data:
            return load(Recipe(copy, check=False), data).digest

    before = digest()
    assert digest() == before
    path = copy / "queries/officials/jwgs-co-chaired-by.rq"
    path.write_text(re.sub(r"^#\+ view: table$", "#+ view: graph", path.read_text(), flags=re.MULTILINE))
    assert digest() != before


def test_loose_files_have_no_graph_of_questions(copy: Path) -> None:
    with spool() as data:
        loaded = load(Recipe(None, (copy / "data/curation.ttl",)), data)
    assert QUESTIONS_GRAPH.value not in loaded.graphs

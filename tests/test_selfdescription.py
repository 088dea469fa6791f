"""What a graph says of itself: numbers as counted by hand, in VoID, in DCAT and for search engines."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, serialize
from rdflib.namespace import DCTERMS, RDF, VOID

import defkg
from defkg.dataset import Dataset
from defkg.loaded import Loaded, rows
from defkg.loading import Recipe, load, spool
from defkg.project import Project
from defkg.selfdescription import Description, at_host, counting, dcat, describe, dumps, void
from defkg.selfdescription.citing import address_of, bibtex, csl, line
from defkg.selfdescription.description import DATASET, DOCUMENT, UNTITLED, part
from defkg.selfdescription.schemaorg import dataset
from defkg.terms import BASE, ID, ONTOLOGY, PREFIXES, VOID_GRAPH
from tests.conftest import ROOT

NODE = rdflib.URIRef(DATASET)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")  # that of rdflib is of version 2
TODAY = date(2026, 11, 22)


class Served(NamedTuple):
    loaded: Loaded
    default: rdflib.Graph
    told: rdflib.Graph


@pytest.fixture(scope="module")
def served() -> Served:
    """The bundled graph as it is served, in rdflib."""
    return read(Recipe(ROOT, check=False))


def read(recipe: Recipe) -> Served:
    with spool() as data:
        loaded = load(recipe, data)
        data.seek(0)
        store = Store()
        store.bulk_load(data, format=RdfFormat.N_QUADS)
    default, told = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=g) or b"" for g in (DefaultGraph(), VOID_GRAPH))
    return Served(loaded, rdflib.Graph().parse(data=default, format="nt"), rdflib.Graph().parse(data=told, format="nt"))


def value(graph: rdflib.Graph, subject: str, predicate: rdflib.URIRef) -> object:
    (found,) = graph.objects(rdflib.URIRef(subject), predicate)
    return found.toPython()  # type: ignore[attr-defined]


def graph(triples: list[Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")


def test_totals_are_those_of_the_default_graph(served: Served) -> None:
    default, told = served.default, served.told
    assert value(told, DATASET, VOID.triples) == len(default) > 6_000
    assert value(told, DATASET, VOID.distinctSubjects) == len(set(default.subjects()))
    assert value(told, DATASET, VOID.distinctObjects) == len(set(default.objects()))
    assert value(told, DATASET, VOID.properties) == len(set(default.predicates()))
    ours = {s for s in default.subjects() if str(s).startswith(ID)}
    assert value(told, DATASET, VOID.entities) == len(ours)
    assert value(told, DATASET, VOID.uriSpace) == ID


def test_every_class_has_its_things_and_their_properties(served: Served) -> None:
    things: dict[str, set[object]] = defaultdict(set)
    uses: Counter[tuple[str, str]] = Counter()
    for subject, held in served.default.subject_objects(RDF.type):
        things[str(held)].add(subject)
        uses.update((str(held), str(predicate)) for predicate, _ in served.default.predicate_objects(subject))
    found, nested = {}, {}
    for node in served.told.objects(NODE, VOID.classPartition):
        kind = str(value(served.told, str(node), VOID["class"]))
        found[kind] = value(served.told, str(node), VOID.entities)
        for inner in served.told.objects(node, VOID.propertyPartition):
            predicate = str(value(served.told, str(inner), VOID.property))
            nested[kind, predicate] = value(served.told, str(inner), VOID.triples)
    assert found == {kind: len(members) for kind, members in things.items()}
    assert nested == uses
    assert value(served.told, DATASET, VOID.classes) == len(things)


def test_every_property_has_its_triples_subjects_and_objects(served: Served) -> None:
    found = {}
    for node in map(str, served.told.objects(NODE, VOID.propertyPartition)):
        numbers = (value(served.told, node, VOID[name]) for name in ("triples", "distinctSubjects", "distinctObjects"))
        found[str(value(served.told, node, VOID.property))] = tuple(numbers)
    wanted = {
        str(predicate): (
            len(list(served.default.subject_objects(predicate))),
            len(set(served.default.subjects(predicate))),
            len(set(served.default.objects(None, predicate))),
        )
        for predicate in set(served.default.predicates())
    }
    assert found == wanted


def test_vocabularies_are_the_namespaces_of_classes_and_properties(served: Served) -> None:
    told = {str(iri) for iri in served.told.objects(NODE, VOID.vocabulary)}
    used = {*map(str, served.default.predicates()), *map(str, served.default.objects(None, RDF.type))}
    assert all(any(iri.startswith(namespace) for namespace in told) for iri in used)
    assert all(any(iri.startswith(namespace) for iri in used) for namespace in told)
    assert {ONTOLOGY, PREFIXES["skos"]} <= told


def test_time_is_between_the_outermost_bounds(served: Served) -> None:
    bounds = (
        o for name in ("earliest", "latest") for o in served.default.objects(None, rdflib.URIRef(ONTOLOGY + name))
    )
    days = sorted(map(str, bounds))
    period = str(next(served.told.objects(NODE, DCTERMS.temporal)))
    assert str(value(served.told, period, DCAT.startDate)) == days[0]
    assert str(value(served.told, period, DCAT.endDate)) == days[-1]


def test_places_are_the_countries(served: Served) -> None:
    countries = set(served.default.subjects(RDF.type, rdflib.URIRef(ONTOLOGY + "Country")))
    assert set(served.told.objects(NODE, DCTERMS.spatial)) == countries


def test_what_the_project_states_is_told_and_agrees_with_the_licence_beside_it(served: Served) -> None:
    licence = rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert value(served.told, DATASET, DCTERMS.license) == str(licence)
    assert (ROOT / "LICENSE-DATA").read_text().startswith("Attribution 4.0 International")
    assert served.loaded.description.creators == ["The defkg contributors"]
    assert (
        f'authors = [{{ name = "{served.loaded.description.creators[0]}" }}]' in (ROOT / "pyproject.toml").read_text()
    )
    assert served.told.value(NODE, DCTERMS.issued) is None  # nobody says when


def test_each_distribution_and_service_has_what_dcat_asks_for(served: Served) -> None:
    told = served.told
    distributions = list(told.objects(NODE, DCAT.distribution))
    assert distributions
    for node in distributions:
        assert (node, RDF.type, DCAT.Distribution) in told
        assert list(told.objects(node, DCAT.accessURL))
        assert list(told.objects(node, DCTERMS.license))
    (service,) = told.subjects(DCAT.servesDataset, NODE)
    assert list(told.objects(service, DCAT.endpointURL)) == [rdflib.URIRef(BASE + "sparql")]


def test_the_default_graph_does_not_have_it(served: Served) -> None:
    assert set(served.default.subjects()) & set(served.told.subjects()) == set()
    assert VOID_GRAPH.value in served.loaded.graphs


def test_the_version_is_the_digest_that_would_be_without_it(served: Served) -> None:
    assert value(served.told, DATASET, DCAT.version) == served.loaded.digest
    assert read(Recipe(ROOT, check=False)).loaded.digest == served.loaded.digest


def test_there_are_no_blank_nodes_and_every_part_has_a_name(served: Served) -> None:
    nodes = {*served.told.subjects(), *served.told.objects()}
    assert not [node for node in nodes if isinstance(node, rdflib.BNode)]
    assert all(str(node).startswith(DOCUMENT) for node in served.told.subjects())
    assert rdflib.URIRef(f"{DOCUMENT}#class.Official.rdfs.label") in set(served.told.subjects())


def test_it_can_be_handed_to_another_process(served: Served) -> None:
    assert pickle.loads(pickle.dumps(served.loaded.description)) == served.loaded.description


def test_without_inference_the_numbers_are_those_of_what_is_stated(served: Served) -> None:
    stated = read(Recipe(ROOT, infer=False, check=False))
    assert value(stated.told, DATASET, VOID.triples) == len(stated.default) < len(served.default)


def test_loose_files_are_described_without_what_nobody_states(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> a <urn:K> ; <urn:p> 1, 2 . [] <urn:p> 3 .")
    loose = read(Recipe(None, (tmp_path / "a.ttl",)))
    assert value(loose.told, DATASET, VOID.triples) == 4
    assert value(loose.told, DATASET, DCTERMS.title) == UNTITLED
    assert value(loose.told, DATASET, DCAT.version) == loose.loaded.digest
    for predicate in (DCTERMS.license, DCTERMS.creator, VOID.uriSpace, VOID.entities, DCTERMS.temporal):
        assert list(loose.told.objects(NODE, predicate)) == []


def test_an_empty_file_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("")
    assert value(read(Recipe(None, (tmp_path / "a.ttl",))).told, DATASET, VOID.triples) == 0


def test_loose_files_can_be_loaded_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    recipe = Recipe(None, (tmp_path / "a.ttl",))
    with spool() as data:
        command = [sys.executable, "-m", "defkg.loading", str(data.fileno())]
        done = subprocess.run(
            command, input=pickle.dumps(recipe), pass_fds=(data.fileno(),), capture_output=True, check=True
        )
        assert pickle.loads(done.stdout).digest == read(recipe).loaded.digest
        data.seek(0)
        assert b"<urn:a> <urn:b> <urn:c> .\n" in data.read()


def small(turtle: str) -> Description:
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)
    return describe(partial(rows, store), [], "d")


def test_links_to_other_datasets_are_linksets() -> None:
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    told = graph(list(void(small(f"<{ID}a/b> {same} <http://x.org/1>, <http://x.org/2>, <{ID}a/c> ."))))
    (links,) = told.subjects(RDF.type, VOID.Linkset)
    assert value(told, str(links), VOID.triples) == 2
    assert value(told, str(links), VOID.subjectsTarget) == DATASET
    other = str(value(told, str(links), VOID.objectsTarget))
    assert value(told, other, VOID.uriSpace) == "http://x.org/"


def test_many_properties_of_classes_are_told_for_the_largest_classes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "<urn:a> a <urn:K>, <urn:L> ; <urn:p> 1 . <urn:b> a <urn:K> ; <urn:q> 1 ."
    monkeypatch.setattr(counting, "NESTED", 3)
    kept = small(text).statistics
    assert [(c.iri, len(c.properties)) for c in kept.classes] == [("urn:K", 3), ("urn:L", 0)]
    assert kept.nested == 1
    monkeypatch.setattr(counting, "JOINED", 3)
    assert small(text).statistics.nested == 0


def test_parts_have_names_that_tell_them_apart() -> None:
    iris = [f"{ONTOLOGY}a", "http://a.org/a", "http://b.org/a", "http://b.org/a/", "urn:x", PREFIXES["skos"] + "a"]
    assert len({part("class", iri) for iri in iris}) == len(iris)
    assert all(NamedNode(part("class", iri)).value.isascii() for iri in [*iris, "http://ä.org/ü ö".replace(" ", "")])


def test_addresses_move_to_the_host_and_names_stay(served: Served) -> None:
    description = served.loaded.description
    moved = graph(at_host([*void(description), *dcat(description)], "http://h.example"))
    assert value(moved, DATASET, VOID.sparqlEndpoint) == "http://h.example/sparql"
    assert value(moved, DATASET, DCAT.landingPage) == "http://h.example/"
    assert NODE in set(moved.subjects())
    assert {str(o) for o in moved.objects(NODE, VOID.exampleResource)} == set(description.examples)
    with pytest.raises(ValueError, match="IRI"):
        at_host(void(description), "http://a b")


def test_files_are_told_for_each_format(served: Served) -> None:
    told = graph(list(dumps(served.loaded.description, "http://h.example", {"nt": "application/n-triples"})))
    assert value(told, DATASET, VOID.dataDump) == "http://h.example/graph-store?default&format=nt"


def test_examples_are_things_of_the_data(served: Served) -> None:
    examples = served.loaded.description.examples
    assert examples
    assert all((rdflib.URIRef(iri), None, None) in served.default for iri in examples)


def test_search_engines_get_what_is_known_and_nothing_else(served: Served) -> None:
    found = dataset(served.loaded.description, "http://h", {"urn:x": "Brunei"}, {"http://h/d": "text/turtle"})
    assert found["version"] == served.loaded.digest
    assert found["temporalCoverage"].count("/") == 1
    assert found["spatialCoverage"] == [{"@type": "Place", "name": "Brunei"}]
    assert 50 <= len(found["description"]) <= 5000
    assert {"datePublished", "dateModified"} & set(found) == set()
    bare = dataset(Description(), "http://h", {}, {})
    assert {"license", "creator", "temporalCoverage", "distribution"} & set(bare) == set()
    assert len(bare["description"]) >= 50


def test_it_is_cited_as_text_for_bibtex_and_in_csl(served: Served) -> None:
    description = served.loaded.description
    cited = (description, address_of(description, "http://h"), TODAY)
    assert line(*cited).startswith("The defkg contributors. defkg: ")
    assert all(description.digest in form(*cited) for form in (line, bibtex, csl))
    assert "author = {{The defkg contributors}}" in bibtex(*cited)
    (item,) = json.loads(csl(*cited))
    assert item["accessed"] == {"date-parts": [[2026, 11, 22]]}
    assert item["URL"] == BASE


def test_what_nobody_describes_is_cited_from_its_host() -> None:
    bare = Description(digest="d")
    assert address_of(bare, "http://h") == "http://h/"
    assert "author" not in bibtex(bare, "http://h/", TODAY)


def test_a_title_cannot_break_out_of_bibtex() -> None:
    title = Triple(NamedNode(DATASET), NamedNode(str(DCTERMS.title)), Literal("50% of {A} & B_C \\ ~"))
    written = bibtex(Description(stated=(title,)), "http://h/", TODAY)
    assert r"{50\% of \{A\} \& B\_C \textbackslash{} \textasciitilde{}}" in written


def test_a_project_without_a_statement_is_described_all_the_same(tmp_path: Path) -> None:
    for name in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "data/dataset.ttl").unlink()
    dataset = Dataset.load(Project.open(tmp_path))
    assert dataset.graph(VOID_GRAPH) == []
    told = describe(dataset.select, dataset.graph(VOID_GRAPH), "d")
    assert (told.title, told.licence, told.creators) == (UNTITLED, "", [])
    assert told.statistics.triples == len(dataset.asserted)


def test_the_graph_in_python_has_the_same(served: Served) -> None:
    rows = defkg.load(ROOT).query(f"SELECT * {{ GRAPH <{VOID_GRAPH.value}> {{ ?s ?p ?o }} }}", sources=False)
    assert len(rows) == len(served.told)  # type: ignore[arg-type]

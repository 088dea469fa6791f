"""The alignments to other vocabularies: the tables, their Turtle, what follows from them, and how they are served."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from tools import alignments as tool

from defkg.alignments import TABLE, TURTLE, Alignment, AlignmentError, Mapping, read_alignment, turtle
from defkg.checks import inconsistencies
from defkg.dataset import Dataset
from defkg.inference import close
from defkg.placing import Placing
from defkg.project import FOLDERS, Project
from defkg.terms import BASE, ONTOLOGY, ONTOLOGY_GRAPH, OWL, RDFS, SKOS, TYPE, Term
from defkg.turtle import read_turtle
from tests.conftest import ROOT
from tests.kinds import BROWSER
from tests.server import Server, server, until
from tests.validators import run_validator

FOLDER = ROOT / "ontology" / "alignments"
NAMES = ["cco", "cpov", "fibo", "ies4", "lcc", "org", "prov", "schema"]
SUB_CLASS, SUB_PROPERTY = RDFS + "subClassOf", RDFS + "subPropertyOf"
PREDICATES = {SUB_CLASS, SUB_PROPERTY, *(SKOS + name + "Match" for name in ("exact", "close", "broad", "related"))}
PREDICATES.add(SKOS + "narrowMatch")
# What the files of PROV-O and of BFO in CCO keep apart, as far as our terms lead there.
APART = """
prov:Activity owl:disjointWith prov:Entity .
<http://purl.obolibrary.org/obo/BFO_0000002> owl:disjointWith <http://purl.obolibrary.org/obo/BFO_0000003> .
<http://purl.obolibrary.org/obo/BFO_0000015> rdfs:subClassOf <http://purl.obolibrary.org/obo/BFO_0000003> .
<https://www.commoncoreontologies.org/ont00000958> rdfs:subClassOf <http://purl.obolibrary.org/obo/BFO_0000002> .
<https://www.commoncoreontologies.org/ont00001262> rdfs:subClassOf <http://purl.obolibrary.org/obo/BFO_0000002> .
"""
HEAD = f"""@prefix defkg: <{ONTOLOGY}> .
@prefix owl: <{OWL}> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <{RDFS}> .
"""


def read(name: str) -> Alignment:
    return read_alignment((FOLDER / (name + TABLE)).read_text())


def triples(alignment: Alignment) -> set[tuple[str, str, str]]:
    return {(alignment.iri(m.subject), alignment.iri(m.predicate), alignment.iri(m.object)) for m in alignment.mappings}


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def labels(dataset: Dataset) -> dict[str, str]:
    stated = [t for t in dataset.graph(ONTOLOGY_GRAPH) if t.predicate.value == RDFS + "label"]
    return {str(getattr(t.subject, "value", "")): str(getattr(t.object, "value", "")) for t in stated}


@pytest.fixture(scope="module")
def classes(dataset: Dataset) -> set[Term]:
    declared = (t for t in dataset.graph(ONTOLOGY_GRAPH) if t.predicate == TYPE)
    return {t.subject for t in declared if t.object == NamedNode(OWL + "Class")}


def test_each_vocabulary_has_a_table_and_its_turtle() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(n + s for n in NAMES for s in (TABLE, TURTLE))


def test_the_turtle_is_that_of_the_table(name: str) -> None:
    assert (FOLDER / (name + TURTLE)).read_text() == turtle(read(name)), "run python tools/alignments.py"


def test_the_turtle_says_each_mapping_and_why(name: str) -> None:
    alignment = read(name)
    found = [quad.triple for quad in parse((FOLDER / (name + TURTLE)).read_bytes(), format=RdfFormat.TURTLE)]
    assert triples(alignment) <= {tuple(map(_value, (t.subject, t.predicate, t.object))) for t in found}
    for mapping in alignment.mappings:
        (axiom,) = _axioms(found, alignment, mapping)
        said = {(t.predicate.value, t.object) for t in found if t.subject == axiom}
        assert (RDFS + "comment", Literal(mapping.comment)) in said
        confidence = {_value(value) for predicate, value in said if predicate.endswith("/confidence")}
        assert confidence == {mapping.confidence}


def _axioms(found: list[Triple], alignment: Alignment, mapping: Mapping) -> set[Term]:
    parts = {"Source": mapping.subject, "Property": mapping.predicate, "Target": mapping.object}
    wanted = {(f"{OWL}annotated{part}", alignment.iri(name)) for part, name in parts.items()}
    said: dict[Term, set[tuple[str, str]]] = {}
    for triple in found:
        said.setdefault(triple.subject, set()).add((triple.predicate.value, _value(triple.object)))
    return {node for node in said if wanted <= said[node]}


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def test_subjects_are_terms_of_the_ontology_with_their_labels(name: str, labels: dict[str, str]) -> None:
    alignment = read(name)
    assert {m.subject: labels.get(alignment.iri(m.subject)) for m in alignment.mappings} == {
        m.subject: m.subject_label for m in alignment.mappings
    }
    assert not [m.object for m in alignment.mappings if alignment.iri(m.object).startswith(BASE)]


def test_classes_go_under_classes_and_properties_under_properties(name: str, classes: set[Term]) -> None:
    for subject, predicate, _ in triples(read(name)):
        assert predicate in PREDICATES
        if predicate in (SUB_CLASS, SUB_PROPERTY):
            assert (NamedNode(subject) in classes) == (predicate == SUB_CLASS), subject


def test_mappings_are_in_order_each_pair_once_and_say_why(name: str) -> None:
    mappings = read(name).mappings
    assert mappings == sorted(mappings)
    assert len({(m.subject, m.object) for m in mappings}) == len(mappings)
    assert {m.justification for m in mappings} == {"semapv:ManualMappingCuration"}
    assert all(m.comment.endswith(".") and len(m.comment) > 10 for m in mappings)


def test_the_head_says_what_was_compared(name: str, dataset: Dataset) -> None:
    alignment = read(name)
    version = [_value(t.object) for t in dataset.graph(ONTOLOGY_GRAPH) if t.predicate.value == OWL + "versionInfo"]
    assert alignment.head["mapping_set_id"] == f"{BASE}ontology/alignments/{name}"
    assert alignment.head["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [alignment.head["subject_source_version"]] == version
    assert alignment.iri(str(alignment.head["subject_source"])) == f"{BASE}ontology"
    assert alignment.head["object_source_version"]
    used = {n.split(":")[0] for m in alignment.mappings for n in (m.subject, m.object)}
    used |= {str(alignment.head[key]).split(":")[0] for key in ("subject_source", "object_source")}
    assert isinstance(alignment.head["curie_map"], dict)
    assert list(alignment.head["curie_map"]) == sorted(used)


def test_the_documentation_tells_of_each_table_and_of_the_file_it_was_compared_with(name: str) -> None:
    told = (ROOT / "docs" / "alignments.md").read_text()
    alignment = read(name)
    (row,) = [line for line in told.splitlines() if line.startswith(f"| `{name}` |")]
    commit = str(alignment.head["object_source_version"]).partition("commit ")[2][:7]
    assert len(commit) == 7
    assert f"`{commit}`" in row
    assert f"| {len(alignment.mappings)} |" in row


def test_every_term_is_aligned_or_told_to_have_no_counterpart(labels: dict[str, str]) -> None:
    _, _, told = (ROOT / "docs" / "alignments.md").read_text().partition("## What has no counterpart")
    aligned = {subject for name in NAMES for subject, _, _ in triples(read(name))}
    terms = {iri.removeprefix(ONTOLOGY) for iri in labels if iri.startswith(ONTOLOGY)}
    mapped = {iri.removeprefix(ONTOLOGY) for iri in aligned}
    unmapped = {word for word in told.split("`")[1::2] if word in terms}
    assert mapped | unmapped == terms, f"neither: {sorted(terms - mapped - unmapped)}"
    assert not mapped & unmapped


def test_nothing_of_them_is_in_the_graph(project: Project, dataset: Dataset) -> None:
    assert not [path for path, _ in project.turtle_files() if FOLDER in path.parents]
    assert project.misplaced() == []
    assert not [t for t in dataset.asserted if t.predicate.value in PREDICATES and "Match" in t.predicate.value]
    assert len(project.alignments()) == 2 * len(NAMES)


def closed_with(dataset: Dataset, axioms: str) -> Dataset:
    file = read_turtle("alignments.ttl", (HEAD + axioms).encode())
    assert not file.findings
    return close(Dataset([*dataset.files, (file, ONTOLOGY_GRAPH)]))


def axioms() -> str:
    logical = (t for name in NAMES for t in triples(read(name)) if t[1] in (SUB_CLASS, SUB_PROPERTY))
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in sorted(logical))


def own_types(dataset: Dataset) -> set[tuple[Term, Term]]:
    said = (t for t in (*dataset.asserted, *dataset.inferred) if t.predicate == TYPE)
    return {(t.subject, t.object) for t in said if isinstance(t.object, NamedNode) and ONTOLOGY in t.object.value}


def test_with_their_axioms_the_graph_stays_consistent_and_our_things_are_what_they_were(
    dataset: Dataset, closed: Dataset
) -> None:
    found = closed_with(dataset, axioms() + APART)
    assert list(inconsistencies(found, Placing(found))) == []
    assert own_types(found) == own_types(closed)
    assert len(found.inferred) > len(closed.inferred) + 1000


def test_an_axiom_that_is_not_true_would_be_seen(dataset: Dataset, closed: Dataset) -> None:
    wrong = closed_with(dataset, axioms() + APART + "defkg:Event rdfs:subClassOf prov:Entity .")
    assert list(inconsistencies(wrong, Placing(wrong)))
    back = closed_with(dataset, axioms() + APART + "prov:Location rdfs:subClassOf defkg:Facility .")
    assert own_types(back) > own_types(closed)


GOOD = "\n".join(
    (
        "#curie_map:",
        "#  a: https://a.example/",
        "#  defkg: https://w3id.org/defkg/ontology#",
        "#mapping_set_id: https://a.example/set",
        "#mapping_set_title: A title",
        "#license: https://a.example/licence",
        "#object_source: a:vocabulary",
        "#mapping_date: 2026-11-23",
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\tcomment",
        'defkg:Event\tEvent\tskos:closeMatch\ta:Event\tEvent\tsemapv:ManualMappingCuration\t0.5\t"It says ""so""."',
    )
)


def test_a_small_table_and_what_is_quoted_in_it() -> None:
    alignment = read_alignment(GOOD + "\n")
    assert [m.comment for m in alignment.mappings] == ['It says "so".']
    assert 'rdfs:comment "It says \\"so\\"."' in turtle(alignment)
    assert "sssom:object_source <https://a.example/vocabulary>" in turtle(alignment)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#  a:", "#  b:", "line 10: a:Event: its prefix is not in curie_map"),
        ("a:vocabulary", "z:vocabulary", "z:vocabulary: its prefix"),
        ("#curie_map:", "#curie_map: [", "not YAML"),
        ("#license: https://a.example/licence\n", "", "must give license"),
        ("https://a.example/licence", "by", "by is no IRI"),
        ("#mapping_set_id: https://a.example/set", "#mapping_set_id: set", "set is no IRI"),
        ("a:Event", "a:an event", "line 10: https://a.example/an event is no IRI"),
        ("object_label\t", "", "line 9: the columns must be"),
        ("0.5\t", "", "line 10: it must have 8 values"),
        ("0.5\t", "1.5\t", "line 10: the confidence 1.5 is not above 0"),
        ("0.5\t", "nan\t", "line 10: the confidence nan is not above 0"),
        ("0.5\t", "high\t", "line 10: could not convert"),
        ("\tEvent\tskos", "\t\tskos", "line 10: it must have 8 values"),
        ('so""."', 'so"".', "line 10: .*; see to its quotation marks"),
        (GOOD, "", "must give curie_map"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_with_its_place(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(AlignmentError, match=message):
        read_alignment(GOOD.replace(old, new, 1))


def test_the_tool_writes_what_is_kept_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for table in FOLDER.glob("*" + TABLE):
        shutil.copy(table, tmp_path)
    tool.main(tmp_path)
    assert capsys.readouterr().out == "8 alignments\n"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in FOLDER.iterdir()}


def test_the_tool_writes_nothing_where_one_table_is_wrong(tmp_path: Path) -> None:
    (tmp_path / ("a" + TABLE)).write_text(GOOD)
    (tmp_path / ("b" + TABLE)).write_text(GOOD.replace("0.5", "5"))
    with pytest.raises(SystemExit, match=r"b\.sssom\.tsv: line 10: the confidence 5"):
        tool.main(tmp_path)
    assert not list(tmp_path.glob("*" + TURTLE))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for part in FOLDERS:
        shutil.copytree(ROOT / part, folder / part)
    return folder


@pytest.fixture(scope="module")
def running(copied: Path) -> Iterator[Server]:
    with server(copied, "--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("suffix", "media_type"), [(TABLE, "text/tab-separated-values; charset=utf-8"), (TURTLE, "text/turtle")]
)
def test_files_are_served_as_they_are(client: httpx.Client, name: str, suffix: str, media_type: str) -> None:
    response = client.get(f"/ontology/alignments/{name}{suffix}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert response.content == (FOLDER / (name + suffix)).read_bytes()
    again = client.get(response.url, headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    head = client.head(response.url, headers={"Accept-Encoding": "identity"})
    assert head.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("text/turtle", "/ontology/alignments/org.ttl"),
        ("text/tab-separated-values", "/ontology/alignments/org.sssom.tsv"),
        (BROWSER["Accept"], "/ontology/alignments#org"),
    ],
)
def test_the_iri_of_an_alignment_leads_to_the_form_that_is_asked_for(
    client: httpx.Client, accept: str, place: str
) -> None:
    response = client.get("/ontology/alignments/org", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, place)
    assert response.headers["vary"] == "Accept"


def test_the_page_has_every_mapping(client: httpx.Client) -> None:
    assert 'href="/ontology/alignments"' in client.get("/ontology", headers=BROWSER).text
    page = client.get("/ontology/alignments", headers=BROWSER)
    assert page.status_code == 200
    assert page.text.count("<tr><td>") == sum(len(read(name).mappings) for name in NAMES)
    for name in NAMES:
        assert f'<section id="{name}">' in page.text
        assert f'href="/ontology/alignments/{name}.ttl"' in page.text
        assert str(read(name).head["object_source_version"]).partition(";")[0] in page.text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/ontology/alignments/none.ttl", {}, 404),
        ("/ontology/alignments/none", {}, 404),
        ("/ontology/alignments/..%2fdefkg.ttl", {}, 404),
        ("/ontology/alignments/org", {"Accept": "image/png"}, 406),
        ("/ontology/alignments/org.ttl?x=1", {}, 400),
        ("/ontology/alignments?x=1", {}, 400),
    ],
)
def test_what_is_refused(client: httpx.Client, address: str, headers: dict[str, str], status: int) -> None:
    response = client.get(address, headers={"Accept": "application/json", **headers})
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/problem+json")


def test_they_are_only_read(client: httpx.Client) -> None:
    response = client.delete("/ontology/alignments/org.ttl")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_reload_brings_other_tables(copied: Path, running: Server, client: httpx.Client) -> None:
    table = copied / "ontology" / "alignments" / ("org" + TABLE)
    before = client.get("/ontology/alignments", headers=BROWSER)
    table.write_text(table.read_text().replace("W3C Organization", "<b>Changed</b> Organization"))
    broken = copied / "ontology" / "alignments" / ("lcc" + TABLE)
    broken.write_text(broken.read_text().replace("0.95", "9.5"))
    running.process.send_signal(1)
    assert until(lambda: client.get("/ontology/alignments", headers=BROWSER).text != before.text, 30)
    page = client.get("/ontology/alignments", headers=BROWSER).text
    assert "&lt;b&gt;Changed&lt;/b&gt; Organization" in page
    assert '<section id="lcc"><h2>lcc</h2>' in page
    assert client.get("/ontology/alignments/lcc.sssom.tsv").text == broken.read_text()


def test_without_alignments_there_is_no_such_page(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + "<https://a.example/a> a defkg:Event .")
    with server(data) as running, httpx.Client(base_url=running.address) as client:
        assert client.get("/ontology/alignments").status_code == 404
        assert client.get("/ontology/alignments/org").status_code == 404


@pytest.mark.services
def test_the_validator_of_sssom_accepts_each_table() -> None:
    tables = [str(FOLDER / (name + TABLE)) for name in NAMES]
    each = "import sys, sssom.io\nfor path in sys.argv[1:]: sssom.io.validate_file(path); print(path)"
    done = run_validator("python", "-c", each, *tables)
    assert (done.returncode, done.stdout.split()) == (0, tables), done.stderr[-2000:]


@pytest.mark.services
@pytest.mark.parametrize(("old", "new"), [("semapv:ManualMappingCuration", "semapv:Guess"), ("#  org:", "#  ogr:")])
def test_the_validator_of_sssom_would_refuse_it(tmp_path: Path, old: str, new: str) -> None:
    table = tmp_path / ("org" + TABLE)
    table.write_text((FOLDER / table.name).read_text().replace(old, new))
    assert run_validator("sssom", "validate", table).returncode != 0

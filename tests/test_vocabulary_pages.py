"""The pages and documents of ontology, shapes, checks, context and named graphs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from defkg.dataset import Dataset
from defkg.loaded import Loaded
from defkg.project import FOLDERS, Project, ProjectError
from defkg.question import library
from defkg.releases import read_releases, release_faults
from defkg.rulebook import rulebook
from defkg.terms import BASE, CHECKS, ONTOLOGY, ONTOLOGY_GRAPH, REGISTRY_GRAPH, SHAPES, SHAPES_GRAPH
from defkg.web.vocabulary.patterns import NAMES, patterns, triples
from defkg.web.vocabulary.reading import Said
from tests.conftest import HEAD, ROOT
from tests.kinds import BROWSER
from tests.server import server

LARGEST = 100_000
ELSEWHERE = {"Entity": "prov", "Concept": "skos"}
SVG = "{http://www.w3.org/2000/svg}"
RDF = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("loose")
    (folder / "data.ttl").write_text(HEAD + "id:a\\/b defkg:about id:a\\/c .")
    graph = f"{BASE}graph/x.ttl={folder / 'data.ttl'}"
    with server(folder / "data.ttl", "--graph", graph) as running, httpx.Client(base_url=running.address) as client:
        yield client


def page(client: httpx.Client, address: str) -> str:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-location"] == f"{address}.html"
    return response.text


def ids(html: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', html)


@pytest.mark.parametrize(("address", "graph"), [("/ontology", ONTOLOGY_GRAPH), ("/shapes", SHAPES_GRAPH)])
@pytest.mark.parametrize("suffix", RDF)
def test_documents_hold_the_whole_graph(
    client: httpx.Client, dataset: Dataset, address: str, graph: NamedNode, suffix: str
) -> None:
    media_type, form = RDF[suffix]
    response = client.get(f"{address}.{suffix}")
    assert response.headers["content-type"].partition(";")[0] == media_type
    expected = rdflib.Graph().parse(data="".join(f"{t} .\n" for t in dataset.graph(graph)), format="nt")
    assert isomorphic(rdflib.Graph().parse(data=response.content, format=form), expected)
    negotiated = client.get(address, headers={"Accept": media_type})
    assert negotiated.content == response.content
    assert negotiated.headers["content-location"] == f"{address}.{suffix}"
    by_name = client.get(f"/graph/{graph.value.rpartition('/')[2]}.{suffix}").content
    assert isomorphic(rdflib.Graph().parse(data=by_name, format=form), expected)


def test_every_term_has_its_place(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/ontology")
    terms = {t.subject.value for t in dataset.graph(ONTOLOGY_GRAPH) if isinstance(t.subject, NamedNode)}
    wanted = {iri.removeprefix(ONTOLOGY) for iri in terms if iri.startswith(ONTOLOGY)}
    assert len(wanted) > 100
    assert wanted <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_every_shape_has_its_place(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/shapes")
    shapes = {t.subject.value for t in dataset.graph(SHAPES_GRAPH) if isinstance(t.subject, NamedNode)}
    assert {iri.removeprefix(SHAPES) for iri in shapes} <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


@pytest.mark.parametrize(
    "address", ["/ontology", "/ontology/uses", "/shapes", "/checks", "/graph/registry", "/questions/"]
)
def test_pages_are_small(client: httpx.Client, address: str) -> None:
    assert len(client.get(address, headers={**BROWSER, "Accept-Encoding": "identity"}).content) < LARGEST


def term(html: str, name: str) -> str:
    """What the page tells of a term, as text."""
    section = html.partition(f'id="{name}">')[2].partition("</div>")[0]
    return " ".join(re.sub("<[^>]*>", " ", section).split())


def test_a_term_is_told_in_words(client: httpx.Client) -> None:
    html = page(client, "/ontology")
    told = term(html, "coChaired")
    assert told.startswith("co-chaired defkg:coChaired Relates an official to a mechanism")
    assert "The other way co-chaired by" in told
    assert "Follows from co-chaired meeting , then meeting of" in told
    assert "Used 2 times, 4 questions" in told
    assert "Kinds Affirmation , Assessment" in term(html, "Statement")
    assert "Wider than edition of , meeting of" in term(html, "partOfSeries")
    assert "Never also Mechanism" in term(html, "Exercise")
    assert "Always has role : co-chair" in term(html, "CoChairParticipation")
    assert "Kind of Organisation" in term(html, "Ministry")
    assert "Narrower than concerns" in term(html, "discussed")
    assert "From Post To Organisation" in term(html, "officeOf")
    assert "It holds over several steps" in term(html, "duringEvent")
    assert "Used 5 things" in term(html, "Country")
    assert "Used not used" in term(html, "subOrganisationOf")
    assert "testing" in term(html, "subOrganisationOf")


def test_the_page_has_contents_that_lead_somewhere(client: httpx.Client) -> None:
    html = page(client, "/ontology")
    contents = html.partition('aria-label="Contents">')[2].partition("</nav>")[0]
    places = re.findall('href="#([^"]+)"', contents)
    assert len(places) >= 6
    assert set(re.findall('href="#([^"]+)"', html)) - {"main"} <= set(ids(html))


def test_every_term_has_the_questions_that_name_it(client: httpx.Client, project: Project) -> None:
    html = client.get("/ontology/uses").text
    assert '<a href="/id/country/">5 things</a>' in html
    for question in library(project).values():
        named = {name.replace("\\", "") for name in re.findall(r"\bdefkg:([A-Za-z0-9]+)", code(question.sparql))}
        for name in named:
            used = html.partition(f'<div id="{name}">')[2].partition("</div>")[0]
            assert f'href="/questions/{question.name}"' in used, (question.name, name)


def code(sparql: str) -> str:
    """A query without its comments and texts."""
    return re.sub(r'"[^"\n]*"|(?m:^\s*#.*$)', "", sparql)


def test_counts_lead_to_what_was_counted(client: httpx.Client) -> None:
    html = client.get("/ontology/uses").text
    links = re.findall(r'<a href="(/sparql[^"]+)">([0-9,]+) time', html)
    assert len(links) > 30
    for href, number in links[::8]:
        rows = client.get(href.replace("&amp;", "&"), headers={"Accept": "text/csv"}).text.splitlines()
        assert len(rows) - 1 == int(number.replace(",", ""))


def test_a_rule_is_told_with_what_to_write_and_why(client: httpx.Client) -> None:
    row = page(client, "/shapes").partition('<tr id="CourtesyCall-host">')[2].partition("<tr")[0]
    assert "shapes:CourtesyCall-host" in row
    assert "^defkg:calledOnIn" in row
    assert "minCount 1" in row


def test_the_checks_are_told(client: httpx.Client, project: Project) -> None:
    rules = {rule.iri for rule in rulebook(project).values() if rule.iri.startswith(CHECKS)}
    assert {iri.removeprefix(CHECKS) for iri in rules} <= set(ids(page(client, "/checks")))
    found = parse(client.get("/checks", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE)
    assert {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)} == rules


def test_the_version_leads_to_the_ontology(client: httpx.Client, dataset: Dataset) -> None:
    (version,) = (t.object.value for t in dataset.graph(ONTOLOGY_GRAPH) if t.predicate.value.endswith("#versionIRI"))  # type: ignore[union-attr]
    address = version.removeprefix(BASE.rstrip("/"))
    response = client.get(address, headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["content-location"]) == (200, "/ontology.ttl")
    assert client.get(f"{address}.nt").content == client.get("/ontology.nt").content
    assert client.get("/ontology/9.9.9").status_code == 404


def test_the_context_is_served(client: httpx.Client) -> None:
    response = client.get("/ontology/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    assert response.content == (ROOT / "ontology/context.jsonld").read_bytes()
    assert (
        client.get("/ontology/context.jsonld", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    )
    used = client.get("/id/country/IND.jsonld").json()["@context"]
    whole = json.loads(response.content)["@context"]
    assert used.items() <= whole.items()


def test_a_graph_is_told_and_given(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/graph/registry")
    assert f"{len(set(dataset.graph(REGISTRY_GRAPH))):,}" in html
    assert '<a href="/graph/curation">' in html
    told = {quad.triple for quad in parse(client.get("/graph/registry.nt").content, format=RdfFormat.N_TRIPLES)}
    assert told == set(dataset.graph(REGISTRY_GRAPH))
    assert client.get("/graph/nothing").status_code == 404


def test_the_library_is_its_graph(client: httpx.Client) -> None:
    response = client.get("/questions/", headers={"Accept": "text/turtle"})
    assert response.headers["content-location"] == "/graph/questions.ttl"
    subjects = {quad.subject for quad in parse(response.content, format=RdfFormat.TURTLE)}
    for name in ("questions/jwgs-co-chaired-by", "questions/jwgs-co-chaired-by#official", "questions/#prefix-defkg"):
        assert NamedNode(BASE + name) in subjects
    assert {"prefix-defkg", "official"} <= set(ids(client.get("/questions/", headers=BROWSER).text))
    assert "official" in ids(client.get("/questions/jwgs-co-chaired-by", headers=BROWSER).text)


def test_the_triples_behind_a_question_in_every_format(client: httpx.Client) -> None:
    found: dict[str, set[Triple]] = {}
    for suffix, form in (
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        body = client.get(f"/questions/jwgs-co-chaired-by.{suffix}").content
        found[suffix] = {quad.triple for quad in parse(body, format=form)}
    assert found["ttl"]
    assert found["nt"] == found["rdf"] == found["jsonld"] == found["ttl"]


@pytest.mark.parametrize(
    "address",
    [
        *("/ontology", "/shapes", "/checks", "/ontology/context.jsonld", "/ontology/0.1.0", "/ontology/uses"),
        "/ontology/patterns/participation.svg",
    ],
)
def test_loose_files_have_no_vocabulary(loose: httpx.Client, address: str) -> None:
    assert loose.get(address).status_code == 404
    assert loose.get(address, headers=BROWSER).status_code == 404


def test_a_graph_whose_name_ends_like_a_format(loose: httpx.Client) -> None:
    assert loose.get("/graph/x.ttl", headers={"Accept": "application/n-triples"}).text.count("\n") == 1
    assert loose.get("/graph/x.ttl.nt").text.count("\n") == 1
    assert loose.get("/graph/x").status_code == 404


def test_script_in_an_ontology_is_inert(copy: Path) -> None:
    ontology = copy / "ontology/defkg.ttl"
    ontology.write_text(
        ontology.read_text(encoding="utf-8").replace('rdfs:label "Country"@en', 'rdfs:label "<script>x</script>"@en')
    )
    with server("--no-check", copy) as running, httpx.Client(base_url=running.address) as client:
        html = page(client, "/ontology")
        assert "&lt;script&gt;x" in html
        assert "<script>x" not in html


def svg(client: httpx.Client, address: str) -> Element:
    response = client.get(address)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")
    return fromstring(response.text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["", ".dark"])
def test_every_pattern_is_a_picture_of_the_size_that_the_page_says(
    client: httpx.Client, name: str, scheme: str
) -> None:
    root = svg(client, f"/ontology/patterns/{name}{scheme}.svg")
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    html = page(client, "/ontology")
    size = re.search(rf'src="/ontology/patterns/{name}.svg" alt="[^"]+" width="(\d+)" height="(\d+)"', html)
    assert size
    assert [ceil(float(root.attrib[side])) for side in ("width", "height")] == [int(side) for side in size.groups()]


def test_a_picture_of_no_pattern_is_nowhere(client: httpx.Client) -> None:
    for name in ("nothing", "participation.blue", "participation.", "participation.light.dark", "%00"):
        assert client.get(f"/ontology/patterns/{name}.svg").status_code == 404
    assert client.get("/ontology/patterns/participation.svg?x=1").status_code == 400
    assert client.get("/ontology/uses?x=1").status_code == 400


@pytest.mark.parametrize("name", NAMES)
def test_every_arrow_of_a_pattern_is_in_the_data(closed: Dataset, name: str) -> None:
    for source, word, target in triples(name):
        start, end = (f"{ELSEWHERE.get(name, 'defkg')}:{name}" for name in (source, target))
        if word == "-":
            assert closed.ask(f"ASK {{ {start} rdfs:subClassOf {end} }}"), (source, target)
        else:
            assert closed.ask(f"ASK {{ ?a a {start} ; defkg:{word} ?b . ?b a {end} }}"), (source, word, target)


def test_a_pattern_that_the_ontology_lacks_is_not_drawn() -> None:
    graph = (
        HEAD
        + """defkg:Official a owl:Class . defkg:Agreement a owl:Class ; rdfs:label "Pact" .
    defkg:signed a owl:ObjectProperty ; owl:propertyChainAxiom ( defkg:x defkg:y ) ."""
    )
    said = Said([quad.triple for quad in parse(graph, format=RdfFormat.TURTLE)])
    (pattern,) = patterns(said)
    assert pattern.words == "Official – signed → Pact (follows)"


RELEASE = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://w3id.org/defkg/ontology> a owl:Ontology ; owl:versionIRI <https://w3id.org/defkg/ontology/0.0.9> ;
    owl:versionInfo "0.0.9" .
<https://w3id.org/defkg/ontology#Pact> a owl:Class ; owl:disjointWith <https://w3id.org/defkg/ontology#Country> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Pact of old"@en .
"""
DEPRECATED = """
defkg:Pact a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy defkg:Agreement ;
    rdfs:label "Pact"@en ; skos:definition "An agreement, as it was called before."@en ;
    rdfs:isDefinedBy <https://w3id.org/defkg/ontology> .
owl:deprecated a owl:AnnotationProperty .
dcterms:isReplacedBy a owl:AnnotationProperty .
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an earlier release of its ontology and a deprecated term."""
    root = tmp_path_factory.mktemp("grown") / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name)
    (root / "ontology/releases").mkdir(exist_ok=True)
    (root / "ontology/releases/0.0.9.ttl").write_text(RELEASE)
    with (root / "ontology/defkg.ttl").open("a", encoding="utf-8") as file:
        file.write(DEPRECATED)
    context = root / "ontology/context.jsonld"
    context.write_text(context.read_text().replace('"Party":', '"Pact": "defkg:Pact",\n    "Party":', 1))
    return root


@pytest.fixture(scope="module")
def older(grown: Path) -> Iterator[httpx.Client]:
    with server(grown) as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.mark.parametrize("suffix", RDF)
def test_an_earlier_release_is_still_served(older: httpx.Client, suffix: str) -> None:
    media_type, form = RDF[suffix]
    response = older.get("/ontology/0.0.9", headers={"Accept": media_type})
    assert response.headers["content-location"] == f"/ontology/0.0.9.{suffix}"
    assert '<https://w3id.org/defkg/ontology/0.0.9>; rel="describes"' in response.headers["link"]
    assert isomorphic(
        rdflib.Graph().parse(data=response.content, format=form), rdflib.Graph().parse(data=RELEASE, format="turtle")
    )
    assert older.get(f"/ontology/0.0.9.{suffix}").content == response.content
    assert b"0.0.9" not in older.get(f"/ontology.{suffix}").content


def test_the_page_of_an_earlier_release_says_that_it_is_one(older: httpx.Client) -> None:
    html = page(older, "/ontology/0.0.9")
    assert "This is version 0.0.9" in html
    assert term(html, "Pact").startswith("Pact of old defkg:Pact")
    assert "patterns" not in html
    assert "Used" not in term(html, "Pact")
    assert '<a href="/ontology/0.0.9.ttl">' in html
    assert '<a href="/ontology/0.0.9">0.0.9</a>' in page(older, "/ontology")
    assert older.get("/ontology/0.0.8", headers=BROWSER).status_code == 404


def test_an_earlier_release_is_no_part_of_the_graph(older: httpx.Client) -> None:
    query = 'ASK { { ?s ?p "Pact of old"@en } UNION { GRAPH ?g { ?s ?p "Pact of old"@en } } }'
    assert older.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.strip() == "false"


def test_a_deprecated_term_says_so_and_what_to_use(older: httpx.Client) -> None:
    told = term(page(older, "/ontology"), "Pact")
    assert told.startswith("Pact defkg:Pact deprecated An agreement, as it was called before.")
    assert "Use instead Agreement" in told


def test_an_artefact_serves_its_earlier_releases(grown: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "defkg", "build", str(grown), "-o", str(tmp_path / "a")], check=False)
    assert done.returncode == 0
    with server("--store", tmp_path / "a") as running:
        response = httpx.get(f"{running.address}/ontology/0.0.9.nt")
        assert response.text.count("\n") == RELEASE.count(";") + RELEASE.count(" .\n") - 1


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("<https://w3id.org/defkg/ontology>\n  <a:a> ", ":2:", "syntax"),
        (RELEASE.replace("ontology/0.0.9", "ontology/0.0.8"), ":1:1", "is named 0.0.9 and says"),
        ("", ":1:1", "has no owl:versionIRI"),
    ],
)
def test_a_release_that_is_none_is_a_finding_and_not_served(copy: Path, text: str, place: str, words: str) -> None:
    (copy / "ontology/releases").mkdir(exist_ok=True)
    (copy / "ontology/releases/0.0.9.ttl").write_text(text)
    (_, finding), *more = release_faults(Project.open(copy))
    assert str(finding).startswith(f"ontology/releases/0.0.9.ttl{place}")
    assert words in str(finding)
    assert not more
    with pytest.raises(ProjectError, match=r"0\.0\.9\.ttl"):
        Loaded().add_project(Project.open(copy), [], infer=False)


def test_what_is_current_is_as_it_was_released(project: Project) -> None:
    """Between two releases the version is another one: what was released at an address never changes."""
    header = (ROOT / "ontology/defkg.ttl").read_text(encoding="utf-8")
    version = re.search('owl:versionInfo "([^"]+)"', header)
    assert version
    assert read_releases(project).get(version[1], header) == header

"""The editor at /sparql, what it completes with, and the page of an answer; without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from defkg.engine import Answer
from defkg.terms import PREFIXES, XSD
from defkg.web.editor.cells import Cell, cell
from defkg.web.editor.reading import SHOWN_BYTES, read
from tests.kinds import BROWSER
from tests.server import server

ASKED = "<https://w3id.org/defkg/id/official/amitabh-prasad>"
CARD = f"SELECT ?jwg WHERE {{ {ASKED} defkg:coChaired ?jwg . ?jwg a defkg:JointWorkingGroup }}"
NASTY = "\n</textarea><script>alert(1)</script>\"'&lt;{{ 7 * 7 }}"
SCRIPTS = {"/static/vendor/yasqe-4.6.2.min.js", "/static/editor.js"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30, headers=BROWSER) as client:
        yield client


class Page(HTMLParser):
    """What a browser sees of a page: the text of the form, its scripts, links, hidden fields and handlers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.words = "", ""
        self.scripts: list[str | None] = []
        self.hrefs: list[str] = []
        self.hidden: list[tuple[str | None, str | None]] = []
        self.inline: list[str] = []
        self.form: dict[str, str | None] = {}
        self._in: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in.append(tag)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "script":
            self.scripts.append(given.get("src"))
        if tag == "form" and given.get("id") == "editor":
            self.form = given
        if given.get("type") == "hidden":
            self.hidden.append((given.get("name"), given.get("value")))
        self.hrefs += [given["href"] or ""] if "href" in given else []

    def handle_endtag(self, tag: str) -> None:
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "textarea" in self._in:
            self.text += data
        elif "style" not in self._in:
            self.words += data

    @property
    def query(self) -> str:
        return self.text.removeprefix("\n")  # which a browser drops


def ask(client: httpx.Client, query: str, status: int = 200, more: dict[str, str] | None = None) -> Page:
    response = client.get("/sparql", params={"query": query, **(more or {})})
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def test_a_browser_gets_the_editor_and_it_needs_no_script(client: httpx.Client) -> None:
    response = client.get("/sparql")
    page = Page(response.text)
    assert (page.form["action"], page.form["method"]) == ("/sparql#answer", "get")
    assert client.get("/sparql", params={"query": page.query}).status_code == 200
    assert {"/sparql?question=jwgs-co-chaired-by"} <= set(page.hrefs)
    assert all(f"PREFIX {prefix}: <{iri}>" in page.words for prefix, iri in PREFIXES.items())
    assert "256 MB" in page.words
    assert client.get("/sparql", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert client.head("/sparql").status_code == 200


def test_the_examples_have_answers(client: httpx.Client) -> None:
    asked = [
        parse_qs(urlsplit(href).query)["query"][0]
        for href in Page(client.get("/sparql").text).hrefs
        if "?query=" in href
    ]
    assert len(asked) == 4
    for query in asked:
        page = ask(client, query)
        assert re.search(r"[1-9]\d* (row|triple)s", page.words), query
        assert "Line " not in page.words


def test_other_clients_get_the_description(client: httpx.Client) -> None:
    kinds = {
        "*/*": "text/turtle",
        "application/ld+json": "application/ld+json",
        "text/html;q=0.5, text/csv": "text/html",
    }
    for accept, kind in kinds.items():
        found = client.get("/sparql", headers={"Accept": accept})
        assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (200, kind)
    assert client.get("/sparql?question=jwgs-co-chaired-by", headers={"Accept": "*/*"}).status_code == 400


def test_only_pages_with_the_editor_may_run_a_script_and_only_ours(client: httpx.Client) -> None:
    for path in ("/sparql", "/sparql?query=ASK+{}", "/sparql?query=ASK", "/sparql?question=no"):
        response = client.get(path)
        policy = response.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "style-src 'self'"} <= set(policy)
        assert "form-action 'self'" in policy
        assert set(Page(response.text).scripts) == SCRIPTS
    for path in ("/questions/", "/sparql?query=ASK+{}&format=json", "/api/"):
        assert "script-src" not in client.get(path).headers["content-security-policy"], path


def test_a_question_brings_its_query(client: httpx.Client) -> None:
    page = Page(client.get("/sparql?question=jwgs-co-chaired-by").text)
    assert "official/amitabh-prasad" in page.query
    assert "/questions/jwgs-co-chaired-by" in page.hrefs
    assert "india-brunei-jwg" in " ".join(ask(client, page.query).hrefs)


def test_an_unknown_question_is_said_with_those_near_it(client: httpx.Client) -> None:
    for name in ("jwgs-co-chaired-bi", NASTY, "x" * 50_000):
        response = client.get("/sparql", params={"question": name})
        assert response.status_code == 404
        assert len(response.content) < 60_000
        assert set(Page(response.text).scripts) == SCRIPTS
    assert "did you mean jwgs-co-chaired-by" in client.get("/sparql?question=jwgs-co-chaired-bi").text


@pytest.mark.parametrize("query", [NASTY, "\n\nASK {}", "ASK { ?s ?p '</textarea>' }", "%00\x00", "x" * 20_000])
def test_the_text_of_a_query_is_kept_as_it_is_and_is_never_markup(client: httpx.Client, query: str) -> None:
    response = client.get("/sparql", params={"query": query})
    page = Page(response.text)
    assert response.status_code in (200, 400)
    assert page.query.replace("\x00", "") == query.replace("\x00", "")
    assert set(page.scripts) == SCRIPTS
    assert page.inline == []


def test_a_row_has_labels_links_and_its_documents(client: httpx.Client) -> None:
    page = ask(client, CARD)
    assert "India–Brunei Joint Working Group on Defence Cooperation" in page.words
    assert "/id/mechanism/india-brunei-jwg" in page.hrefs
    assert {"/id/source/undated-india-brunei-jwg", "/id/source/2025-12-09-pti-india-brunei-jwg"} <= set(page.hrefs)
    assert "inferred" in page.words


def test_what_is_no_address_of_the_web_leads_nowhere(client: httpx.Client) -> None:
    nasty = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]
    values = " ".join(f"<{iri}>" for iri in nasty)
    page = ask(client, f"SELECT ?x ?y {{ VALUES ?x {{ {values} }} BIND ('<img src=x onerror=alert(1)>'@en AS ?y) }}")
    assert not [href for href in page.hrefs if not href.startswith(("/", "#", "data:,", "http"))]
    assert all(iri in page.words for iri in nasty)
    assert page.words.count("<img src=x onerror=alert(1)>") == len(nasty)
    assert page.inline == []
    assert set(page.scripts) == SCRIPTS


def test_addresses_under_our_base_cannot_lead_to_another_host(client: httpx.Client) -> None:
    page = ask(client, "SELECT ?x { VALUES ?x { <https://w3id.org/defkg//evil.example/x> <https://evil.example/> } }")
    assert "/%2Fevil.example/x" in page.hrefs
    assert not [href for href in page.hrefs if href.startswith("//")]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT ?x (NOW() AS ?now) { ?x a defkg:Country }", "the answer is another one each time"),
        ("SELECT ?x { GRAPH ?g { ?x a defkg:Country } SERVICE <http://localhost/> {} }", "SERVICE"),
    ],
)
def test_where_sources_cannot_be_told_the_page_says_why(client: httpx.Client, query: str, why: str) -> None:
    assert why in client.get("/sparql", params={"query": query}).text


def test_an_answer_that_changes_is_made_each_time(client: httpx.Client) -> None:
    query = "SELECT (STRUUID() AS ?x) {}"
    assert ask(client, query).words != ask(client, query).words


def test_the_graphs_that_a_request_names_are_kept_for_the_next(client: httpx.Client) -> None:
    graph = "https://w3id.org/defkg/id/source/undated-india-brunei-jwg"
    page = ask(
        client,
        "SELECT ?c { ?c a defkg:Nothing }",
        more={"default-graph-uri": graph, "endpoint": "http://evil.example/"},
    )
    assert page.hidden == [("default-graph-uri", graph)]
    assert not [href for href in page.hrefs if "evil" in href]
    explain = next(href for href in page.hrefs if href.startswith("/sparql/explain?"))
    assert "default-graph-uri" in explain
    assert client.get(explain).json()["explanation"]
    rows = ask(client, "SELECT ?c { ?c a ?x } LIMIT 1", more={"default-graph-uri": graph})
    assert "cannot be told: the graphs that were asked are chosen by the request" in rows.words


def test_sources_can_be_left_out_and_asked_for(client: httpx.Client) -> None:
    page = ask(client, CARD, more={"sources": "false"})
    assert "/id/source/undated-india-brunei-jwg" not in page.hrefs
    later = next(href for href in page.hrefs if "sources=true" in href)
    assert "/id/source/undated-india-brunei-jwg" in Page(client.get(later).text).hrefs


def test_an_empty_answer_is_no_denial_and_says_which_part_finds_nothing(client: httpx.Client) -> None:
    page = ask(client, "SELECT ?c {\n  ?c a defkg:Country .\n  ?c defkg:coChaired ?m }")
    assert "That is not a denial." in page.words
    why = next(href for href in page.hrefs if "explain=empty" in href)
    told = Page(client.get(why).text)
    assert "Line 3, column 3" in told.words
    assert "?c defkg:coChaired ?m" in told.words


def test_a_problem_has_its_place_and_keeps_the_query(client: httpx.Client) -> None:
    page = ask(client, "SELECT ?x WHERE {\n  ?x a }", 400)
    assert (page.form["data-line"], page.form["data-column"]) == ("2", "9")
    assert "At line 2, column 9" in page.words
    assert page.query == "SELECT ?x WHERE {\n  ?x a }"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"timeout": "soon"}, 400),
        ({"default-graph-uri": "no iri"}, 400),
        ({"default-graph-uri": "http://no.example/"}, 400),
    ],
)
def test_a_wrong_parameter_is_a_page_too(client: httpx.Client, more: dict[str, str], status: int) -> None:
    page = ask(client, "ASK {}", status, more)
    assert page.query == "ASK {}"
    assert set(page.hidden) == set(more.items())


def test_a_long_query_is_posted_and_has_no_link(client: httpx.Client) -> None:
    query = f"ASK {{}} #{'x' * 200_000}"
    page = Page(client.post("/sparql", data={"query": query}).text)
    assert "Yes" in page.words
    assert page.form["method"] == "post"
    assert page.query == query
    assert not [href for href in page.hrefs if "query=" in href]


def test_a_query_that_is_too_long_is_a_page(client: httpx.Client) -> None:
    response = client.post("/sparql", data={"query": f"ASK {{}} #{'x' * 300_000}"})
    assert response.status_code == 413
    assert "The query is too long" in response.text


def test_what_is_posted_is_not_taken_for_another_query(client: httpx.Client) -> None:
    first, second = (client.post("/sparql", data={"query": f"SELECT ({n} AS ?n) {{}}"}).text for n in (111, 222))
    assert '<span title="xsd:integer">111</span>' in first
    assert '<span title="xsd:integer">222</span>' in second


def test_a_link_to_a_query_asks_the_same_here(client: httpx.Client) -> None:
    page = ask(client, CARD, more={"sources": "false", "endpoint": "https://evil.example/sparql"})
    link = next(
        href
        for href in page.hrefs
        if href.startswith("/sparql?query=") and "format=" not in href and "sources" not in href
    )
    assert parse_qs(urlsplit(link).query) == {"query": [CARD]}


def test_a_graph_is_shown_as_turtle_with_its_files(client: httpx.Client) -> None:
    page = ask(client, f"DESCRIBE {ASKED}")
    assert re.search(r"\d+ triples", page.words)
    files = [href for href in page.hrefs if "format=" in href]
    assert [parse_qs(urlsplit(href).query)["format"][0] for href in files] == ["turtle", "nt", "jsonld", "rdf"]
    assert all(client.get(href).status_code == 200 for href in files)


def test_a_large_answer_shows_its_beginning_with_sources_for_it(client: httpx.Client) -> None:
    page = ask(client, "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o")
    assert "the first 1,000" in page.words
    assert page.words.count("no document") > 10


def test_what_is_completed_is_of_the_ontology_with_its_counts(client: httpx.Client) -> None:
    told = client.get("/sparql/terms.json", headers={"Accept": "*/*"}).json()
    assert told["prefixes"] == PREFIXES
    classes = {entry["name"]: entry for entry in told["classes"]}
    (row,) = client.post(
        "/sparql",
        data={"query": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a defkg:Country }"},
        headers={"Accept": "application/json"},
    ).json()["results"]["bindings"]
    assert classes["defkg:Country"]["count"] == int(row["n"]["value"]) > 0
    assert classes["defkg:Country"]["definition"].startswith("A party that is a sovereign state")
    properties = {entry["name"]: entry.get("label") for entry in told["properties"]}
    assert properties["defkg:coChaired"] == "co-chaired"
    assert "count" not in next(entry for entry in told["classes"] if "count" not in entry)
    assert "skos:prefLabel" in properties


def test_loose_files_have_an_editor_without_questions(tmp_path: Path) -> None:
    loose = tmp_path / "loose.ttl"
    label = "</li><script>alert(1)</script>"
    loose.write_text(
        "@prefix : <http://e.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        f'@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . :C a owl:Class ; rdfs:label "{label}" . :x a :C .'
    )
    with server(loose) as running, httpx.Client(base_url=running.address, headers=BROWSER) as client:
        page = Page(client.get("/sparql").text)
        assert "Questions of the library" not in page.words
        assert "http://e.example/C" in [entry["iri"] for entry in client.get("/sparql/terms.json").json()["classes"]]
        answer = ask(client, "SELECT ?c { ?x a ?c . ?c a owl:Class }")
        assert (label in answer.words, set(answer.scripts)) == (True, SCRIPTS)
        assert "no document" in answer.words
        assert client.get("/api/").status_code == 200


@pytest.mark.parametrize(
    ("term", "labels", "shown"),
    [
        (Literal("2018-06"), {}, Cell("2018-06")),
        (Literal("x", language="th"), {}, Cell("x", lang="th")),
        (Literal("2018", datatype=NamedNode(XSD + "gYear")), {}, Cell("2018", type="xsd:gYear")),
        (NamedNode("urn:x"), {"urn:x": "X"}, Cell("X", "", "urn:x")),
        (NamedNode("http://e.example/"), {}, Cell("http://e.example/", "http://e.example/", "http://e.example/")),
        (BlankNode("b"), {}, Cell("_:b")),
    ],
)
def test_a_term_is_shown_for_what_it_is(
    term: Literal | NamedNode | BlankNode, labels: dict[str, str], shown: Cell
) -> None:
    assert cell(term, labels) == shown


@pytest.mark.parametrize(
    ("text", "shape"), [("2018-06", "short"), ("[..2025-11-05]", "short"), ("two words", ""), ("x" * 60, "long")]
)
def test_what_is_short_is_not_broken(text: str, shape: str) -> None:
    assert Cell(text).shape == shape


def test_a_graph_is_cut_at_the_end_of_a_line() -> None:
    body = ("<urn:é> <urn:p> <urn:o> .\n" * (SHOWN_BYTES // 20)).encode()
    found = read(Answer("text/turtle", body, length=len(body), rows=1))
    assert found.cut
    assert found.graph is not None
    assert len(found.graph.encode()) <= SHOWN_BYTES
    assert found.graph.endswith(" .")


def test_of_wide_rows_fewer_are_read_and_all_are_counted() -> None:
    row = '{"x": {"type": "literal", "value": "' + "y" * 100_000 + '"}}'
    body = ('{"head": {"vars": ["x"]}, "results": {"bindings": [' + ",".join([row] * 30) + "]}}").encode()
    found = read(Answer("application/sparql-results+json", body, length=len(body), rows=30))
    assert 0 < len(found.rows) < 30
    assert found.total == 30

"""The graph in Python: questions and queries, and what their results give."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode

import defkg
from defkg.dataset import Dataset
from defkg.result import Result
from defkg.table import Unwritable
from defkg.values import texts
from tests.conftest import ROOT
from tests.test_ask import HOSTILE, JWG, LABEL, LIBRARY, ODD, SLUGS

PRASAD = "https://w3id.org/defkg/id/official/amitabh-prasad"
SOURCES = [f"https://w3id.org/defkg/id/source/{slug}" for slug in SLUGS]
GAPS = """SELECT ?n ?day ?yes ?name ?share { VALUES (?n ?day ?yes ?name ?share) {
  (1 "2024-12-12"^^xsd:date true "a"@en 0.5) (UNDEF UNDEF UNDEF UNDEF UNDEF) } }"""


@pytest.fixture(scope="module")
def kg() -> defkg.Graph:
    return defkg.load(ROOT)


@pytest.fixture(scope="module")
def prasad(kg: defkg.Graph) -> Result:
    return kg.ask("jwgs-co-chaired-by", official="Amitabh Prasad")


@pytest.fixture
def odd(copy: Path) -> defkg.Graph:
    (copy / "queries" / "officials" / "odd.rq").write_text(ODD)
    return defkg.load(str(copy))


def rows(kg: defkg.Graph, sparql: str, sources: bool = True) -> Result:
    found = kg.query(sparql, sources)
    assert isinstance(found, Result)
    return found


def test_rows_are_plain_values(prasad: Result) -> None:
    assert len(prasad) == 1
    assert list(prasad) == [{"jwg": JWG, "jwgLabel": LABEL}]
    assert prasad[0] == prasad[:1][0] == prasad[-1]
    assert prasad.columns == ["jwg", "jwgLabel"]
    assert prasad.terms == [{"jwg": NamedNode(JWG), "jwgLabel": Literal(LABEL, language="en")}]


def test_result_has_labels_sources_question_and_query(prasad: Result) -> None:
    assert prasad.sources == [SOURCES]
    assert prasad.documents == SOURCES
    assert prasad.labels[JWG] == LABEL
    assert prasad.labels[PRASAD] == "Amitabh Prasad"
    assert set(SOURCES) <= set(prasad.labels)
    assert prasad.question == LIBRARY["jwgs-co-chaired-by"]
    assert f"VALUES ?official {{ <{PRASAD}> }}" in prasad.sparql


def test_digest_tells_answers_apart(kg: defkg.Graph, prasad: Result) -> None:
    assert prasad.digest == kg.ask("jwgs-co-chaired-by").digest == rows(kg, prasad.sparql).digest
    assert prasad.digest != kg.ask("jwgs-co-chaired-by", official="Rajesh Kumar Singh").digest


def test_result_is_written(prasad: Result) -> None:
    assert prasad.csv() == f"jwg,jwgLabel\r\n{JWG},{LABEL}\r\n"
    assert prasad.csv(sources=True).splitlines()[1] == f"{JWG},{LABEL},{' '.join(SOURCES)}"
    assert json.loads(prasad.json())["head"]["vars"] == ["jwg", "jwgLabel"]
    assert json.loads(prasad.json(sources=True))["head"]["vars"] == ["jwg", "jwgLabel", "sources"]


def test_result_is_shown(kg: defkg.Graph, prasad: Result) -> None:
    title = LIBRARY["jwgs-co-chaired-by"].title
    assert repr(prasad) == f"{title} (Official: Amitabh Prasad): 1 row\n  jwg\n  {LABEL}"
    silent = kg.ask("jwgs-co-chaired-by", official="Rajesh Kumar Singh")
    assert repr(silent) == f"{title} (Official: Rajesh Kumar Singh): no row: no document states it"
    assert repr(rows(kg, "SELECT * { ?s ?p ?o } LIMIT 12")).splitlines()[-1] == "  … 2 more"


def test_notebook_shows_labels_and_sources(prasad: Result) -> None:
    shown = prasad._repr_html_()
    assert f"<tr><td>{LABEL}</td><td>{'<br>'.join(SLUGS)}</td></tr>" in shown


def test_notebook_shows_text_as_text(kg: defkg.Graph) -> None:
    found = rows(kg, "SELECT ?a (<http://x/%3Cb%3E?<> AS ?b) { VALUES ?a { '<script>&' } }".replace("?<>", ">"))
    shown = found._repr_html_()
    assert "<td>&lt;script&gt;&amp;</td>" in shown
    assert "<script" not in shown
    many = rows(kg, "SELECT * { ?s ?p ?o } LIMIT 60", sources=False)._repr_html_()
    assert (many.count("<tr>"), "… 10 more" in many) == (51, True)


@pytest.mark.parametrize(
    "given", ["Amitabh Prasad", PRASAD, "id:official/amitabh-prasad", NamedNode(PRASAD), rdflib.URIRef(PRASAD)]
)
def test_thing_is_given_by_label_or_iri(kg: defkg.Graph, prasad: Result, given: Any) -> None:
    assert list(kg.ask("jwgs-co-chaired-by", official=given)) == list(prasad)


def test_each_type_of_value_is_given(odd: defkg.Graph) -> None:
    given = {"on_day": date(2025, 1, 2), "format": 5, "class": "a b", "_grlc": -3, "year": 1999, "text": Literal("x")}
    assert odd.ask("odd", **given, country=None)[0] == {
        "on_day": date(2025, 1, 2),
        "format": "5",
        "class": "a b",
        "_grlc": -3,
        "year": 1999,
        "country": None,
        "text": "x",
    }


@pytest.mark.parametrize("name", ["on_day", "class", "_grlc", "year", "country"])
def test_value_of_another_type_is_refused(odd: defkg.Graph, name: str) -> None:
    wrong: tuple[object, ...] = (
        HOSTILE,
        "1 } #",
        "<x> } #",
        "id:country/IND> } #",
        "\x00",
        True,
        1.5,
        ["x"],
        {},
        "9" * 3000,
    )
    for given in wrong:
        with pytest.raises(defkg.QuestionError):
            odd.ask("odd", **{name: given})


def test_text_is_no_truth_value_or_fraction(odd: defkg.Graph) -> None:
    for given in (True, 1.5, b"x"):
        with pytest.raises(defkg.QuestionError, match="text must be text, a whole number, a date or an IRI"):
            odd.ask("odd", text=given)


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("on_day", pandas.Timestamp("2019-02-23"), date(2019, 2, 23)),
        ("on_day", datetime(2019, 2, 23), date(2019, 2, 23)),
        ("on_day", numpy.datetime64("2019-02-23T00:00:00", "ns"), date(2019, 2, 23)),
        ("year", numpy.int64(2019), 2019),
        ("year", numpy.uint16(2019), 2019),
        ("text", numpy.str_("x"), "x"),
    ],
)
def test_values_of_numpy_and_pandas_are_given(odd: defkg.Graph, name: str, given: Any, found: Any) -> None:
    assert odd.ask("odd", **{name: given})[0][name] == found


def test_values_of_a_data_frame_are_put_back(kg: defkg.Graph) -> None:
    frame = rows(kg, GAPS).to_pandas()
    documents = kg.ask("documents-and-their-publishers").to_pandas()
    again = kg.ask("documents-and-their-publishers", document=documents["document"][0])
    assert [row["document"] for row in again] == [documents["document"][0]]
    first = frame.iloc[0]
    assert texts({"n": first["n"], "day": first["day"], "name": first["name"]}) == {
        "n": "1",
        "day": "2024-12-12",
        "name": "a",
    }
    assert texts({"day": frame["day"].to_numpy()[0]}) == {"day": "2024-12-12"}
    for gap in frame.iloc[1].drop("share"):
        with pytest.raises(defkg.QuestionError, match="x must be text"):
            texts({"x": gap})


@pytest.mark.parametrize(
    "given",
    [numpy.True_, pandas.NaT, pandas.NA, numpy.datetime64("NaT"), numpy.float64(2), numpy.array([1, 2]), float("nan")],
    ids=repr,
)
def test_what_is_no_single_value_is_refused(odd: defkg.Graph, given: Any) -> None:
    for name in ("text", "year", "on_day"):
        with pytest.raises(defkg.QuestionError, match=f"{name} must be text, a whole number, a date or an IRI, not "):
            odd.ask("odd", **{name: given})


@pytest.mark.parametrize("given", [datetime(2019, 2, 23, 4), datetime(2019, 2, 23, tzinfo=UTC)])
def test_a_moment_is_no_day(odd: defkg.Graph, given: datetime) -> None:
    with pytest.raises(defkg.QuestionError, match="on_day must be a date"):
        odd.ask("odd", on_day=given)


def test_text_is_only_text(odd: defkg.Graph) -> None:
    for given in (HOSTILE, "'''", "\\", '"""', "?x", "<x>", "a\nb"):
        assert [row["text"] for row in odd.ask("odd", text=given)] == [given]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("jwgs-co-chaired", {}, "did you mean jwgs-co-chaired-by"),
        ("x" * 10_000, {}, "there is no question"),
        ("jwgs-co-chaired-by", {"official": "Amitab"}, "did you mean 'Amitabh Prasad'"),
        ("jwgs-co-chaired-by", {"who": "x"}, "it takes official"),
        ("jwgs-co-chaired-by", {"official": None}, "official is missing"),
        ("jwgs-co-chaired-by", {"official": ["x"]}, "not list"),
    ],
)
def test_what_is_wrong_is_said(kg: defkg.Graph, name: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(defkg.QuestionError, match=words):
        kg.ask(name, **given)


def test_every_question_is_asked_with_its_defaults(kg: defkg.Graph) -> None:
    assert set(kg.questions) == set(LIBRARY)
    for name, question in LIBRARY.items():
        assert len(kg.ask(name)) == len(question.expected), name


def test_values_are_those_of_python(kg: defkg.Graph) -> None:
    found = rows(kg, GAPS)
    assert found[0] == {"n": 1, "day": date(2024, 12, 12), "yes": True, "name": "a", "share": Decimal("0.5")}
    assert found[1] == dict.fromkeys(found.columns)
    assert found.terms[0]["name"] == Literal("a", language="en")
    assert found.terms[1] == {}
    odd = 'SELECT ("2024-02-30"^^xsd:date AS ?a) ("1_0"^^xsd:integer AS ?b) ("20240101"^^xsd:date AS ?c) {}'
    assert rows(kg, odd)[0] == {"a": "2024-02-30", "b": "1_0", "c": "20240101"}


def test_data_frames_have_fitting_types(kg: defkg.Graph) -> None:
    frame = rows(kg, GAPS).to_pandas()
    assert [str(dtype) for dtype in frame.dtypes] == ["Int64", "datetime64[s]", "boolean", "str", "object"]
    assert frame["n"].tolist() == [1, pandas.NA]
    full = rows(kg, "SELECT ?n ?m { VALUES (?n ?m) { (1 1) (2 'x') } }").to_pandas()
    assert [str(dtype) for dtype in full.dtypes] == ["int64", "object"]
    assert full["m"].tolist() == [1, "x"]
    huge = rows(kg, "SELECT ('99999999999999999999'^^xsd:integer AS ?n) {}").to_pandas()
    assert huge["n"].tolist() == [99999999999999999999]


def test_data_frames_have_sources(kg: defkg.Graph, prasad: Result) -> None:
    frame = prasad.to_pandas(sources=True)
    assert list(frame) == ["jwg", "jwgLabel", "sources"]
    assert frame["sources"].tolist() == [SOURCES]
    assert prasad.to_polars(sources=True).rows() == [(JWG, LABEL, SOURCES)]
    assert list(rows(kg, "SELECT (1 AS ?sources) {}").to_pandas(sources=True)) == ["sources", "sources_of_row"]


def test_empty_data_frames_have_columns(kg: defkg.Graph) -> None:
    silent = kg.ask("jwgs-co-chaired-by", official="Rajesh Kumar Singh")
    assert (list(silent.to_pandas()), len(silent.to_pandas())) == (["jwg", "jwgLabel"], 0)
    assert silent.to_polars().columns == ["jwg", "jwgLabel"]
    assert len(rows(kg, "SELECT * {}").to_pandas()) == 1
    assert rows(kg, GAPS).to_polars().schema["n"] == polars.Int64


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_data_frames_need_their_library(prasad: Result, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=f"pip install {name}"):
        getattr(prasad, f"to_{name}")()


def test_own_query_of_each_form(kg: defkg.Graph) -> None:
    assert list(rows(kg, "SELECT (COUNT(*) AS ?n) { ?c a defkg:Country }")) == [{"n": 5}]
    assert kg.query("ASK { id:country\\/IND a defkg:Country }") is True
    assert kg.query("ASK { id:country\\/IND a defkg:Official }") is False
    found = kg.query("CONSTRUCT WHERE { ?c a defkg:Country }")
    assert isinstance(found, rdflib.Graph)
    assert len(found) == 5


def test_own_query_has_sources_unless_they_are_not_wanted(kg: defkg.Graph, prasad: Result) -> None:
    assert rows(kg, prasad.sparql).sources == [SOURCES]
    without = rows(kg, prasad.sparql, sources=False)
    assert (list(without), without.labels[JWG]) == (list(prasad), LABEL)
    with pytest.raises(defkg.QuestionError, match="not asked for"):
        _ = without.sources


def test_query_whose_sources_cannot_be_told_has_its_columns(kg: defkg.Graph) -> None:
    grouped = "SELECT ?b ?a (COUNT(*) AS ?n) { ?a a ?b FILTER(false) } GROUP BY ?a ?b HAVING(EXISTS { ?a a ?b })"
    found = rows(kg, f"SELECT ?b ?a {{ {grouped} }}")
    assert (found.columns, len(found)) == (["b", "a"], 0)
    with pytest.raises(defkg.QuestionError, match="cannot be told"):
        found.csv(sources=True)


def test_blank_nodes_are_shown_and_not_written(kg: defkg.Graph) -> None:
    found = rows(kg, "SELECT (BNODE() AS ?b) {}")
    assert found[0]["b"].startswith("_:")
    assert "_:" in repr(found)
    assert "_:" in found._repr_html_()
    with pytest.raises(Unwritable, match="blank node"):
        found.csv()


@pytest.mark.parametrize(
    ("sparql", "words"),
    [
        ("SELEKT", "line 1, column"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("ASK {SERVICE <http://127.0.0.1:9/> {}}", "SERVICE"),
        ("INSERT DATA { <x:a> <x:b> 1 }", "update"),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "no such graph"),
        ("ASK " + "{" * 500 + "}" * 500, "nested too deeply"),
    ],
)
def test_query_that_is_refused_is_said(kg: defkg.Graph, sparql: str, words: str) -> None:
    with pytest.raises(defkg.QuestionError, match=words):
        kg.query(sparql)


def test_names_and_labels(kg: defkg.Graph) -> None:
    assert ("Brunei" in [named.label for named in kg.names("defkg:Country")], len(kg.names("defkg:Country"))) == (
        True,
        5,
    )
    assert kg.names("defkg:Nothing") == []
    assert kg.label("id:country/IND") == kg.label("https://w3id.org/defkg/id/country/IND") == "India"
    assert kg.label("id:country/XXX") == "id:country/XXX"
    for wrong in ("nowhere:x", "a b"):
        with pytest.raises(defkg.QuestionError, match="is no IRI"):
            kg.label(wrong)


def test_explanation_ends_in_documents(kg: defkg.Graph) -> None:
    found = kg.explain(PRASAD, "defkg:coChaired", JWG)
    assert found is not None
    assert found.rule is not None
    assert len(list(found.asserted())) == 3
    assert kg.explain("id:official/rajesh-kumar-singh", "defkg:coChaired", JWG) is None


@pytest.mark.filterwarnings("ignore:Dataset.default_context")  # rdflib warns of itself
def test_graph_of_rdflib_is_the_whole(kg: defkg.Graph, closed: Dataset) -> None:
    assert kg.graph is kg.graph
    asked = kg.graph.query(
        "SELECT ?jwg { ?official defkg:coChaired ?jwg } ", initBindings={"official": rdflib.URIRef(PRASAD)}
    )
    assert [str(row[0]) for row in asked] == [JWG]  # type: ignore[index]
    assert len(kg.graph.default_graph) == len({*closed.asserted, *closed.inferred})
    assert {str(graph.identifier) for graph in kg.graph.graphs()} >= set(SOURCES)


def test_bundled_graph_is_loaded_without_a_folder(kg: defkg.Graph) -> None:
    assert defkg.load().digest == kg.digest


def test_what_is_no_project_is_said(tmp_path: Path, copy: Path) -> None:
    with pytest.raises(defkg.ProjectError, match="is no project folder"):
        defkg.load(tmp_path)
    (copy / "data" / "registry" / "places.ttl").write_text("broken")
    with pytest.raises(defkg.ProjectError, match=r"places\.ttl:1:\d+"):
        defkg.load(copy)


def test_a_file_dropped_in_is_asked(copy: Path) -> None:
    (copy / "queries" / "new-topic").mkdir()
    (copy / "queries" / "new-topic" / "new.rq").write_text("#+ title: New?\nSELECT (1 AS ?n) {}")
    assert list(defkg.load(copy).ask("new")) == [{"n": 1}]


def test_ask_is_as_true_as_its_question_and_has_sources(copy: Path) -> None:
    folder = copy / "queries" / "officials"
    (folder / "yes.rq").write_text(f"#+ title: Yes?\nASK {{ <{PRASAD}> defkg:coChaired ?jwg }}")
    (folder / "no.rq").write_text(f"#+ title: No?\nASK {{ <{PRASAD}> defkg:signed <{JWG}> }}")
    (folder / "cut.rq").write_text("#+ title: Cut?\nASK { ?s ?p ?o } LIMIT 1")
    kg = defkg.load(copy)
    yes, no, cut = (kg.ask(name) for name in ("yes", "no", "cut"))
    assert [(bool(one), one.boolean) for one in (yes, no, cut)] == [(True, True), (False, False), (True, True)]
    assert (list(yes), yes.sources, no.sources) == ([{}], [SOURCES], [])
    with pytest.raises(defkg.QuestionError, match="groups or cuts"):
        _ = cut.sources
    (folder / "cut.rq").write_text("#+ title: Cut?\nASK { ?s ?p ?o FILTER (false) } LIMIT 1")
    assert defkg.load(copy).ask("cut").boolean is False
    assert [repr(one) for one in (yes, no, cut)] == ["Yes?: true", "No?: false: no document states it", "Cut?: true"]
    assert f"<p>Yes?: true</p><table><thead><tr><th>sources</th></tr></thead><tbody><tr><td>{SLUGS[0]}<br>" in (
        yes._repr_html_()
    )
    assert "<table>" not in no._repr_html_() + cut._repr_html_()
    assert (yes.csv(), no.csv()) == ("true", "false")
    assert json.loads(no.json()) == {"head": {}, "boolean": False}
    assert yes.csv(sources=True) == f"sources\r\n{' '.join(SOURCES)}\r\n"
    assert (yes.digest == cut.digest, yes.digest == no.digest) == (True, False)


def test_question_whose_answer_is_a_graph_is_said(copy: Path) -> None:
    built = "#+ title: Built?\nCONSTRUCT WHERE { ?c a defkg:Country }"
    (copy / "queries" / "officials" / "built.rq").write_text(built)
    with pytest.raises(defkg.QuestionError, match="no rows: its answer is a graph"):
        defkg.load(copy).ask("built")


def test_question_that_is_refused_is_said_before_it_is_asked(copy: Path) -> None:
    service = "#+ title: Service?\nSELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    (copy / "queries" / "officials" / "service.rq").write_text(service)
    with pytest.raises(defkg.QuestionError, match="SERVICE is refused"):
        defkg.load(copy).ask("service")


def test_question_runs_once_for_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noting(work: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        def noted(self: Any, sparql: str) -> Any:
            asked.append(sparql)
            return work(self, sparql)

        return noted

    monkeypatch.setattr(Dataset, "select", noting(Dataset.select))
    monkeypatch.setattr(defkg.Graph, "_run", noting(defkg.Graph._run))
    kg = defkg.load(ROOT)
    found = kg.ask("jwgs-co-chaired-by")
    assert asked.count(found.sparql) == 1
    kg.query("ASK {}")
    assert "ASK {}" in asked


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        (
            "mechanisms-without-known-meeting",
            {"country": "Brunei"},
            "fits, and the question also asks for what is absent",
        ),
        ("partners-without-exercise", {"country": "Thailand"}, "fits, and the question also asks for what is absent"),
        ("events-after-day", {"after": date(2999, 1, 1)}, "no row: nothing in this graph fits"),
        ("jwgs-co-chaired-by", {"official": "Rajesh Kumar Singh"}, "no row: no document states it"),
    ],
)
def test_no_row_means_no_more_than_the_question_asks(
    kg: defkg.Graph, name: str, given: dict[str, Any], words: str
) -> None:
    assert repr(kg.ask(name, **given)).endswith(words)


def test_no_row_of_an_own_query_means_nothing_more(kg: defkg.Graph) -> None:
    query = "SELECT * { ?c a defkg:Country FILTER NOT EXISTS { ?c a ?kind } }"
    assert (repr(rows(kg, query)), repr(rows(kg, query, sources=False))) == ("no row", "no row")


def test_a_column_that_names_another_is_shown_in_its_place(kg: defkg.Graph) -> None:
    found = kg.ask("documents-and-their-publishers")
    assert "documentTitle" in found.columns
    assert repr(found).splitlines()[1] == "  document | issued | publisher | kindLabel"
    assert "documentTitle" not in found._repr_html_()


def test_import_is_quick_and_says_what_is_there() -> None:
    program = "import defkg, sys; print({'rdflib', 'pyoxigraph', 'yaml'} & set(sys.modules), *dir(defkg))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.startswith("set() ")
    assert {"load", "Graph", "Result", "QuestionError", "ProjectError"} <= set(said.split())
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = getattr(defkg, "nothing")  # noqa: B009

"""``defkg ask``: the library listed, and questions asked with their own options."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from defkg.answer import values_of
from defkg.cli import main
from defkg.cli.answering import reply
from defkg.cli.flags import command, example, options
from defkg.dataset import Dataset
from defkg.naming import Names
from defkg.project import Project, ProjectError
from defkg.question import Question, library
from defkg.terms import ID
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("own_cache")
LIBRARY = library(Project.open(ROOT))
JWG = "https://w3id.org/defkg/id/mechanism/india-brunei-jwg"
LABEL = "India–Brunei Joint Working Group on Defence Cooperation"
SLUGS = ["2025-12-09-pti-india-brunei-jwg", "undated-india-brunei-jwg"]
ODD = """#+ title: What is odd?
#+ description: Gives back what it is given.
#+ parameters:
#+   - {name: on_day, type: date, label: Day, default: 2024-12-12}
#+   - {name: format, type: text, label: Format, default: plain}
#+   - {name: class, type: choice, label: Class, choices: [a b, c], default: c}
#+   - {name: _grlc, type: number, label: Number, default: 17}
#+   - {name: year, type: year, label: Year, default: 2024}
#+   - {name: country, type: thing, class: defkg:Country, label: Country, optional: true, default: id:country/IND}
#+   - {name: text, type: text, label: Text, optional: true}
SELECT ?on_day ?format ?class ?_grlc ?year ?country ?text WHERE {}
"""
SILENT = """#+ title: Nothing?
#+ parameters:
#+   - {name: day, type: date, label: Day}
SELECT ?day { FILTER(false) }
"""


BOLD = re.compile(r"\x1b\[[0-9]*m")


class Said(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Said]


@pytest.fixture
def defkg(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, in a pipe or on a terminal."""

    def run(*args: str | Path, terminal: str | bool = False) -> Said:
        monkeypatch.setattr(sys, "argv", ["defkg", *map(str, args)])
        monkeypatch.setattr(sys.stdout, "isatty", lambda: bool(terminal))
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TERM", "dumb" if terminal == "dumb" else "xterm")
        status: Any = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        out, err = capsys.readouterr()
        return Said(status, out if terminal == "dumb" else BOLD.sub("", out), err)

    return run


@pytest.fixture
def odd(copy: Path) -> Path:
    (copy / "queries" / "officials" / "odd.rq").write_text(ODD)
    (copy / "queries" / "officials" / "silent.rq").write_text(SILENT)
    return copy


def test_list_in_a_pipe_has_three_columns(defkg: Run) -> None:
    rows = [line.split("\t") for line in defkg("ask").lines]
    assert rows == sorted([question.group, question.name, question.title] for question in LIBRARY.values())


def test_list_on_a_terminal_has_headings(defkg: Run) -> None:
    said = defkg("ask", terminal=True)
    assert {question.group for question in LIBRARY.values()} <= set(said.lines)
    assert any(line.startswith("  jwgs-co-chaired-by ") for line in said.lines)


def test_list_by_tag(defkg: Run) -> None:
    names = [line.split("\t")[1] for line in defkg("ask", "--tag", "Co-Chair").lines]
    assert names
    assert set(names) == {name for name, question in LIBRARY.items() if "co-chair" in question.tags}
    refused = defkg("ask", "--tag", "co-chare")
    assert (refused.status, refused.out) == (2, "")
    assert "did you mean 'co-chair'" in refused.err


def test_help_tells_of_the_question(defkg: Run) -> None:
    said = " ".join(defkg("ask", "jwgs-co-chaired-by", "--help").out.split())
    for words in (
        LIBRARY["jwgs-co-chaired-by"].title,
        LIBRARY["jwgs-co-chaired-by"].description,
        "--official NAME|IRI",
        "another name it goes by",
        "Default: Amitabh Prasad",
    ):
        assert words in said


def test_example_in_the_help_runs(defkg: Run) -> None:
    said = defkg("ask", "jwgs-co-chaired-by", "--help").lines
    line = next(line for line in said if "Example: " in line).partition("Example: ")[2]
    assert line == 'defkg ask jwgs-co-chaired-by --official "Amitabh Prasad"'
    assert defkg(*shlex.split(line)[1:]).lines[1:] == [f"{JWG},{LABEL}"]


@pytest.mark.parametrize("question", LIBRARY.values(), ids=list(LIBRARY))
def test_every_question_has_an_example_that_asks_its_defaults(closed: Dataset, question: Question) -> None:
    names = Names.read(closed.select, (p.kind for p in question.parameters))
    words = shlex.split(example(question, names))
    assert words[:3] == ["defkg", "ask", question.name]
    flags = options(question.parameters)
    found = command(question, Project.open(ROOT)).make_context("ask", words[3:]).params
    given = {flags[name].name: texts[0] for name, texts in found.items() if name in flags and texts}
    assert values_of(question, names, given) == question.defaults()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["jwgs-co-chaired"], "did you mean jwgs-co-chaired-by"),
        (["jwgs-co-chaired", "--official", "x"], "did you mean jwgs-co-chaired-by"),
        (["--official", "x"], "there is no question '--official'"),
        (["jwgs-co-chaired-by", "--official", "Amitab Prasad"], "did you mean 'Amitabh Prasad'"),
        (["jwgs-co-chaired-by", "--official", "id:official/nobody"], "nothing here is id:official/nobody"),
        (["jwgs-co-chaired-by", "--official", "India"], "must be a defkg:Official"),
        (["jwgs-co-chaired-by", "--official="], "official is missing"),
        (["jwgs-co-chaired-by", "--oficial", "x"], "it takes --official"),
        (["jwgs-co-chaired-by", "--official"], "requires an argument"),
        (["jwgs-co-chaired-by", "--official", "a", "--official", "b"], "given twice"),
        (["jwgs-co-chaired-by", "--official", "a", "--param", "official=b"], "given twice"),
        (["jwgs-co-chaired-by", "--param", "official"], "NAME=VALUE"),
        (["jwgs-co-chaired-by", "--param", "who=x"], "it takes official"),
        (["jwgs-co-chaired-by", "more"], "more"),
        (["jwgs-co-chaired-by", "--format", "nonsense"], "'nonsense' is not one of 'table', 'csv'"),
        (["jwgs-co-chaired-by", "--project", "nowhere"], "nowhere is not there"),
        (["meetings-of-known-day", "--no-such"], "--help"),
    ],
)
def test_what_is_wrong_is_one_line(defkg: Run, args: list[str], words: str) -> None:
    said = defkg("ask", *args)
    assert (said.status, said.out) == (2, "")
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_csv_is_header_and_rows_and_sources_only_where_asked_for(defkg: Run) -> None:
    assert defkg("ask", "jwgs-co-chaired-by").lines == ["jwg,jwgLabel", f"{JWG},{LABEL}"]
    sources = " ".join(f"{ID}source/{slug}" for slug in SLUGS)
    said = defkg("ask", "jwgs-co-chaired-by", "--sources", "--format", "csv")
    assert said.lines == ["jwg,jwgLabel,sources", f"{JWG},{LABEL},{sources}"]
    silent = defkg("ask", "jwgs-co-chaired-by", "--official", "Rajesh Kumar Singh")
    assert (silent.status, silent.lines) == (0, ["jwg,jwgLabel"])


def test_other_formats(defkg: Run) -> None:
    found = json.loads(defkg("ask", "jwgs-co-chaired-by", "--format", "json").out)
    assert [row["jwg"]["value"] for row in found["results"]["bindings"]] == [JWG]
    found = json.loads(defkg("ask", "jwgs-co-chaired-by", "--format", "json", "--sources").out)
    assert found["head"]["vars"] == ["jwg", "jwgLabel", "sources"]
    assert defkg("ask", "jwgs-co-chaired-by", "--format", "tsv").lines[1].startswith(f"<{JWG}>\t")
    assert f"<uri>{JWG}</uri>" in defkg("ask", "jwgs-co-chaired-by", "--format", "xml").out


def test_turtle_is_what_the_rows_rest_on(defkg: Run, closed: Dataset) -> None:
    said = defkg("ask", "jwgs-co-chaired-by", "--format", "turtle")
    triples = [quad.triple for quad in parse(said.out, format=RdfFormat.TURTLE)]
    assert {t.predicate.value.rpartition("#")[2] for t in triples} == {"coChaired", "type", "prefLabel"}
    assert all(Quad(*triple) in closed.store for triple in triples)
    assert said.out == defkg("ask", "jwgs-co-chaired-by", "--format", "turtle").out
    prefixes = [line for line in said.lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert len(prefixes) == 4


def test_table_on_a_terminal_has_labels_sources_and_a_count(defkg: Run) -> None:
    said = defkg("ask", "jwgs-co-chaired-by", terminal=True)
    assert LABEL in said.out
    assert "jwgLabel" not in said.out
    assert JWG not in said.out
    assert all(slug in said.out for slug in SLUGS)
    assert said.lines[-1] == "1 row"
    assert SLUGS[0] not in defkg("ask", "jwgs-co-chaired-by", "--no-sources", terminal=True).out


def test_empty_table_says_what_was_looked_for(defkg: Run) -> None:
    said = defkg("ask", "jwgs-co-chaired-by", "--official", "Rajesh Kumar Singh", terminal=True)
    title = LIBRARY["jwgs-co-chaired-by"].title
    assert said.lines == [f"{title} (Official: Rajesh Kumar Singh)", "no row: no document states it"]


def test_every_parameter_can_be_given(defkg: Run, odd: Path) -> None:
    plain = defkg("ask", "odd", "--project", odd)
    assert plain.lines[1] == f"2024-12-12,plain,c,17,2024,{ID}country/IND,"
    args = [
        "--on_day",
        "2025-01-01",
        "--class",
        "a b",
        "--grlc",
        "-3",
        "--year=1999",
        "--country",
        "brn",
        "--text",
        "x",
    ]
    said = defkg("ask", "odd", "--project", odd, *args, "--param", "format=a=b", "--format", "csv")
    assert said.lines[1] == f"2025-01-01,a=b,a b,-3,1999,{ID}country/BRN,x"
    assert defkg("ask", "odd", "--project", odd, "--on-day", "2025-01-01").lines[1].startswith("2025-01-01,")
    assert defkg("ask", "odd", "--project", odd, "--country=", "--text=").lines[1] == "2024-12-12,plain,c,17,2024,,"


def test_help_tells_of_a_parameter_whose_name_is_taken(defkg: Run, odd: Path) -> None:
    said = " ".join(defkg("ask", "odd", "--project", odd, "--help").out.split())
    assert "By --param format=…: Format: text of up to 2,000 characters. Default: plain." in said
    assert '--param "format=plain"' in said or "--param format=plain" in said
    assert 'May be left out: --country=""' in said


def test_what_has_no_default_must_be_given(defkg: Run, odd: Path) -> None:
    said = defkg("ask", "silent", "--project", odd)
    assert (said.status, said.err) == (2, "defkg: day is missing: give a date, such as 2024-12-12\n")
    assert "--day 2024-12-12" in defkg("ask", "silent", "--project", odd, "--help").out
    assert defkg("ask", "silent", "--project", odd, "--day", "2024-12-12").lines == ["day"]


def test_one_broken_question_stops_no_other(defkg: Run, odd: Path) -> None:
    (odd / "queries" / "officials" / "broken.rq").write_text("#+ title: [\nSELECT * {}")
    assert defkg("ask", "odd", "--project", odd).status == 0
    said = defkg("ask", "broken", "--project", odd)
    assert said.status == 2
    assert said.err.startswith("defkg: queries/officials/broken.rq:1:1 ")


def test_two_of_one_name_are_refused(defkg: Run, odd: Path) -> None:
    (odd / "queries" / "topics" / "odd.rq").write_text(ODD)
    said = defkg("ask", "odd", "--project", odd)
    assert (said.status, said.out) == (2, "")
    assert "queries/topics/odd.rq:1:1 there are two questions named odd" in said.err


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        (
            "mechanisms-without-known-meeting",
            ["--country", "Brunei"],
            "fits, and the question also asks for what is absent",
        ),
        ("events-after-day", ["--after", "2999-01-01"], "no row: nothing in this graph fits"),
    ],
)
def test_no_row_means_no_more_than_the_question_asks(defkg: Run, name: str, given: list[str], words: str) -> None:
    said = defkg("ask", name, *given, "--format", "table")
    assert said.lines[-1].endswith(words)
    assert "no document states it" not in said.out


def test_a_column_that_names_another_is_shown_in_its_place(defkg: Run) -> None:
    said = defkg("ask", "documents-and-their-publishers", "--format", "table")
    assert "documentTitle" not in said.out
    assert said.out.count("Article on India–Thailand talks") == 1


PRASAD = f"{ID}official/amitabh-prasad"
WHETHER = f"#+ title: Whether?\nASK {{ <{PRASAD}> defkg:coChaired ?jwg }}"
BUILT = "#+ title: Built?\nCONSTRUCT WHERE { ?c a defkg:Country }"


@pytest.fixture
def formed(copy: Path) -> Path:
    folder = copy / "queries" / "officials"
    (folder / "whether.rq").write_text(WHETHER)
    (folder / "whether-not.rq").write_text(WHETHER.replace("?jwg", "defkg:Country"))
    (folder / "built.rq").write_text(BUILT)
    return copy


def test_truth_is_a_line_and_in_a_table_has_its_sources(defkg: Run, formed: Path) -> None:
    for form in ([], ["--format", "tsv"], ["--format", "table", "--no-sources"]):
        assert defkg("ask", "whether", "--project", formed, *form).out == "true\n"
    assert defkg("ask", "whether-not", "--project", formed).out == "false\n"
    sourced = ["true", *(f"source: {slug}" for slug in SLUGS)]
    assert defkg("ask", "whether", "--project", formed, terminal=True).lines == sourced
    assert defkg("ask", "whether", "--project", formed, "--format", "table").lines == sourced
    denied = defkg("ask", "whether-not", "--project", formed, terminal=True).lines
    assert denied == ["Whether?", "false: no document states it"]
    json_on_terminal = defkg("ask", "whether", "--project", formed, "--format", "json", terminal=True)
    assert json_on_terminal.out == '{"head":{},"boolean":true}\n'


def test_truth_has_sources_and_grounds_as_rows_have(defkg: Run, formed: Path) -> None:
    sources = " ".join(f"{ID}source/{slug}" for slug in SLUGS)
    assert defkg("ask", "whether", "--project", formed, "--sources").lines == ["sources", sources]
    grounds = defkg("ask", "whether", "--project", formed, "--format", "turtle").out
    (triple,) = [quad.triple for quad in parse(grounds, format=RdfFormat.TURTLE)]
    assert (triple.subject.value, triple.predicate.value.rpartition("#")[2]) == (PRASAD, "coChaired")


def test_own_query_says_what_it_found_and_no_more(defkg: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.rq"
    file.write_text("SELECT * { ?c a defkg:Country FILTER NOT EXISTS { ?c a ?kind } }")
    assert defkg("query", file, terminal=True).lines[-1] == "no row"
    file.write_text("ASK {}")
    assert [defkg("query", file, terminal=seen).out for seen in (True, False)] == ["true\n", "true\n"]


@pytest.mark.parametrize("args", [["built"], ["jwgs-co-chaired-by", "--format", "turtle"]])
def test_sources_are_refused_where_there_are_no_rows_to_put_them_beside(
    defkg: Run, formed: Path, args: list[str]
) -> None:
    assert defkg("ask", *args, "--project", formed).status == 0
    said = defkg("ask", *args, "--project", formed, "--sources")
    assert (said.status, said.out) == (2, "")
    assert "--sources is for an answer with rows" in said.err


@pytest.mark.parametrize("args", [[], ["--format", "table"], ["--sources"], ["--format", "turtle"]])
def test_question_that_is_refused_is_one_line(defkg: Run, copy: Path, args: list[str]) -> None:
    service = "#+ title: Service?\nSELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    (copy / "queries" / "officials" / "service.rq").write_text(service)
    said = defkg("ask", "service", "--project", copy, *args)
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "SERVICE is refused" in said.err


@pytest.mark.parametrize("form", ["table", "csv", "turtle"])
@pytest.mark.parametrize("sources", [None, True])
def test_query_that_is_not_sparql_is_one_line(project: Project, form: str, sources: bool | None) -> None:
    broken = Question("broken", "officials", "Broken?", "SELECT ?x { BIND(1 AS ?x) BIND(2 AS ?x) }")
    with pytest.raises(ProjectError, match=r"not valid SPARQL|--sources is for"):
        reply(project, broken, {}, form, sources)


def test_thing_of_no_class_is_given_by_its_iri_and_says_so(defkg: Run, copy: Path) -> None:
    anything = "#+ title: Any?\n#+ parameters: [{name: it, type: thing, label: It}]\nSELECT ?p { ?it ?p ?o }"
    (copy / "queries" / "officials" / "anything.rq").write_text(anything)
    said = " ".join(defkg("ask", "anything", "--project", copy, "--help").out.split())
    assert "--it IRI It: an IRI, in full or as id:country/IND." in said
    assert len(defkg("ask", "anything", "--project", copy, "--it", "id:country/IND").lines) > 1
    assert defkg("ask", "anything", "--project", copy).err.endswith("give an IRI, in full or as id:country/IND\n")


HOSTILE = 'x" } UNION { ?s ?p ?o } #'


@pytest.mark.parametrize("flag", ["on-day", "class", "grlc", "year", "country"])
@pytest.mark.parametrize("text", [HOSTILE, "id:country/IND> } #", "1 } #"])
def test_value_is_never_query(defkg: Run, odd: Path, flag: str, text: str) -> None:
    said = defkg("ask", "odd", "--project", odd, f"--{flag}", text)
    assert (said.status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1


def test_text_is_text(defkg: Run, odd: Path) -> None:
    said = defkg("ask", "odd", "--project", odd, "--text", HOSTILE, "--format", "json")
    assert [row["text"]["value"] for row in json.loads(said.out)["results"]["bindings"]] == [HOSTILE]


@pytest.mark.parametrize("form", ["table", "csv", "json", "xml", "tsv", "turtle"])
def test_nothing_steers_the_terminal(defkg: Run, copy: Path, form: str) -> None:
    file = copy / "data" / "registry" / "mechanisms.ttl"
    file.write_text(file.read_text().replace(f'"{LABEL}"', '"\\u001B[31m[bold]R[/]\\u202E"'))
    said = defkg("ask", "jwgs-co-chaired-by", "--project", copy, "--format", form, terminal="dumb")
    assert "[31m[bold]R[/]" in said.out
    assert not {"\x1b", "\u202e"} & set(said.out)


def test_a_file_dropped_in_is_asked(defkg: Run, copy: Path) -> None:
    (copy / "queries" / "new-topic").mkdir()
    (copy / "queries" / "new-topic" / "new.rq").write_text("#+ title: New?\nSELECT (1 AS ?n) {}")
    assert "new-topic\tnew\tNew?" in defkg("ask", "--project", copy).lines
    assert defkg("ask", "new", "--project", copy).lines == ["n", "1"]

"""``defkg ask``: the library listed, questions asked with their own options, and what a shell completes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from defkg.answer import values_of
from defkg.cli import app, main
from defkg.cli.flags import command, example, options
from defkg.dataset import Dataset
from defkg.naming import Names
from defkg.project import Project
from defkg.question import Question, library
from defkg.terms import ID
from tests.conftest import ROOT

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


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "160")


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


def test_question_that_has_no_rows_is_answered(defkg: Run, copy: Path) -> None:
    (copy / "queries" / "officials" / "whether.rq").write_text("#+ title: Whether?\nASK {}")
    assert defkg("ask", "whether", "--project", copy).out.strip() == "true"
    assert defkg("ask", "whether", "--project", copy, terminal=True).out.strip() == "true"


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


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a shell is told to complete after some words, of which the last is not complete."""

    def run(shell: str, *words: str) -> str:
        monkeypatch.setenv("_DEFKG_COMPLETE", f"complete_{shell}")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["defkg", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", " ".join(["defkg", *words]))
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        with pytest.raises(SystemExit):
            app(args=[], prog_name="defkg")
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completes_names_options_labels_and_choices(
    complete: Callable[..., str], odd: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(odd)
    names = complete(shell, "ask", "jwgs-")
    assert "jwgs-co-chaired-by" in names
    assert "odd" not in names
    assert "--official" in complete(shell, "ask", "jwgs-co-chaired-by", "--o")
    label = r"Amitabh\ Prasad" if shell == "bash" else "Amitabh Prasad"
    for begun in ("Am", "am"):
        labels = complete(shell, "ask", "jwgs-co-chaired-by", "--official", begun)
        assert label in labels
        assert "Singh" not in labels
    choice = r"a\ b" if shell == "bash" else "a b"
    assert choice in complete(shell, "ask", "odd", "--class", "a")


def test_titles_stand_beside_names_on_one_line(
    complete: Callable[..., str], odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (odd / "queries" / "officials" / "odd.rq").write_text(
        ODD.replace("What is odd?", f"What is odd{' and long' * 20}?")
    )
    monkeypatch.chdir(odd)
    monkeypatch.setenv("COLUMNS", "80")
    said = complete("fish", "ask", "")
    assert {line.partition("\t")[0] for line in said.splitlines()} == {*LIBRARY, "odd", "silent"}
    assert "\tWhat is odd and long" in said


def test_bash_keeps_a_label_in_one_word(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("defkg")
    asked = {**os.environ, "_DEFKG_COMPLETE": "source_bash"}  # as --show-completion does in a bash
    script = subprocess.run([program], env=asked, capture_output=True, text=True, check=True).stdout
    for begun, inserted in (("Am", r"Amitabh\ Prasad"), ('"Am', "Amitabh Prasad")):
        words = shlex.join(["defkg", "ask", "jwgs-co-chaired-by", "--official", begun])
        press = f"COMP_WORDS=({words}); COMP_CWORD=4; _defkg_completion {program}"
        ask = f'{script}\n{press}\nprintf "%s|" "${{COMPREPLY[@]}}"'
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
        assert done.stdout == f"{inserted}|"


def test_labels_are_kept_as_long_as_the_project_is_as_it_was(
    complete: Callable[..., str], copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    asked = ("fish", "ask", "jwgs-co-chaired-by", "--official", "Am")
    assert complete(*asked) == "Amitabh Prasad\n"
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    kept.write_text(kept.read_text().replace("Amitabh Prasad", "Amended"))
    assert complete(*asked) == "Amended\n"
    file = copy / "data" / "registry" / "officials.ttl"
    file.write_text(file.read_text() + "\n")
    assert complete(*asked) == "Amitabh Prasad\n"
    assert list((tmp_path / "cache" / "defkg").iterdir()) == [kept]


@pytest.mark.parametrize("broken", ["", "[", "[]", '{"digest": 1}', "[" * 100_000, "\x00"])
def test_broken_cache_is_not_used(
    complete: Callable[..., str], tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    asked = ("fish", "ask", "jwgs-co-chaired-by", "--official", "Am")
    complete(*asked)
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    kept.write_text(broken)
    assert complete(*asked) == "Amitabh Prasad\n"


def test_cache_of_the_wrong_shape_is_not_used(complete: Callable[..., str], tmp_path: Path) -> None:
    asked = ("fish", "ask", "jwgs-co-chaired-by", "--official", "Am")
    complete(*asked)
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    digest = json.loads(kept.read_text())["digest"]
    wrong: tuple[object, ...] = ([], {"x": "Am"}, {"x": [1]}, None)
    for labels in wrong:
        kept.write_text(json.dumps({"digest": digest, "labels": labels}))
        assert complete(*asked) == "Amitabh Prasad\n"


def test_cache_folder_that_cannot_be_is_not_used(
    complete: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert complete("fish", "ask", "jwgs-co-chaired-by", "--official", "Am") == "Amitabh Prasad\n"


def test_nothing_is_said_where_a_shell_completes_in_a_broken_project(
    complete: Callable[..., str], odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(odd)
    (odd / "data" / "registry" / "officials.ttl").write_text("broken")
    (odd / "queries" / "officials" / "broken.rq").write_text("broken")
    assert complete("fish", "ask", "jwgs-co-chaired-by", "--official", "Am").strip() == ""
    assert complete("fish", "ask", "broken", "--").strip()
    assert "broken" in complete("fish", "ask", "bro")


def test_label_with_a_line_end_is_not_completed(
    complete: Callable[..., str], copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    file = copy / "data" / "registry" / "officials.ttl"
    file.write_text(file.read_text().replace('"Amitabh Prasad"', '"Am\\n\\u001B[31m"'))
    assert complete("fish", "ask", "jwgs-co-chaired-by", "--official", "Am").strip() == ""


def test_a_file_dropped_in_is_asked(defkg: Run, copy: Path) -> None:
    (copy / "queries" / "new-topic").mkdir()
    (copy / "queries" / "new-topic" / "new.rq").write_text("#+ title: New?\nSELECT (1 AS ?n) {}")
    assert "new-topic\tnew\tNew?" in defkg("ask", "--project", copy).lines
    assert defkg("ask", "new", "--project", copy).lines == ["n", "1"]

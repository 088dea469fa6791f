"""The commands: exit status, one clear message for bad input, no traceback."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.server import free_port, server


def run(*args: str | Path, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "defkg", *map(str, args)]
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", **env},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.splitlines()


def test_check_finds_nothing_in_the_repository() -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (0, "")


def test_check_of_a_failing_example_prints_one_line_with_place_and_rule() -> None:
    example = "tests/examples/undeclared-term/fail.ttl"
    done = run("check", example)
    assert done.returncode == 1
    assert re.fullmatch(rf"{example}:6:23 checks:undeclared-term .*did you mean defkg:Meeting\?.*\n", done.stdout)


def test_check_as_json() -> None:
    done = run("check", "--format", "json", "tests/examples/Agreement-parties/fail.ttl")
    (finding,) = json.loads(done.stdout)
    assert (finding["rule"], finding["line"], finding["column"]) == (
        "https://w3id.org/defkg/shapes#Agreement-parties",
        6,
        1,
    )


def test_broken_file_is_one_finding(copy: Path) -> None:
    file = copy / "data/sources/2025-11-05-india-israel-jwg.ttl"
    file.write_text(file.read_text() + "\nid:meeting\\/x a defkg:Meeting\n")
    done = run("check", copy)
    assert done.returncode == 1
    assert len(lines(done)) == 1
    assert re.search(r"2025-11-05-india-israel-jwg.ttl:\d+:\d+ checks:syntax not valid Turtle", done.stdout)


def test_file_that_is_not_utf8_is_a_finding(copy: Path) -> None:
    (copy / "data/registry/places.ttl").write_bytes(b"# caf\xe9\n")
    done = run("check", copy)
    assert (done.returncode, len(lines(done))) == (1, 1)
    assert "places.ttl:1:6 checks:not-utf8" in done.stdout


def test_wrong_date_is_one_finding(copy: Path) -> None:
    file = copy / "data/sources/2025-12-09-pti-india-brunei-jwg.ttl"
    file.write_text(file.read_text().replace('defkg:earliest "2025-12-09"', 'defkg:earliest "2025-02-30"'))
    done = run("check", copy)
    assert (done.returncode, len(lines(done))) == (1, 1)
    assert "checks:ill-typed" in done.stdout


def test_thing_of_two_disjoint_classes_is_named_with_its_file(copy: Path) -> None:
    file = copy / "data/registry/exercises.ttl"
    file.write_text(file.read_text().replace("jimex a defkg:Exercise", "jimex a defkg:Exercise, defkg:Summit"))
    done = run("check", copy)
    assert done.returncode == 1
    assert re.search(r"exercises\.ttl:\d+:\d+ checks:inconsistent id:exercise/jimex is both", done.stdout)


def test_axiom_without_a_rule_is_a_finding(copy: Path) -> None:
    file = copy / "ontology/defkg.ttl"
    file.write_text(file.read_text() + "\ndefkg:signed a owl:FunctionalProperty .\n")
    done = run("check", copy)
    assert done.returncode == 1
    assert "checks:uncovered-axiom defkg:signed rdf:type owl:FunctionalProperty" in done.stdout


def test_file_that_no_graph_takes_is_a_finding(copy: Path) -> None:
    (copy / "data" / "stray.ttl").write_text("")
    done = run("check", copy)
    assert (done.returncode, len(lines(done))) == (1, 1)
    assert "stray.ttl:1:1 checks:misplaced-file" in done.stdout


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (["ontology"], "ontology/ missing"),
        (["ontology/defkg.ttl"], "holds no Turtle file"),
        (["ontology", "shapes", "data", "queries"], "is no project folder"),
        ([""], "is not there"),
    ],
)
@pytest.mark.parametrize("command", ["check", "serve"])
def test_what_is_no_project_is_said_with_exit_2(copy: Path, command: str, gone: list[str], words: str) -> None:
    for name in gone:
        (copy / name).rename(copy.parent / f"gone-{Path(name).name}")
    done = run(command, copy, *(["--port", "0"] if command == "serve" else []))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_folder_named_like_a_file_is_a_finding(copy: Path) -> None:
    file = copy / "data/registry/places.ttl"
    file.unlink()
    file.mkdir()
    done = run("check", copy)
    assert (done.returncode, len(lines(done))) == (1, 1)
    assert "places.ttl:1:1 checks:not-a-file" in done.stdout
    assert run("query", "-", "--data", copy, stdin="ASK {}").returncode == 2


def test_findings_are_never_wrapped() -> None:
    done = run("check", "tests/examples/undeclared-term/fail.ttl", COLUMNS="20")
    assert len(lines(done)) == 1


def test_ask_lists_the_library() -> None:
    assert any(line.startswith("officials\tjwgs-co-chaired-by\t") for line in lines(run("ask")))


def test_ask_in_a_pipe_is_csv_and_nothing_else() -> None:
    done = run("ask", "jwgs-co-chaired-by", "--official", "Amitabh Prasad", "--format", "csv")
    assert lines(done) == [
        "jwg,jwgLabel",
        "https://w3id.org/defkg/id/mechanism/india-brunei-jwg,India–Brunei Joint Working Group on Defence Cooperation",
    ]


def test_ask_as_a_table() -> None:
    said = run("ask", "jwgs-co-chaired-by", "--format", "table", COLUMNS="200").stdout
    assert "India–Brunei Joint Working Group on Defence Cooperation" in said
    assert "2025-12-09-pti-india-brunei-jwg" in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["jwgs-co-chaired"], "did you mean jwgs-co-chaired-by"),
        (["jwgs-co-chaired-by", "--official", "Amitab Prasad"], "did you mean 'Amitabh Prasad'"),
        (["jwgs-co-chaired-by", "--who", "x"], "it takes --official"),
        (["jwgs-co-chaired-by", "--official"], "requires an argument"),
        (["jwgs-co-chaired-by", "--official", "id:official/x> } #"], "no IRI"),
    ],
)
def test_ask_says_what_it_would_take(args: list[str], words: str) -> None:
    done = run("ask", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_query_from_standard_input_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) { ?c a defkg:Country }")
    assert lines(run("query", file)) == ["n", "5"]
    assert lines(run("query", "-", stdin=file.read_text())) == ["n", "5"]
    assert lines(run("query", "-", "--data", ROOT, stdin=file.read_text())) == ["n", "5"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELEKT", "not valid SPARQL"),
        ("", "not valid SPARQL"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "There is no such graph"),
    ],
)
def test_query_that_is_none_is_said(text: str, words: str) -> None:
    done = run("query", "-", stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_query_file_that_is_not_there_is_said() -> None:
    assert run("query", "nowhere.rq").returncode == 2


def test_serve_says_what_to_open_and_what_to_try() -> None:
    with server() as running:
        address = running.address
        rows = httpx.post(
            f"{address}/sparql", data={"query": "SELECT ?c { ?c a defkg:Country }"}, headers={"Accept": "text/csv"}
        )
        assert len(rows.text.splitlines()) == 6
        remote = run(
            "query", "-", "--data", f"{address}/sparql", stdin="SELECT (COUNT(*) AS ?n) { ?c a defkg:Country }"
        )
        assert lines(remote) == ["n", "5"]
        said = running.stop()
    assert f"{address}/" in said
    assert "curl " in said


def test_serve_on_a_port_in_use_is_said_with_exit_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "--port" in done.stderr


def test_serve_refuses_a_graph_with_findings_unless_forced(copy: Path) -> None:
    file = copy / "data/registry/officials.ttl"
    file.write_text(file.read_text().replace('skos:prefLabel "Rajnath Singh"@en', 'skos:altLabel "Rajnath Singh"@en'))
    refused = run("serve", copy, "--port", str(free_port()))
    assert refused.returncode == 1
    assert "officials.ttl" in refused.stderr
    assert "--force" in refused.stderr
    with server(copy, "--force") as running:
        response = httpx.get(running.address)
        assert "has not passed its checks" in response.text
        assert "has not passed its checks" in response.headers["warning"]


def test_serve_takes_files_and_named_graphs(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://x/a> <http://x/p> 1 .")
    (tmp_path / "b.nt").write_text('<http://x/b> <http://x/p> "2" .\n')
    named = f"http://g/b={tmp_path / 'b.nt'}"
    with server(tmp_path / "a.ttl", "--graph", named, "--no-inference", "--no-check") as running:
        asked = "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER STRSTARTS(STR(?s), 'http://x/') }"
        rows = running.ask(f"{asked} ORDER BY ?s").text
    assert rows.split() == ["s,g", "http://x/a,", "http://x/b,http://g/b"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--graph", "http://g/a"], "IRI=FILE"),
        (["--graph", "no iri=x.ttl"], "no absolute IRI"),
        (["--graph", "http://g/a=nowhere.ttl"], "cannot be read"),
        (["nowhere"], "is not there"),
        (["--host", "256.1.1.1"], "cannot listen"),
    ],
)
def test_serve_says_what_it_cannot_use(args: list[str], words: str) -> None:
    done = run("serve", "--port", "0", *args)
    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("queries/checks/b.rq", "SELECT", "b.rq:1:1 checks:query the file has no head"),
        ("queries/checks/b.rq", "#+ title: t\nASK {}", "b.rq:1:1 checks:query the head lacks reason"),
        (
            "queries/topics/broken.rq",
            "#+ title: t\nSELECT ?x {\n ?x ?y }",
            "broken.rq:3:9 checks:query not valid SPARQL",
        ),
        ("queries/topics/broken.rq", "#+ title: [\nASK {}", "checks:query the head is not YAML"),
        (
            "shapes/broken.ttl",
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape .",
            "checks:shape",
        ),
    ],
)
def test_rule_or_question_that_cannot_be_used_is_a_finding(copy: Path, name: str, text: str, words: str) -> None:
    (copy / name).write_text(text)
    done = run("check", copy)
    assert done.returncode == 1
    assert words in done.stdout


def test_folder_of_copies_that_is_not_there_is_said() -> None:
    done = run("check", DEFKG_TEXTS="/nowhere")
    assert done.returncode == 2
    assert "DEFKG_TEXTS" in done.stderr


def test_a_graph_that_cannot_be_read_whole_is_not_served_unchecked(copy: Path) -> None:
    (copy / "data/registry/places.ttl").write_text("<a> <b>")
    done = run("serve", copy, "--no-check", "--port", "0")
    assert done.returncode == 2
    assert "places.ttl:1:" in done.stderr


def test_output_in_a_pipe_is_utf8_whatever_the_locale(copy: Path) -> None:
    break_label = (copy / "data" / "registry" / "places.ttl").read_text().replace("defkg:Place ;", "defkg:Plätze ;", 1)
    (copy / "data" / "registry" / "places.ttl").write_text(break_label)
    done = run("check", copy, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "defkg:Plätze" in done.stdout


def test_a_file_name_that_is_not_utf8_is_a_finding(copy: Path) -> None:
    (copy / "data" / "sources" / os.fsdecode(b"\xff.ttl")).write_text("")
    done = run("check", copy)
    assert done.returncode == 1
    assert done.stdout.startswith("data/sources/\\xff.ttl:1:1 checks:file-name ")


def test_a_full_disk_is_one_line(copy: Path) -> None:
    (copy / "data" / "sources" / "Bad_Name.ttl").write_text("")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "defkg", "check", str(copy)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_folder_that_cannot_be_opened_is_said(copy: Path) -> None:
    (copy / "shapes").chmod(0)
    as_anyone = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*as_anyone, sys.executable, "-m", "defkg", "check", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # root may open every folder
    (copy / "shapes").chmod(0o755)
    assert done.returncode == 2
    assert "shapes cannot be read: Permission denied" in done.stderr


@pytest.mark.parametrize("name", ["ontology/sub/x.ttl", "shapes/sub/x.ttl", "queries/x.rq", "data/sources/x.TTL"])
def test_a_file_that_would_be_left_out_is_a_finding(copy: Path, name: str) -> None:
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_text("broken")
    done = run("check", copy)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{name}:1:1 checks:misplaced-file ")


def test_a_part_of_a_project_is_checked_with_it(copy: Path) -> None:
    assert run("check", copy / "data" / "sources").returncode == 0
    (copy / "data" / "registry" / "places.ttl").write_text("")
    assert "data/sources/" in run("check", copy / "data" / "sources").stdout


def test_mending_goes_beside_a_report_for_machines(copy: Path) -> None:
    path = copy / "data" / "registry" / "posts.ttl"
    path.write_bytes(path.read_bytes() + b"\r\n")
    done = run("check", copy, "--fix", "--format", "json")
    assert json.loads(done.stdout) == []
    assert "data/registry/posts.ttl: " in done.stderr

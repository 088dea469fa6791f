"""What is certain is mended, by whole files, and nothing else is touched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from defkg.edit import EditError, apply
from defkg.fixing import Repair, plan
from defkg.gate import examine
from defkg.layout.meaning import same_meaning
from defkg.project import Project
from tests.conftest import ROOT

SOURCE = "data/sources/2025-11-05-india-israel-jwg.ttl"
OFFICIALS = "data/registry/officials.ttl"
QUESTION = "queries/officials/jwgs-co-chaired-by.rq"
NAMES = (OFFICIALS, SOURCE, QUESTION)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "project" / name)
    return Project.open(tmp_path / "project")


def write(project: Project, name: str, old: str, new: str) -> None:
    text = (project.root / name).read_bytes().decode()
    assert old in text
    (project.root / name).write_bytes(text.replace(old, new).encode())


def contents(project: Project) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.root.rglob("*")) if path.is_file()}


def respellings(project: Project) -> list[str]:
    return [reason for repair in plan(project, NAMES) for reason in repair.reasons if reason.startswith("wrote")]


def only(repairs: list[Repair]) -> Repair:
    (repair,) = repairs
    return repair


def test_a_project_in_order_has_nothing_to_mend(project: Project) -> None:
    assert plan(project) == []


def test_a_misspelt_term_a_missing_prefix_and_line_ends_are_mended_together(project: Project) -> None:
    before = contents(project)
    write(project, SOURCE, " a defkg:Meeting ", " a defkg:Meetting ")
    write(project, SOURCE, "@prefix dcterms: <http://purl.org/dc/terms/> .\n", "")
    write(project, SOURCE, "\n", "\r\n")
    (project.root / SOURCE).write_bytes(b"\xef\xbb\xbf" + (project.root / SOURCE).read_bytes())
    write(project, QUESTION, "\n", "\r\n")
    repairs = plan(project, NAMES)
    assert [repair.name for repair in repairs] == [SOURCE, QUESTION]
    assert repairs[0].reasons == (
        "took the byte-order mark away",
        "declared dcterms:",
        "wrote defkg:Meeting for defkg:Meetting",
        "ended lines with a line feed",
        *(("laid it out",) if "laid it out" in repairs[0].reasons else ()),
    )
    apply(repairs)
    assert contents(project) == before


def test_nothing_is_written_by_a_plan(project: Project) -> None:
    write(project, SOURCE, " a defkg:Meeting ", " a defkg:Meetting ")
    before = contents(project)
    diff = only(plan(project, NAMES)).unified()
    assert contents(project) == before
    removed = [line for line in diff.splitlines() if line.startswith("-") and "Meetting" in line]
    assert removed
    assert len(removed) == len([line for line in diff.splitlines() if line.startswith("+") and "Meeting " in line])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("defkg:hasParty", "defkg:hasPartys"),
        ("defkg:hasParty", "defkg:hasparty"),
        ("defkg:inRelationship", "defkg:inRelationshp"),
        ("a defkg:DelegationHeadParticipation", "a defkg:DelegationHeadParticpation"),
    ],
)
def test_a_term_that_one_declared_term_is_near_to_is_respelt(project: Project, right: str, wrong: str) -> None:
    meant = (project.root / SOURCE).read_text()
    write(project, SOURCE, right, wrong)
    assert same_meaning(only(plan(project, NAMES)).new, meant)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("defkg:hasParty", "defkg:hasMember"),
        ("defkg:hasParty", "defkg:HasPolicy"),
        ("a defkg:Meeting ", "a defkg:meetingOff "),
        ("defkg:meetingOf ", "defkg:Meeeting "),
        ("skos:prefLabel", "skos:prefLable"),
        ("id:country\\/ISR", "id:country\\/ISS"),
    ],
)
def test_what_is_not_certain_is_left(project: Project, right: str, wrong: str) -> None:
    name = OFFICIALS if right.startswith("skos") else SOURCE
    write(project, name, right, wrong)
    assert respellings(project) == []


def test_of_two_near_terms_neither_is_certain(project: Project) -> None:
    ontology = project.root / "ontology/defkg.ttl"
    ontology.write_text(
        ontology.read_text() + "\ndefkg:inRelationshipp a <http://www.w3.org/2002/07/owl#ObjectProperty> .\n"
    )
    write(project, SOURCE, "defkg:inRelationship ", "defkg:inRelationshp ")
    assert respellings(project) == []


def test_comments_survive(project: Project) -> None:
    write(project, OFFICIALS, "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n", "")
    write(project, OFFICIALS, "id:official\\/nagesh-singh a", "# one\nid:official\\/nagesh-singh # two\n   a")
    new = only(plan(project, NAMES)).new
    assert [new.count(comment) for comment in ("# Officials: plain names", "# one\n", "# two")] == [1, 1, 1]


def test_only_the_files_that_were_named_are_mended(project: Project) -> None:
    for name in (SOURCE, OFFICIALS):
        write(project, name, "\n", "\r\n")
    assert only(plan(project, {OFFICIALS})).name == OFFICIALS


def test_a_file_that_cannot_be_read_is_left_and_the_others_are_mended(project: Project) -> None:
    (project.root / "data/registry/places.ttl").write_bytes(b"\xff\r\n")
    (project.root / "data/registry/posts.ttl").write_bytes(b"<<<<<<< HEAD\r\n")
    os.mkfifo(project.root / "data/registry/pipe.ttl")
    write(project, OFFICIALS, "\n", "\r\n")
    assert only(plan(project)).name == OFFICIALS


def test_no_link_is_followed_and_no_file_outside_is_touched(project: Project) -> None:
    outside = project.root.parent / "outside.ttl"
    outside.write_bytes(b"<http://x/a>   <http://x/b> 1 .\r\n")
    (project.root / "data/registry/out.ttl").symlink_to(outside)
    (project.root / "shapes/in.ttl").symlink_to("../data/registry/officials.ttl")
    (project.root / "data/registry/plain.ttl").write_bytes(outside.read_bytes())
    besides = Project(project.root, (outside,))
    assert only(plan(besides)).name == "data/registry/plain.ttl"


def test_after_mending_the_check_tells_what_is_left(project: Project) -> None:
    write(project, SOURCE, "defkg:inRelationship ", "defkg:inRelationshp ")
    write(project, OFFICIALS, 'a defkg:Official ;\n    skos:prefLabel "Nagesh Singh"@en', "a defkg:Official")
    apply(plan(project, NAMES))
    found = examine(project)
    assert {finding.place.file for finding in found} == {OFFICIALS}


def test_a_file_that_has_changed_since_the_plan_is_left(project: Project) -> None:
    for name in (SOURCE, OFFICIALS):
        write(project, name, "\n", "\r\n")
    repairs = plan(project, NAMES)
    write(project, OFFICIALS, "Nagesh", "Ngesh")
    before = contents(project)
    with pytest.raises(EditError, match="has changed meanwhile"):
        apply(repairs)
    assert contents(project) == before


CRASH = """
    import os, pathlib, signal, sys
    from defkg import edit
    from defkg.fixing import plan
    from defkg.project import Project

    repairs = plan(Project.open(pathlib.Path(sys.argv[1])), sys.argv[5:])
    assert len(repairs) == 3
    point, number, calls = sys.argv[2], int(sys.argv[3]), 0
    real = {"fsync": os.fsync, "replace": pathlib.Path.replace}[point]

    def interrupted(*args):
        global calls
        calls += 1
        if calls == int(sys.argv[4]):
            os.kill(os.getpid(), number)
        return real(*args)

    setattr({"fsync": os, "replace": pathlib.Path}[point], point, interrupted)
    edit.apply(repairs)
"""


def crashed(project: Project, point: str, number: int, call: int) -> dict[str, bytes]:
    """What the files hold after a signal at one call of one function while three files are mended."""
    args = [project.root, point, int(number), call, *NAMES]
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(CRASH), *map(str, args)], capture_output=True)
    assert done.returncode in (-number, 128 + number), done.stderr.decode()
    return contents(project)


def spoilt(project: Project) -> dict[str, bytes]:
    for name in (SOURCE, OFFICIALS, QUESTION):
        write(project, name, "\n", "\r\n")
    return contents(project)


@pytest.mark.parametrize(
    ("point", "call"), [("fsync", 1), ("fsync", 3), ("replace", 1), ("replace", 2), ("replace", 3)]
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_leaves_every_file_as_it_was(project: Project, number: int, point: str, call: int) -> None:
    before = spoilt(project)
    assert crashed(project, point, number, call) == before


def test_what_a_killed_run_left_is_swept_away(project: Project) -> None:
    left = project.root / "data" / "sources" / ".defkg-left"
    left.write_text("half")
    os.utime(left, (0, 0))
    spoilt(project)
    apply(plan(project, NAMES))
    assert not left.exists()


@pytest.mark.parametrize(("point", "call"), [("fsync", 1), ("fsync", 3), ("replace", 1)])
def test_a_crash_while_writing_leaves_every_file_as_it_was(project: Project, point: str, call: int) -> None:
    before = spoilt(project)
    after = crashed(project, point, signal.SIGKILL, call)
    assert {name: text for name, text in after.items() if "/.defkg-" not in name} == before
    assert [repair.name for repair in plan(project, NAMES)] == [OFFICIALS, SOURCE, QUESTION]


def test_a_crash_among_the_renames_leaves_each_file_old_or_new(project: Project) -> None:
    new = {str(path): path.read_bytes() for path in (project.root / SOURCE, project.root / OFFICIALS)}
    before = spoilt(project)
    after = crashed(project, "replace", signal.SIGKILL, 2)
    assert {name: text for name, text in after.items() if "/.defkg-" not in name} != before
    for name, text in before.items():
        assert after[name] in (text, new.get(name))

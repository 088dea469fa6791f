"""Bad input: each kind of it is one finding of its own, at its place."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from defkg import files
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import examine
from defkg.project import Project, ProjectError
from defkg.terms import compact
from tests.conftest import ROOT

SOURCE = "data/sources/2025-11-05-india-israel-jwg.ttl"
QUESTION = "queries/officials/jwgs-co-chaired-by.rq"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "project" / name)
    return tmp_path / "project"


def seen(findings: list[Finding]) -> list[str]:
    return [f"{finding.place} {compact(finding.rule)}" for finding in findings]


def unreadable(root: Path) -> list[str]:
    project = Project.open(root)
    return seen(files.unreadable(project, Dataset.load(project)))


def flaws(root: Path) -> list[str]:
    project = Project.open(root)
    return seen([finding for _, finding in files.flaws(project, Dataset.load(project))])


def everything(root: Path) -> list[str]:
    return seen(examine(Project.open(root)))


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize("name", [SOURCE, "ontology/defkg.ttl", "shapes/events.ttl", QUESTION])
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda data: data.decode().encode("utf-16"), "1:1 checks:not-utf8"),
        (lambda data: b"#\xe9\n" + data, "1:2 checks:not-utf8"),
        (lambda data: b"# x\0\n" + data, "1:4 checks:invisible-character"),
        (lambda data: b"\n<<<<<<< HEAD\n" + data + b"=======\n>>>>>>> x\n", "2:1 checks:conflict-marker"),
        (lambda data: data + b"#" * (16 << 20), "1:1 checks:file-too-large"),
    ],
)
def test_what_keeps_a_file_from_being_read_is_the_one_finding(
    root: Path, name: str, change: Callable[[bytes], bytes], found: str
) -> None:
    if not (root / name).exists():
        name = next(path for path in sorted(root.glob("shapes/*.ttl"))).relative_to(root).as_posix()
    edit(root / name, change)
    assert everything(root) == [f"{name}:{found}"]


def test_what_cannot_be_judged_for_the_fault_of_another_file_does_not_pass(root: Path) -> None:
    (root / SOURCE).write_text("<http://x/a>")
    assert seen(examine(Project.open(root), only={QUESTION})) == [f"{SOURCE}:1:13 checks:syntax"]


def test_a_file_of_twenty_megabytes_is_told_at_once(root: Path) -> None:
    (root / SOURCE).write_bytes(b"<http://x/a> <http://x/b> 1 .\n" * 700_000)
    begun = time.monotonic()
    assert everything(root) == [f"{SOURCE}:1:1 checks:file-too-large"]
    assert time.monotonic() - begun < 5


def test_a_half_written_file_is_one_finding_at_its_end(root: Path) -> None:
    lines = (root / SOURCE).read_text().splitlines()[:20]
    (root / SOURCE).write_text("\n".join(lines)[:-5])
    (found,) = examine(Project.open(root))
    assert (found.place.line, found.place.column) == (20, len(lines[-1]) - 4)
    assert "ends in the middle of a statement that begins at" in found.message


@pytest.mark.parametrize("name", ["data/registry/x.ttl", "data/sources/x.ttl", "ontology/x.ttl", "queries/topics/x.rq"])
def test_what_is_no_ordinary_file_is_not_waited_for(root: Path, name: str) -> None:
    os.mkfifo(root / name)
    assert everything(root) == [f"{name}:1:1 checks:not-a-file"]


@pytest.mark.parametrize("name", ["data/registry/x.ttl", "shapes/x.ttl", "queries/topics/x.rq"])
@pytest.mark.parametrize("target", ["../../../secret.ttl", "nowhere", "x.ttl", "x.rq"])
def test_a_link_out_of_the_project_or_nowhere_is_one_finding(root: Path, name: str, target: str) -> None:
    (root.parent / "secret.ttl").write_text("secret")
    (root / name).symlink_to(
        os.path.relpath(root.parent / "secret.ttl", (root / name).parent) if "/" in target else target
    )
    assert everything(root) == [f"{name}:1:1 checks:symlink"]


def test_a_linked_folder_is_one_finding_whatever_is_in_it(root: Path) -> None:
    (root / "data" / "sources").rename(root.parent / "sources")
    (root / "data" / "sources").symlink_to("../../sources")
    (root / "queries").rename(root.parent / "queries")
    (root / "queries").symlink_to("../queries")
    assert everything(root) == ["data/sources:1:1 checks:symlink", "queries:1:1 checks:symlink"]


def test_a_file_that_may_not_be_opened_is_said() -> None:
    with nobody(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.ttl"
        path.touch(0)
        with pytest.raises(
            ProjectError, match=r"registry\.ttl cannot be read: Permission denied; check its permissions"
        ):
            Project(Path(folder)).content(path)


@contextmanager
def nobody() -> Iterator[None]:
    """For root, who may read everything: another user for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("name", [SOURCE, QUESTION])
def test_windows_line_ends_and_a_byte_order_mark_do_not_move_the_places(root: Path, name: str) -> None:
    edit(root / name, lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    first = (root / name).read_text(encoding="utf-8-sig").split("\n")[0]
    mark, ends = f"{name}:1:1 checks:byte-order-mark", f"{name}:1:{len(first) + 1} checks:carriage-return"
    assert everything(root) == [mark, ends]
    if name == SOURCE:
        edit(root / name, lambda data: data.replace(b"defkg:hasParty", b"defkg:hasPartie", 1))
        line = next(n for n, text in enumerate((root / name).read_text().split("\n"), 1) if "hasPartie" in text)
        assert any(found.startswith(f"{name}:{line}:") and "undeclared" in found for found in everything(root))


@pytest.mark.parametrize("name", ["Upper", "two words", "under_score", "é", "dot.dot", "a--b", "-a"])
def test_a_name_that_no_address_keeps_is_one_finding(root: Path, name: str) -> None:
    (root / "data" / "registry" / f"{name}.ttl").write_text("")
    (root / "data" / "sources" / f"{name}.ttl").write_text("")
    (root / "queries" / "officials" / "jwgs-co-chaired-by.rq").rename(root / "queries" / "officials" / f"{name}.rq")
    places = [f"data/registry/{name}.ttl", f"data/sources/{name}.ttl", f"queries/officials/{name}.rq"]
    assert sorted(flaws(root)) == [f"{place}:1:1 checks:file-name" for place in places]
    assert unreadable(root) == []


def test_two_files_that_claim_one_source_are_one_finding_in_the_wrong_one(root: Path) -> None:
    copy = "data/sources/2020-copy.ttl"
    shutil.copy(root / SOURCE, root / copy)
    line = next(n for n, text in enumerate((root / copy).read_text().split("\n"), 1) if "SourceDocument" in text)
    assert everything(root) == [f"{copy}:{line}:1 checks:source-twice"]


def test_two_wrong_files_of_one_source_are_one_finding_in_the_later(root: Path) -> None:
    (root / "data/sources/a.ttl").write_bytes((root / SOURCE).read_bytes())
    (root / SOURCE).rename(root / "data/sources/b.ttl")
    found = unreadable(root)
    assert [f.rpartition(":")[2] for f in found] == ["source-without-document", "source-twice"]
    assert [f.partition(":")[0] for f in found] == ["data/sources/a.ttl", "data/sources/b.ttl"]


def test_a_document_under_another_files_name_is_told_where_it_is_described(root: Path) -> None:
    (root / SOURCE).rename(root / "data/sources/other.ttl")
    (found,) = examine(Project.open(root))
    assert compact(found.rule) == "checks:source-without-document"
    assert found.place.line > 1
    assert found.message == (
        "this file is named after id:source/other, but describes id:source/2025-11-05-india-israel-jwg"
    )


@pytest.mark.parametrize("text", ["", "# to be written\n", "@prefix id: <https://w3id.org/defkg/id/> .\n"])
def test_a_source_without_its_document_is_one_finding(root: Path, text: str) -> None:
    (root / "data/sources/empty.ttl").write_text(text)
    assert everything(root) == ["data/sources/empty.ttl:1:1 checks:source-without-document"]


def test_a_source_that_has_lost_its_document_is_one_finding(root: Path) -> None:
    edit(root / SOURCE, lambda data: data.replace(b" a defkg:SourceDocument ;\n", b"\n"))
    assert everything(root) == [f"{SOURCE}:1:1 checks:source-without-document"]


def test_an_empty_file_elsewhere_is_no_fault(root: Path) -> None:
    (root / "data/registry/empty.ttl").write_text("")
    (root / "shapes/empty.ttl").write_text("# later\n")
    assert everything(root) == []


def test_a_date_that_no_calendar_has_is_one_finding(root: Path) -> None:
    path = root / "data/sources/2025-12-09-pti-india-brunei-jwg.ttl"
    edit(path, lambda data: data.replace(b'defkg:date "2025-12-09"', b'defkg:date "2025-02-30"', 1))
    (found,) = examine(Project.open(root))
    assert "2025-02-30" in found.message


def test_very_long_lines_and_deep_nesting_are_no_fault(root: Path) -> None:
    deep = "[ <http://x/p> " * 500 + "1" + " ]" * 500
    (root / "shapes/deep.ttl").write_text(
        f"<http://x/a> <http://x/b> {deep} . <http://x/c> <http://x/d> '{'x' * 200_000}' ."
    )
    assert unreadable(root) == flaws(root) == []

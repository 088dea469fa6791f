"""``defkg fmt``: which files it takes, what it says, and what it leaves alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from defkg.cli import app
from defkg.project import ProjectError
from tests.conftest import ROOT
from tests.test_cli import run

LOOSE = "@prefix : <http://x/> .\n:s :p :o , :o2 .\n"
TIDY = "@prefix : <http://x/> .\n\n:s :p :o, :o2 .\n"
BROKEN = "@prefix : <http://x/> .\n:s :p :o\n:s :p :o .\n"
Fmt = Callable[..., Result]


@pytest.fixture
def fmt() -> Fmt:
    def call(*args: str | Path, stdin: bytes = b"") -> Result:
        return CliRunner().invoke(app, ["fmt", *map(str, args)], input=stdin, catch_exceptions=False)

    return call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one file to lay out and one that is."""
    (tmp_path / "loose.ttl").write_text(LOOSE)
    (tmp_path / "tidy.ttl").write_text(TIDY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_are_laid_out_in_their_place(folder: Path, fmt: Fmt) -> None:
    said = fmt(".")
    assert (said.exit_code, said.stdout, said.stderr) == (0, "loose.ttl\n", "2 files, 1 laid out\n")
    assert contents(folder) == {"loose.ttl": TIDY.encode(), "tidy.ttl": TIDY.encode()}
    assert fmt(".").stdout == ""


def test_check_lists_what_would_change(folder: Path, fmt: Fmt) -> None:
    before = contents(folder)
    said = fmt("--check", ".")
    assert (said.exit_code, said.stdout, said.stderr) == (1, "loose.ttl\n", "2 files, 1 to lay out\n")
    assert fmt("--check", "tidy.ttl").exit_code == 0
    assert contents(folder) == before


def test_diff_shows_what_would_change(folder: Path, fmt: Fmt) -> None:
    before = contents(folder)
    said = fmt("--diff", "loose.ttl", "tidy.ttl")
    assert (said.exit_code, said.stdout.splitlines()) == (
        1,
        [
            "--- a/loose.ttl",
            "+++ b/loose.ttl",
            "@@ -1,2 +1,3 @@",
            " @prefix : <http://x/> .",
            "-:s :p :o , :o2 .",
            "+",
            "+:s :p :o, :o2 .",
        ],
    )
    assert fmt("--diff", "tidy.ttl").exit_code == 0
    assert contents(folder) == before


def test_what_is_not_turtle_is_a_finding_and_the_rest_is_laid_out(folder: Path, fmt: Fmt) -> None:
    (folder / "broken.ttl").write_text(BROKEN)
    (folder / "latin.ttl").write_bytes(b'@prefix : <http://x/> .\n:s :p "\xe9" .\n')
    said = fmt(".")
    assert said.exit_code == 1
    lines = said.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [
        ["broken.ttl:3:1", "checks:syntax"],
        ["latin.ttl:2:8", "checks:not-utf8"],
    ]
    assert lines[2:] == ["loose.ttl"]
    assert said.stderr == "4 files, 1 laid out, 2 not read\n"
    assert (folder / "broken.ttl").read_text() == BROKEN


def test_line_ends_and_byte_order_mark_are_changed_in_the_file(folder: Path, fmt: Fmt) -> None:
    (folder / "loose.ttl").write_bytes(b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode())
    assert fmt("loose.ttl").exit_code == 0
    assert (folder / "loose.ttl").read_bytes() == TIDY.encode()


def test_of_a_project_only_the_turtle_of_its_folders_is_taken(folder: Path, fmt: Fmt) -> None:
    for name in ("ontology", "shapes", "data/sources", "queries", "other"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.ttl").write_text(LOOSE)
    expected = "ontology/a.ttl\nshapes/a.ttl\ndata/sources/a.ttl\n"
    assert fmt("--check", ".").stdout == expected
    assert fmt("--check").stdout == expected
    assert fmt("--check", "other").stdout == "other/a.ttl\n"
    assert fmt("--check", folder / "other" / "a.ttl", "other").stdout == "other/a.ttl\n"


def test_hidden_folders_are_left_out(folder: Path, fmt: Fmt) -> None:
    (folder / ".venv").mkdir()
    shutil.copy(folder / "loose.ttl", folder / ".venv" / "a.ttl")
    assert fmt("--check", ".").stdout == "loose.ttl\n"


def test_a_link_within_the_folder_stays_a_link(folder: Path, fmt: Fmt) -> None:
    (folder / "in").mkdir()
    (folder / "loose.ttl").rename(folder / "in" / "real.ttl")
    (folder / "a-link.ttl").symlink_to("in/real.ttl")
    assert fmt(".").stdout == "a-link.ttl\n"
    assert (folder / "a-link.ttl").is_symlink()
    assert (folder / "in" / "real.ttl").read_text() == TIDY


def test_a_link_out_of_the_folder_is_a_finding(
    folder: Path, fmt: Fmt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "real.ttl"
    outside.write_text(LOOSE)
    (folder / "link.ttl").symlink_to(outside)
    for asked in (".", "link.ttl"):
        said = fmt(asked)
        assert said.exit_code == 1
        assert said.stdout.startswith("link.ttl:1:1 checks:symlink ")
    assert outside.read_text() == LOOSE


def test_a_link_out_of_the_folder_asked_about_or_to_nowhere_is_a_finding(folder: Path, fmt: Fmt) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "link.ttl").symlink_to("../loose.ttl")
    (folder / "nowhere.ttl").symlink_to("gone.ttl")
    assert fmt("in").stdout.startswith("in/link.ttl:1:1 checks:symlink ")
    assert fmt("nowhere.ttl").stdout.startswith("nowhere.ttl:1:1 checks:symlink ")
    assert (folder / "loose.ttl").read_text() == LOOSE


def test_standard_input_goes_to_standard_output(folder: Path, fmt: Fmt) -> None:
    said = fmt("-", stdin=LOOSE.replace(":o2", '"é"').encode())
    assert (said.exit_code, said.stdout) == (0, TIDY.replace(":o2", '"é"'))
    assert fmt("-", stdin=TIDY.encode()).stdout == TIDY
    assert (
        fmt("--check", "-", stdin=TIDY.encode()).exit_code,
        fmt("--check", "-", stdin=LOOSE.encode()).exit_code,
    ) == (0, 1)
    assert fmt("--diff", "-", stdin=LOOSE.encode()).stdout.startswith("--- a/stdin\n")
    broken = fmt("-", stdin=BROKEN.encode())
    assert (broken.exit_code, broken.stdout, broken.stderr[:11]) == (1, "", "stdin:3:1 c")


def test_nothing_is_written_where_one_file_cannot_be_laid_out(folder: Path, fmt: Fmt) -> None:
    (folder / "z.ttl").write_text("@prefix : <http://x/> .\n:s :p << :a :b :c >> .\n")
    before = contents(folder)
    with pytest.raises(ProjectError, match=r"^z\.ttl:2:7: this is beyond RDF 1\.1 Turtle"):
        fmt(".")
    assert contents(folder) == before


def test_nothing_is_written_where_one_file_cannot_be_written(
    folder: Path, fmt: Fmt, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other.ttl").write_text(LOOSE)
    replace = Path.replace

    def fails_for_other(self: Path, target: Path) -> Path:
        if target.name == "other.ttl":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails_for_other)
    before = contents(folder)
    with pytest.raises(ProjectError, match=r"other\.ttl cannot be written: Permission denied; no file is changed"):
        fmt(".")
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nowhere.ttl"], "nowhere.ttl is not there"),
        (["--check", "--diff", "."], "give one of them"),
        (["-", "loose.ttl"], "give no other path with it"),
    ],
)
def test_what_cannot_be_asked_is_said(folder: Path, fmt: Fmt, args: list[str], words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        fmt(*args)


def test_exit_status_from_the_shell() -> None:
    assert run("fmt", "nowhere.ttl").returncode == 2
    said = run("fmt", "--check", str(ROOT))
    assert (said.returncode, said.stdout) == (0, "")

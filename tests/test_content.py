"""What a file holds, or the one fault that keeps it from being read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from defkg import content
from defkg.content import Fault, decode, read
from defkg.finding import Finding
from defkg.terms import CHECKS


def fault(path: Path, root: Path | None = None) -> tuple[str, str]:
    with pytest.raises(Fault) as raised:
        read(path, path.name, root)
    return raised.value.finding.rule.removeprefix(CHECKS), raised.value.finding.message


def undecodable(data: bytes) -> tuple[str, int, int]:
    with pytest.raises(Fault) as raised:
        decode("a.ttl", data)
    return seen(raised.value.finding)


def seen(finding: Finding) -> tuple[str, int, int]:
    return finding.rule.removeprefix(CHECKS), finding.place.line, finding.place.column


def flaws(data: bytes) -> list[tuple[str, int, int]]:
    return [seen(finding) for finding in decode("a.ttl", data).flaws]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.ttl")
    assert fault(tmp_path / "a.ttl")[0] == "not-a-file"


def test_a_folder_named_like_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").mkdir()
    assert fault(tmp_path / "a.ttl")[0] == "not-a-file"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    with path.open("wb") as file:
        file.truncate(content.LIMIT)
    assert len(read(path, "a.ttl")) == content.LIMIT
    with path.open("wb") as file:
        file.truncate(1 << 40)  # more than any memory: it has no blocks on the disk
    assert fault(path) == ("file-too-large", "this file is larger than 16 MiB and is not read")


@pytest.mark.parametrize(
    ("target", "words"),
    [("../b.ttl", "out of the project"), ("gone.ttl", "leads nowhere"), ("a.ttl", "leads nowhere")],
)
def test_a_link_out_of_the_folder_or_nowhere_is_not_followed(tmp_path: Path, target: str, words: str) -> None:
    (tmp_path / "b.ttl").write_text("")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.ttl").symlink_to(target)
    rule, message = fault(tmp_path / "root" / "a.ttl", tmp_path / "root")
    assert rule == "symlink"
    assert words in message


def test_a_link_within_the_folder_is_followed_also_if_the_folder_is_linked(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "b.ttl").write_text("b")
    (tmp_path / "root" / "a.ttl").symlink_to("b.ttl")
    (tmp_path / "other").symlink_to("root")
    assert read(tmp_path / "other" / "a.ttl", "a.ttl", tmp_path / "other") == b"b"


def test_a_file_that_is_not_there_is_no_link(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "a.ttl", "a.ttl", tmp_path)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("<a> <b> 'é' .".encode("utf-16"), ("not-utf8", 1, 1)),
        ("<a> <b> 'é' .".encode("utf-32"), ("not-utf8", 1, 1)),
        ("<a> <b> 1 .".encode("utf-16-le"), ("invisible-character", 1, 2)),
        (b"<a> <b>\n '\xe9' .", ("not-utf8", 2, 3)),
        (b"<a> <b>\n 1 .\0\0\0", ("invisible-character", 2, 5)),
        (b"<a>\n<<<<<<< HEAD\n 1 .\n=======\n 2 .\n>>>>>>> x\n", ("conflict-marker", 2, 1)),
        (b"<a> <b> '''\r\n<<<<<<< HEAD\r\n=======\r\n>>>>>>> x\r\n''' .", ("conflict-marker", 2, 1)),
        (b"<a>\n\n>>>>>>> x\n", ("conflict-marker", 3, 1)),
    ],
)
def test_what_is_no_text_is_one_fault_at_its_place(data: bytes, found: tuple[str, int, int]) -> None:
    assert undecodable(data) == found


def test_what_only_looks_like_a_conflict_is_none() -> None:
    assert flaws(b"# ======= \n<a> <b> '''\n=======\n <<<<<<< x\n<<<<<<<<\n>>> x\n''' .\n") == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<a>\n<b> 1 .\r\n<c>\r\n", [("carriage-return", 2, 8)]),
        (b"<a>\r<b> 1 .", [("carriage-return", 1, 4)]),
        (b"\xef\xbb\xbf<a>\r\n", [("byte-order-mark", 1, 1), ("carriage-return", 1, 4)]),
        ("é\n\t–\n".encode(), []),
    ],
)
def test_what_is_wrong_with_a_text_all_the_same_is_told_once_for_a_file(
    data: bytes, found: list[tuple[str, int, int]]
) -> None:
    assert flaws(data) == found


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode("a.ttl", b"\xef\xbb\xbf<a>").text == "<a>"

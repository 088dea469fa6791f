"""Copies of documents: found by digest or by name, mended where that gives the text back."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.evidence.copies import Copies, sha256

TEXT = "Réunion à Brunei.\nThe second line.\n"


def copies(folder: Path, name: str, content: bytes) -> Copies:
    (folder / name).write_bytes(content)
    return Copies.read(folder)


def test_copy_is_found_by_its_digest_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    copy = copies(tmp_path, "any name", TEXT.encode()).of("slug", sha256(TEXT))
    assert copy
    assert (copy.text, copy.remark, copy.drifted) == (TEXT, "", False)


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), "byte-order mark"),
        (TEXT.replace("\n", "\r\n").encode(), "Windows line ends"),
        (b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(), "byte-order mark and Windows"),
        ((TEXT + "\n").encode(), "too many"),
        (TEXT[:-1].encode(), "lacks a line end"),
        (TEXT.replace("é", "e\u0301").replace("à", "a\u0300").encode(), "accents written apart"),
    ],
)
def test_copy_that_an_editor_has_changed_is_mended_and_that_is_said(
    tmp_path: Path, content: bytes, remark: str
) -> None:
    copy = copies(tmp_path, "slug.txt", content).of("slug", sha256(TEXT))
    assert copy
    assert (copy.text, copy.drifted) == (TEXT, False)
    assert remark in copy.remark


def test_copy_with_other_words_is_found_by_its_name_and_marked(tmp_path: Path) -> None:
    copy = copies(tmp_path, "slug.txt", b"Other words.").of("slug", sha256(TEXT))
    assert copy
    assert (copy.text, copy.drifted) == ("Other words.", True)
    assert "another text" in copy.remark


def test_copy_of_a_document_that_states_no_digest_is_taken_by_its_name(tmp_path: Path) -> None:
    copy = copies(tmp_path, "slug.txt", b"Words.").of("slug", "")
    assert copy
    assert (copy.text, copy.drifted) == ("Words.", False)
    assert "states no defkg:sha256" in copy.remark


def test_no_copy(tmp_path: Path) -> None:
    assert copies(tmp_path, "other.txt", b"Other words.").of("slug", sha256(TEXT)) is None

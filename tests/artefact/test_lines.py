"""Lines sorted in pieces are those sorted at once, and the compressed file tells nothing but them."""

from __future__ import annotations

import gzip
import hashlib
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from defkg.artefact.lines import SortedLines, compress

LINES = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"") + b"\n"))


@given(LINES, st.integers(1, 40), st.integers(1, 60))
def test_pieces_of_any_size_give_each_line_once_and_in_order(lines: list[bytes], piece: int, chunk: int) -> None:
    text = b"".join(lines)
    found = SortedLines(Path("/tmp"), chunk)
    for at in range(0, len(text), piece):
        found.write(text[at : at + piece])
    assert list(found) == sorted(set(lines))
    found.close()


def test_the_file_is_gzip_without_name_and_time() -> None:
    lines = [f"line {number}\n".encode() for number in range(200_000)]
    file = io.BytesIO()
    count, digest = compress(lines, file)
    data = file.getvalue()
    assert gzip.decompress(data) == b"".join(lines)
    assert (count, digest) == (len(lines), hashlib.sha256(b"".join(lines)).hexdigest())
    assert (data[3], data[4:8], data[9]) == (0, b"\0\0\0\0", 255)


def test_nothing_is_a_file_too() -> None:
    file = io.BytesIO()
    assert compress([], file)[0] == 0
    assert gzip.decompress(file.getvalue()) == b""

"""Files to be published: their names, what they hold, and their checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from defkg.artefact.lines import compress

SUMS = "SHA256SUMS"
GZIP = ".gz"
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "md": "text/markdown",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "ttl": "text/turtle",
}


class File(NamedTuple):
    """A file: its name with ``/`` between folder and file, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Made:
    """A file that was made.

    Attributes:
        name: with ``/`` between folder and file.
        media_type: its own.
        size: in bytes.
        sha256: lower-case hex.
        at: where it begins in what all of them were written to.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    at: int


def media_type(name: str) -> str:
    """The media type of a file by its name; that of what is compressed is ``application/gzip``."""
    if name.endswith(GZIP):
        return "application/gzip"
    return MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")


def compressed(file: File) -> File:
    """The file as gzip without a time and a name, so that the same bytes give the same bytes."""
    packed = BytesIO()
    compress([file.body], packed)
    return File(file.name + GZIP, packed.getvalue())


def with_sums(files: Iterable[File]) -> Iterator[File]:
    """The files, and after them the list of their checksums as ``sha256sum -c`` reads it."""
    sums: list[tuple[str, str]] = []
    for file in files:
        sums.append((file.name, sha256(file.body)))
        yield file
    yield File(SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums)).encode())


def sha256(body: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(body).hexdigest()

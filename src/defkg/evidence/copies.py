"""Copies of documents: texts that are under copyright, in a folder that is not part of the project."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TEXTS = "DEFKG_TEXTS"
_MENDED: dict[str, Callable[[str], str]] = {
    "begins with a byte-order mark": lambda text: text.removeprefix("\ufeff"),
    "has Windows line ends": lambda text: text.replace("\r\n", "\n"),
    "has a byte-order mark and Windows line ends": lambda text: text.removeprefix("\ufeff").replace("\r\n", "\n"),
    "has a line end too many": lambda text: text.removesuffix("\n"),
    "lacks a line end": lambda text: text + "\n",
    "has its accents written apart": lambda text: unicodedata.normalize("NFC", text),
    "has its accents written into the letters": lambda text: unicodedata.normalize("NFD", text),
}


@dataclass(frozen=True)
class Copy:
    """A copy of a document.

    Attributes:
        text: its text, as the document's digest was taken from it, where that can be had.
        remark: in what the file is not that text, in words; empty where it is.
        drifted: whether positions in the text cannot be relied on.
    """

    text: str
    remark: str = ""
    drifted: bool = False


@dataclass(frozen=True)
class Copies:
    """The texts of a folder.

    Attributes:
        by_digest: by the SHA-256 of their bytes, lower-case hex.
        by_name: by file name.
    """

    by_digest: dict[str, str]
    by_name: dict[str, str]

    @staticmethod
    def read(folder: Path) -> Copies:
        """Reads the files of a folder; files that are not UTF-8 are left out."""
        found = Copies({}, {})
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            content = path.read_bytes()
            try:
                found.by_name[path.name] = text = content.decode("utf-8")
            except UnicodeDecodeError:
                continue
            found.by_digest[hashlib.sha256(content).hexdigest()] = text
        return found

    def of(self, slug: str, digest: str) -> Copy | None:
        """The copy of a document: by its digest, else the file called ``<slug>.txt``; None where there is neither."""
        text = self.by_digest.get(digest)
        if text is not None:
            return Copy(text)
        text = self.by_name.get(slug + ".txt")
        return None if text is None else _named(f"{slug}.txt", text, digest)


def sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _named(name: str, text: str, digest: str) -> Copy:
    if not digest:
        return Copy(text, f"{name} is taken by its name, since the document states no defkg:sha256")
    for remark, mend in _MENDED.items():
        if sha256(mend(text)) == digest:
            return Copy(mend(text), f"{name} {remark}, otherwise it is the text that the passages were taken from")
    return Copy(text, f"{name} is another text than the passages were taken from: its SHA-256 differs", drifted=True)

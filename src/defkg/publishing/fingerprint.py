"""What tells whether two graphs are the same: how many triples, and a digest that no order and no name changes.

The digest is the sum of the SHA-256 of all lines of the graph in N-Triples, so that a graph of any size is read once,
as it comes. Stores keep a number's value and not always its digits (``1.50`` becomes ``1.5``), so values are compared:
the digest is of lines in which numbers, truth values and durations are written in one way. Names of blank nodes are
not kept either: the lines that have them get the names that RDFC-1.0 gives.

Sources: RDF Dataset Canonicalization (W3C); XML Schema Part 2 (W3C), canonical representations.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize

NODES = 100_000  # lines with blank nodes that are given canonical names
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPED = re.compile(rb'"([^"\\]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#(\w+)> \.\n\Z')
_INTEGERS = frozenset(
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte".split()
)
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
_WHOLE = 1 << 256


@dataclass(frozen=True)
class Fingerprint:
    """Two graphs with the same have the same triples, up to the names of blank nodes and the digits of numbers.

    Attributes:
        count: the triples.
        digest: lower-case hex.
    """

    count: int
    digest: str

    @staticmethod
    def of(lines: Iterable[bytes]) -> Fingerprint:
        """The fingerprint of the lines of a graph in N-Triples, as our own engine writes them, each once."""
        total, count, nodes = 0, 0, []
        for line in lines:
            count += 1
            if has_nodes(line):
                nodes.append(_normal(line))
            else:
                total += int.from_bytes(hashlib.sha256(_normal(line)).digest(), "big")
        for line in _renamed(nodes):
            total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        return Fingerprint(count, f"{total % _WHOLE:064x}")


def has_nodes(line: bytes) -> bool:
    """Whether a line of N-Triples has a blank node."""
    return b"_:" in line and b"_:" in _STRINGS.sub(b"", line)


def rewritten(text: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of any N-Triples as our own engine writes them.

    Raises:
        SyntaxError: it is none.
    """
    for line in text:
        for quad in parse(line, format=RdfFormat.N_TRIPLES):
            yield serialize([quad.triple], format=RdfFormat.N_TRIPLES) or b""


def _normal(line: bytes) -> bytes:
    found = _TYPED.search(line) if line.endswith(b"> .\n") else None
    if not found:
        return line
    kind, value = _value(found[2].decode(), found[1].decode())
    return line[: found.start()] + f'"{value}"^^<{_XSD}{kind}> .\n'.encode()


def _value(kind: str, text: str) -> tuple[str, str]:
    """A datatype and a value in the form that is compared; what is no value of its type stays as it is."""
    try:
        if kind in _INTEGERS:
            return "integer", str(int(text))
        if kind == "decimal":
            return kind, f"{Decimal(text).normalize():f}"
        if kind in ("double", "float"):
            return kind, repr(float(text))
        if kind == "boolean":
            return kind, {"1": "true", "0": "false"}.get(text, text)
        if kind in ("duration", "dayTimeDuration"):
            return kind, _seconds(text)
    except (ValueError, InvalidOperation):
        pass
    return kind, text


def _seconds(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if not found:
        return repr(float(text)) if text.replace(".", "", 1).isdigit() else text
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    return found[1] + repr(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _renamed(lines: list[bytes]) -> Iterable[bytes]:
    if len(lines) > NODES:  # only how many there are then, and all besides the names
        return [re.sub(rb"_:\S+", b"_:b", line) for line in lines]
    dataset = Dataset(parse(b"".join(lines), format=RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    text = serialize((quad.triple for quad in dataset), format=RdfFormat.N_TRIPLES) or b""
    return text.splitlines(keepends=True)

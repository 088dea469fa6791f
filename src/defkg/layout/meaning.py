"""Whether two Turtle texts say the same: equal graphs, whatever their blank nodes are called.

Source: RDF Dataset Canonicalization (RDFC-1.0).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse

PATIENCE = 20.0
"""Seconds after which blank nodes that look alike are given up: RDFC-1.0 then takes exponential time."""

_ALIKE = 6
"""So many blank nodes that look alike are settled at once: every order of six is tried in 40 ms, of eight in 4 s."""

_CHILD = "from defkg.layout.meaning import answer; answer()"


class Undecided(Exception):
    """Two graphs whose blank nodes are too much alike to compare in the time given."""


def same_meaning(old: str, new: str, patience: float | None = None) -> bool:
    """Whether two Turtle texts are the same graph.

    Args:
        old: a Turtle text.
        new: another.
        patience: seconds to spend where blank nodes look alike; `PATIENCE` unless told.

    Raises:
        SyntaxError: one of them is not valid Turtle.
        Undecided: that was not enough.
    """
    graphs = [triples(old), triples(new)]
    if max(map(_alike, graphs)) > _ALIKE:
        return _patiently([old, new], PATIENCE if patience is None else patience)
    return digest(graphs[0]) == digest(graphs[1])


def triples(text: str) -> list[Triple]:
    """The triples of a Turtle text.

    Raises:
        SyntaxError: it is not valid Turtle.
    """
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def digest(graph: Iterable[Triple]) -> str:
    """The SHA-256 of the canonical N-Quads of a graph, in hexadecimal.

    Source: RDFC-1.0, section 4.4. The time is exponential in the number of blank nodes that look alike.
    """
    dataset = Dataset(Quad(*triple) for triple in graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _alike(graph: Iterable[Triple]) -> int:
    """How many blank nodes their own triples do not tell from another (RDFC-1.0, section 4.6)."""
    about: dict[BlankNode, list[str]] = {}
    for triple in graph:
        for node in {term for term in triple if isinstance(term, BlankNode)}:
            about.setdefault(node, []).append(" ".join(_seen_from(node, term) for term in triple))
    looks = Counter("\n".join(sorted(seen)) for seen in about.values())
    return sum(count for count in looks.values() if count > 1)


def _seen_from(node: BlankNode, term: object) -> str:
    if isinstance(term, BlankNode):
        return "_:a" if term == node else "_:z"
    return str(term)


def _patiently(texts: list[str], patience: float) -> bool:
    command = [sys.executable, "-c", _CHILD]
    try:
        said = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired as error:
        raise Undecided(f"its blank nodes are too much alike to compare in {patience:g} s") from error
    if said.returncode:
        raise Undecided("its blank nodes are too many and too much alike to compare")
    return said.stdout == b"same"


def answer() -> None:
    """Compares two texts from standard input, in a process that can be killed."""
    first, second = (digest(triples(text)) for text in json.loads(sys.stdin.buffer.read()))
    sys.stdout.write("same" if first == second else "different")

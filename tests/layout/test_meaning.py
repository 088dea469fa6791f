"""Whether two Turtle texts say the same."""

from __future__ import annotations

import hashlib
import time

import pytest

from defkg.layout.meaning import Undecided, digest, same_meaning, triples

PREFIX = "@prefix : <http://x/> .\n"


def clique(size: int) -> str:
    """Blank nodes that nothing tells apart."""
    return PREFIX + "".join(f"_:b{i} :p _:b{j} .\n" for i in range(size) for j in range(size) if i != j)


def alike(members: int, last: str) -> str:
    return f"{PREFIX}:s :p " + ", ".join(["[ :p [] ]"] * members + [f"[ :p {last} ]"]) + " ."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":s :p :o ; :q :r .", ":s :q :r . :s :p :o , :o ."),
        ("_:a :p _:b . _:b :q :o .", "[ :p [ :q :o ] ] ."),
        (
            ":s :p ( 1 ) .",
            "@prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . :s :p [ r:rest () ; r:first 1 ] .",
        ),
        (':s :p """s""" .', ":s :p 's' ."),
        (":s :p 'a'@EN .", ":s :p 'a'@en ."),
    ],
)
def test_the_same_in_other_words(old: str, new: str) -> None:
    assert same_meaning(PREFIX + old, PREFIX + new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":s :p :o .", ":s :p :o , :o2 ."),
        ("_:a :p _:b . _:b :q :o .", "_:a :p _:b . _:c :q :o ."),
        (":s :p ( 1 2 ) .", ":s :p ( 2 1 ) ."),
        (":s :p 1.50 .", ":s :p 1.5 ."),
        (":s :p 'a' .", ":s :p 'a'@en ."),
        (":s :p 'a\\nb' .", ":s :p 'a\\r\\nb' ."),
    ],
)
def test_something_else(old: str, new: str) -> None:
    assert not same_meaning(PREFIX + old, PREFIX + new)


def test_many_alike_blank_nodes_are_compared_all_the_same() -> None:
    assert same_meaning(alike(9, ":o"), alike(9, ":o").replace("[ :p [] ], ", "[ :p _:x ], ", 1))
    assert not same_meaning(alike(9, ":o"), alike(9, ":o2"))


def test_what_takes_too_long_is_given_up() -> None:
    started = time.monotonic()
    with pytest.raises(Undecided, match="too much alike"):
        same_meaning(clique(12), clique(12), patience=0.5)
    assert time.monotonic() - started < 5


def test_digest_is_that_of_canonical_n_quads() -> None:
    line = b"<http://x/s> <http://x/p> _:c14n0 .\n"
    assert digest(triples(PREFIX + ":s :p _:anything .")) == hashlib.sha256(line).hexdigest()

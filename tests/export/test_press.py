"""Files made in a process of its own: the same as those that the shell writes."""

from __future__ import annotations

import asyncio

import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, Store

from defkg.dataset import quads
from defkg.export.content import Content
from defkg.export.files import with_sums
from defkg.export.package import package
from defkg.export.press import QUERY, Failed, press
from defkg.loading import spool
from defkg.selfdescription import Description


def answered(content: Content) -> bytes:
    store = Store()
    for iri, triples in content.graphs.items():
        store.bulk_extend(quads(triples, NamedNode(iri)))
    from pyoxigraph import DefaultGraph

    store.bulk_extend(quads(content.merged, DefaultGraph()))
    return store.query(QUERY).serialize(format=QueryResultsFormat.JSON) or b""  # type: ignore[arg-type]


def test_the_files_are_those_of_the_package(content: Content) -> None:
    with spool() as out:
        made = asyncio.run(press(content.description, answered(content), out, 60))
        out.seek(0)
        found = {file.name: out.read(file.size) for file in made}
        assert out.read() == b""
    assert found == dict(with_sums(package(content)))
    assert [file.at for file in made] == [sum(f.size for f in made[:n]) for n in range(len(made))]


def test_one_that_takes_too_long_is_ended(content: Content) -> None:
    with spool() as out, pytest.raises(Failed, match=r"more than 0.01 seconds"):
        asyncio.run(press(content.description, answered(content), out, 0.01))


def test_one_that_dies_says_so() -> None:
    with spool() as out, pytest.raises(Failed, match="ended with status 1"):
        asyncio.run(press(Description(), b"no answer", out, 60))

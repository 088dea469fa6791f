"""What is exported: all of it, in one order, with the same names for blank nodes."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from defkg.dataset import Dataset, quads
from defkg.export.content import Content, read_project
from defkg.loading import Recipe, load, spool
from defkg.project import Project
from defkg.selfdescription import Description
from defkg.terms import INFERRED_GRAPH, RDF, REGISTRY_GRAPH, TYPE, XSD
from tests.conftest import HEAD, ROOT

P = NamedNode("http://example.org/p")
SUBJECT = NamedNode("http://example.org/s")


def test_it_is_the_graph_that_is_served(content: Content) -> None:
    with spool() as data:
        loaded = load(Recipe(ROOT, check=False), data)
        data.seek(0)
        served = len(set(data))  # what is stated of the whole is there twice
    assert content.description.digest == loaded.digest
    assert len(content.merged) + sum(map(len, content.graphs.values())) == served


def test_merged_is_what_is_asserted_and_what_follows(content: Content, closed: Dataset) -> None:
    def plain(triples: object) -> set[object]:
        return {t for t in triples if not any(isinstance(x, BlankNode) for x in t)}  # type: ignore[attr-defined]

    assert plain(content.merged) == plain({*closed.asserted, *closed.inferred})
    assert len(content.merged) == len({*closed.asserted, *closed.inferred})


def test_blank_nodes_get_the_same_names_whatever_they_were_called() -> None:
    first, rest, nil = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))

    def listed(a: str, b: str) -> list[Quad]:
        head, tail = BlankNode(a), BlankNode(b)
        triples = [Triple(P, P, head), Triple(head, first, Literal("x")), Triple(head, rest, tail)]
        triples += [Triple(tail, first, P), Triple(tail, rest, nil)]
        return [quad for graph in (DefaultGraph(), REGISTRY_GRAPH) for quad in quads(triples, graph)]

    one, other = (Content.of(found, Description()) for found in (listed("a", "b"), listed("z", "y")[::-1]))
    assert one == other
    assert one.merged == one.graphs[REGISTRY_GRAPH.value]  # the same nodes in both graphs


def test_each_triple_knows_the_graphs_that_hold_it(content: Content) -> None:
    assert set(content.holders) == set(content.merged)
    assert all(content.holders.values())
    alone = [triple for triple, graphs in content.holders.items() if graphs == [INFERRED_GRAPH.value]]
    assert len(alone) > 1000


def test_numbers_stay_as_their_file_has_them(copy: Path) -> None:
    source = copy / "data" / "sources" / "odd.ttl"
    source.write_text(HEAD + f'<http://example.org/s> defkg:ordinal "07"^^<{XSD}int> .\n')
    content, _ = read_project(Project.open(copy), check=False)
    assert content
    (value,) = (t.object for t in content.merged if t.subject == SUBJECT and t.predicate != TYPE)
    assert value == Literal("07", datatype=NamedNode(XSD + "int"))


def test_findings_come_instead_of_the_content(copy: Path) -> None:
    (copy / "data" / "sources" / "odd.ttl").write_text(HEAD + "id:country\\/IND defkg:nonsense 1 .\n")
    content, findings = read_project(Project.open(copy))
    assert content is None
    assert findings

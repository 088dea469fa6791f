"""Dumps: read back as exactly the graph, and the same bytes each time."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Dataset as Quads

from defkg.dataset import quads
from defkg.export.content import Content
from defkg.export.dumps import annotated, dumps, graph_file
from defkg.export.files import File, with_sums
from defkg.layout import format_turtle
from defkg.selfdescription import Description
from defkg.terms import BASE, DCTERMS, ID, INFERRED_GRAPH, RDF
from tests.conftest import ROOT

SOURCE, PART, REIFIES = (NamedNode(iri) for iri in (DCTERMS + "source", DCTERMS + "isPartOf", RDF + "reifies"))


@pytest.fixture(scope="module")
def files(content: Content) -> dict[str, bytes]:
    return dict(dumps(content))


def canonical(found: set[Quad]) -> Quads:
    dataset = Quads(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def whole(content: Content) -> set[Quad]:
    named = {quad for iri, triples in content.graphs.items() for quad in quads(triples, NamedNode(iri))}
    return {*quads(content.merged, DefaultGraph()), *named}


@pytest.mark.parametrize("suffix", ["trig", "nq", "jsonld"])
def test_the_whole_reads_back(content: Content, files: dict[str, bytes], suffix: str) -> None:
    form = RdfFormat.from_extension(suffix)
    assert form
    assert canonical(set(parse(files[f"defkg.{suffix}"], format=form))) == canonical(whole(content))


@pytest.mark.parametrize(("suffix", "form"), [("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES)])
def test_what_is_merged_reads_back(content: Content, files: dict[str, bytes], suffix: str, form: RdfFormat) -> None:
    merged = set(quads(content.merged, DefaultGraph()))
    assert canonical(set(parse(files[f"defkg.{suffix}"], format=form))) == canonical(merged)


def test_every_graph_has_its_file_in_the_canonical_layout(content: Content, files: dict[str, bytes]) -> None:
    for iri, triples in content.graphs.items():
        text = files[graph_file(iri)]
        assert canonical(set(parse(text, format=RdfFormat.TURTLE))) == canonical(set(quads(triples, DefaultGraph())))
        assert format_turtle(text.decode()) == text.decode()
    sources = [path.stem for path in (ROOT / "data" / "sources").glob("*.ttl")]
    assert {f"sources/{slug}.ttl" for slug in sources} < set(files)
    assert {f"graphs/{name}.ttl" for name in ("registry", "curation", "ontology", "shapes")} < set(files)


def test_what_is_compressed_is_the_same_without_name_and_time(files: dict[str, bytes]) -> None:
    packed = [name for name in files if name.endswith(".gz")]
    assert len(packed) == 6
    for name in packed:
        assert gzip.decompress(files[name]) == files[name.removesuffix(".gz")]
        assert files[name][3:8] == bytes(5)  # RFC 1952: no flags, so no name; time zero


def test_each_triple_carries_its_sources(content: Content, files: dict[str, bytes]) -> None:
    """Read back by pyoxigraph: the triples of the graph, and of each which graphs hold it and which are documents."""
    asserted, of, said = set(), {}, defaultdict(set)
    for quad in parse(files["defkg.annotated.ttl"], format=RdfFormat.TURTLE):
        if quad.predicate == REIFIES:
            of[quad.subject] = quad.object
        elif isinstance(quad.subject, BlankNode) and quad.predicate in (SOURCE, PART):
            said[quad.subject].add((quad.predicate, quad.object))
        else:
            asserted.add(quad.triple)
    plain = {t: g for t, g in content.holders.items() if not any(isinstance(x, BlankNode) for x in t)}
    found = {triple: said[node] for node, triple in of.items() if triple in plain}
    expected = {}
    for triple, graphs in plain.items():
        named = {NamedNode(graph) for graph in graphs}
        documents = {graph for graph in named if graph.value.startswith(ID + "source/")}
        expected[triple] = {(PART, graph) for graph in named} | {(SOURCE, graph) for graph in documents}
    assert found == expected
    assert len(asserted) == len(of) == len(content.merged)


def test_no_document_states_what_only_follows(files: dict[str, bytes]) -> None:
    lines = files["defkg.annotated.ttl"].decode().splitlines()
    inferred = [line for line in lines if f"{{| dcterms:isPartOf {INFERRED_GRAPH} |}}" in line]
    assert len(inferred) > 1000
    assert not [line for line in inferred if "dcterms:source" in line]


def test_a_triple_of_no_graph_is_asserted_without_a_word_about_it() -> None:
    lonely = Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("{| ~ . \n"), DefaultGraph())
    text = annotated(Content.of([lonely], Description()))
    assert list(parse(text, format=RdfFormat.TURTLE)) == [lonely]


@pytest.mark.parametrize(
    "iri",
    [
        ID + "source/../../etc/passwd",
        ID + "source/..",
        ID + "source/.hidden",
        ID + "source/a/b",
        ID + "source/",
        BASE + "graph/" + "x" * 300,
        "http://example.org/graph",
        "file:///etc/passwd",
    ],
)
def test_no_iri_names_a_file_elsewhere(iri: str) -> None:
    assert graph_file(iri).startswith("others/")
    assert len(graph_file(iri)) == len("others/") + 32 + len(".ttl")


def test_sums_are_those_of_every_file() -> None:
    *_, sums = with_sums([File("b", b"1"), File("a/c", b"")])
    digests = [hashlib.sha256(body).hexdigest() for body in (b"", b"1")]
    assert sums == File("SHA256SUMS", f"{digests[0]}  a/c\n{digests[1]}  b\n".encode())


def test_the_same_data_gives_the_same_bytes(copy: Path, tmp_path: Path) -> None:
    """In another folder, by another process with other hashes, and as a zip."""
    zips = []
    for seed, root in (("1", ROOT), ("2", copy)):
        target = tmp_path / seed / f"{seed}.zip"
        words = [sys.executable, "-m", "defkg", "export", "package", "--no-check", "-o", str(target), str(root)]
        done = subprocess.run(words, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr
        zips.append(target.read_bytes())
    assert zips[0] == zips[1]

"""The kinds of the things of a graph, whatever has been inferred."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from defkg.dataset import Dataset
from defkg.kinds import Kind, kinds
from defkg.terms import ID, ONTOLOGY, SKOS
from tests.conftest import Broken


def under(dataset: Dataset, name: str) -> set[str]:
    """The things of a kind, by their IRIs alone."""
    subjects = {row["x"] for row in dataset.select("SELECT DISTINCT ?x WHERE { ?x a ?class }")}
    return {s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(f"{ID}{name}/")}


def found(dataset: Dataset, where: str) -> list[str]:
    rows = dataset.select(f"SELECT ?x WHERE {{ {where} }}")
    return sorted(str(row["x"])[1:-1] for row in rows)


@pytest.mark.parametrize("inferred", [True, False])
def test_a_kind_has_every_thing_whose_iri_says_so_once(inferred: bool, closed: Dataset, dataset: Dataset) -> None:
    served = closed if inferred else dataset
    told = kinds(served.select)
    assert len(told) > 30
    for kind in told.values():
        things = sorted(under(served, kind.name))
        assert found(served, kind.pattern()) == things, kind
        assert kind.count == len(things)
        everything = "{ SELECT DISTINCT ?x WHERE { ?x a ?any } }"
        assert found(served, f"{everything} {kind.condition()}") == things, kind


@pytest.mark.parametrize("inferred", [True, False])
def test_a_kind_goes_by_the_narrowest_class_that_all_share(inferred: bool, closed: Dataset, dataset: Dataset) -> None:
    told = kinds((closed if inferred else dataset).select)
    expected = {
        "agreement": "Agreement",
        "mechanism": "Mechanism",
        "courtesy-call": "CourtesyCall",
        "source": "SourceDocument",
    }
    assert {name: told[name].iri for name in expected} == {name: ONTOLOGY + iri for name, iri in expected.items()}
    assert {name for name, kind in told.items() if kind.dated} >= {"meeting", "visit", "signing"}
    assert not told["agreement"].dated
    assert told["courtesy-call"].title == "Courtesy calls"
    assert told["country"].title == "Countries"


def test_kinds_that_share_a_class_go_by_their_own_names(closed: Dataset) -> None:
    told = kinds(closed.select)
    assert told["role"].iri == told["modality"].iri == SKOS + "Concept"
    assert (told["role"].title, told["modality"].title) == ("Roles", "Modalities")
    assert not told["role"].alone


def test_things_of_one_kind_without_a_class_in_common(broken: Broken) -> None:
    odd = broken("id:odd\\/one a defkg:Place . id:odd\\/two a <https://example.org/C> .")
    kind = kinds(odd.select)["odd"]
    assert (kind.iri, kind.label, kind.count, kind.shared) == ("", "odd", 2, frozenset())
    assert found(odd, kind.pattern()) == [f"{ID}odd/one", f"{ID}odd/two"]


def test_a_graph_without_things_of_ours_has_no_kinds() -> None:
    assert kinds(lambda _: []) == {}


def test_a_kind_with_a_quote_in_its_name_makes_a_query_all_the_same() -> None:
    kind = Kind("a'b", ONTOLOGY + "Place", "x", 1, (ONTOLOGY + "Place",), frozenset(), alone=False, dated=False)
    assert 'STRSTARTS(STR(?x), "https://w3id.org/defkg/id/a\'b/")' in kind.pattern()

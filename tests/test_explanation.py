"""Why a triple holds."""

from __future__ import annotations

from pyoxigraph import NamedNode, Triple

from defkg.dataset import Dataset
from defkg.explanation import Derivation, Explainer
from defkg.terms import ID, ONTOLOGY

CO_CHAIRED = Triple(
    NamedNode(ID + "official/amitabh-prasad"),
    NamedNode(ONTOLOGY + "coChaired"),
    NamedNode(ID + "mechanism/india-brunei-jwg"),
)


def test_co_chairing_rests_on_the_chain_and_its_premises(closed: Dataset) -> None:
    derivation = Explainer.of(closed).explain(CO_CHAIRED)
    assert derivation is not None
    assert derivation.rule is not None
    assert derivation.rule.name in ("prp-spo2", "prp-inv1", "prp-inv2")
    used = {triple.predicate.value.removeprefix(ONTOLOGY) for triple in derivation.asserted()}
    assert used == {"participant", "coChairIn", "meetingOf"}


def test_its_documents_are_the_two_that_say_so(closed: Dataset) -> None:
    derivation = Explainer.of(closed).explain(CO_CHAIRED)
    assert derivation is not None
    slugs = [source.value.rpartition("/")[2] for source in closed.sources(derivation.asserted())]
    assert slugs == ["2025-12-09-pti-india-brunei-jwg", "undated-india-brunei-jwg"]


def test_every_inferred_triple_has_a_well_founded_derivation(closed: Dataset) -> None:
    explainer = Explainer.of(closed)
    for triple in sorted(closed.inferred, key=str)[::10]:
        derivation = explainer.explain(triple)
        assert derivation is not None, triple
        assert set(derivation.asserted()) <= set(closed.asserted)
        assert not repeats(derivation, ())


def repeats(derivation: Derivation, above: tuple[Triple, ...]) -> bool:
    deeper = (*above, derivation.triple)
    return derivation.triple in above or any(repeats(premise, deeper) for premise in derivation.premises)


def test_what_does_not_hold_has_none(closed: Dataset) -> None:
    false = Triple(CO_CHAIRED.subject, CO_CHAIRED.predicate, NamedNode(ID + "mechanism/india-thailand-jwg"))
    assert Explainer.of(closed).explain(false) is None

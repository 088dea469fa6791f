"""What is known of the things that panels show: the facts that cells ask for, with the graphs that hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal

from defkg.holding import Graphs, Select
from defkg.terms import INFERRED_GRAPH, ONTOLOGY, RDF, Term
from defkg.views.days import several, spoken
from defkg.web.things.panels.scope import terms, value

TYPE = RDF + "type"
# Of classes only those that somebody gave are wanted, and they are the most by far that follow.
_FACTS = f"""SELECT ?x ?p ?o ?g ?of WHERE {{{{
  {{{{ VALUES (?x ?p) {{{{ {{pairs}} }}}} ?x ?p ?o }}}}
  UNION
  {{{{ VALUES ?of {{{{ {{dated}} }}}}
    {{{{ ?x defkg:signingOf ?of }}}} UNION {{{{ ?of defkg:concludedAt ?x }}}}
    VALUES ?p {{{{ defkg:date defkg:dateBasis }}}} ?x ?p ?o }}}}
  OPTIONAL {{{{ GRAPH ?g {{{{ ?x ?p ?o }}}} }}}}
  FILTER (?p != <{TYPE}> || !BOUND(?g) || ?g != {INFERRED_GRAPH})
}}}}"""
_HELD = "SELECT ?s ?p ?o ?g WHERE {{ VALUES (?s ?p ?o) {{ {triples} }} GRAPH ?g {{ ?s ?p ?o }} }}"
Statement = tuple[str, str, str]
Need = tuple[str, str]


def defkg(name: str) -> str:
    """The IRI of a term of the ontology."""
    return ONTOLOGY + name


@dataclass
class Known:
    """Facts by subject and property.

    Attributes:
        dating: the events that date a thing without a date of its own, as a signing does an agreement.
    """

    dating: dict[str, set[str]] = field(default_factory=dict)
    _facts: dict[tuple[str, str], dict[Term, set[str]]] = field(default_factory=dict)

    @staticmethod
    def read(select: Select, needs: Collection[Need]) -> Known:
        """What the graph says, in one query; nothing is asked for nothing.

        Raises:
            ValueError: a thing is no IRI.
        """
        known = Known()
        pairs = " ".join(f"({terms(need)})" for need in sorted(needs))
        dated = terms(sorted({thing for thing, name in needs if name == defkg("date")}))
        query = _FACTS.format(pairs=pairs, dated=dated)
        for row in select(query) if needs else ():
            thing = value(row["x"])
            known._add(thing, value(row["p"]), row["o"], value(row.get("g")))
            if "of" in row:
                known.dating.setdefault(value(row["of"]), set()).add(thing)
        return known

    def values(self, thing: str, name: str) -> dict[Term, Graphs]:
        """The values of a property, each with the named graphs that hold it."""
        return {term: frozenset(held) for term, held in self._facts.get((thing, name), {}).items()}

    def dates(self, thing: str) -> dict[str, set[str]]:
        """The dates of a thing in words, each as precise as stated; its own, else those of what dates it.

        Each has the named graphs that hold it.
        """
        own = _together(self._dates(thing))
        return own or _together(pair for event in sorted(self.dating.get(thing, ())) for pair in self._dates(event))

    def moments(self, thing: str) -> Iterator[tuple[Literal, bool]]:
        """The dates that a thing has itself, each with whether all who give it inferred it."""
        bases = self.values(thing, defkg("dateBasis"))
        for date, graphs in sorted(self.values(thing, defkg("date")).items(), key=lambda pair: str(pair[0])):
            if isinstance(date, Literal):
                beside = {value(basis) for basis, held in bases.items() if held & graphs or not held | graphs}
                yield date, beside == {"inferred"}

    def _dates(self, thing: str) -> Iterator[tuple[str, Graphs]]:
        graphs = self.values(thing, defkg("date"))
        for date, inferred in self.moments(thing):
            words = spoken(date) or several(date) or date.value
            yield words + (", inferred" if inferred else ""), graphs[date]

    def _add(self, thing: str, name: str, term: Term, graph: str) -> None:
        held = self._facts.setdefault((thing, name), {}).setdefault(term, set())
        if graph:
            held.add(graph)


def needed(thing: str, *names: str) -> list[Need]:
    """A thing with the terms of the ontology that are its wanted properties."""
    return [(thing, defkg(name)) for name in names]


def holders(select: Select, statements: Collection[Statement]) -> dict[Statement, set[str]]:
    """For each triple of IRIs the named graphs that hold it, in one query."""
    found: dict[Statement, set[str]] = {statement: set() for statement in statements}
    triples = " ".join(f"({terms(statement)})" for statement in sorted(found))
    for row in select(_HELD.format(triples=triples)) if found else ():
        found[value(row["s"]), value(row["p"]), value(row["o"])].add(value(row["g"]))
    return found


def _together(pairs: Iterable[tuple[str, Graphs]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for words, graphs in pairs:
        found.setdefault(words, set()).update(graphs)
    return found

"""Terms as numbers, which take less room and compare faster."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from defkg.terms import RDF, TYPE, XSD, Term

_AS_WRITTEN = (XSD + "string", RDF + "langString")


class Numbers:
    """Gives each term a number: 1, 2 and so on to what can be a subject, -1, -2 and so on to anything else.

    Two spellings of one value, such as ``01`` and ``1``, have the number of the one that a store gives back.

    Attributes:
        respelt: whether a term was met in another spelling than a store's.
    """

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self._subjects: list[NamedNode | BlankNode] = []
        self._others: list[Term] = []
        self.respelt = False

    def of(self, term: Term) -> int:
        """The number of a term."""
        return self._numbers.get(term) or self._new(term)

    def subject(self, number: int) -> NamedNode | BlankNode:
        """The term that has a number above zero."""
        return self._subjects[number - 1]

    def term(self, number: int) -> Term:
        """The term that has a number."""
        return self._subjects[number - 1] if number > 0 else self._others[-number - 1]

    def _new(self, term: Term) -> int:
        stored = _stored(term)
        if stored != term:
            self.respelt = True
            found = self.of(stored)
        elif isinstance(term, NamedNode | BlankNode):
            self._subjects.append(term)
            found = len(self._subjects)
        else:
            self._others.append(term)
            found = -len(self._others)
        self._numbers[term] = found
        return found


def _stored(term: Term) -> Term:
    if isinstance(term, NamedNode | BlankNode) or (isinstance(term, Literal) and term.datatype.value in _AS_WRITTEN):
        return term
    store = Store()
    store.add(Quad(TYPE, TYPE, term))
    return next(store.quads_for_pattern(None, None, None)).object

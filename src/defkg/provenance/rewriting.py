"""A query rewritten so that each of its solutions shows the triples that it rests on.

Property paths become the triples that they go along, blank nodes become variables, and each OPTIONAL, each branch of a
UNION and each EXISTS has a marker that tells where it matched. A subquery stays, beside its own pattern rewritten. What
takes solutions away (filters, MINUS) stays as it is. All that is added is optional or certain to match, so the
solutions are those of the query.

Source: SPARQL 1.1 Query Language (W3C), section 18.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from defkg.linter.patterns import Element, Group
from defkg.provenance.clauses import Item, Selection, as_bind, selection
from defkg.provenance.negation import affirmed
from defkg.provenance.original import keys_of, with_keys
from defkg.provenance.reading import variables, written
from defkg.provenance.scopes import certain, check_substitution, elements_of, tokens_of, visible
from defkg.provenance.statements import statements
from defkg.provenance.untold import Untold
from defkg.provenance.walking import Place, Walker, Witness
from defkg.sparql import Token


class Scope:
    """What an EXISTS sees of the patterns around it: variables with a value, and those that may have one."""

    def __init__(self, elements: Sequence[Element], outer: Scope | None = None) -> None:
        self.certain: set[str] = certain(elements) | (outer.certain if outer else set())
        self.visible: set[str] = set(visible(elements)) | (outer.visible if outer else set())


class Rewriter:
    """Rewrites one query.

    Args:
        found: all of its tokens, so that no new variable has the name of one of them.
    """

    def __init__(self, found: Iterable[Token]) -> None:
        names = {token.text[1:] for token in found if token.kind in ("var", "bnode")}
        prefix = "w"
        while any(name.startswith(prefix) for name in names):
            prefix += "w"
        self._names = (f"{prefix}{number}" for number in count())
        self._blank: dict[str, str] = {}
        self._walker = Walker(self.fresh)

    @property
    def witnesses(self) -> list[Witness]:
        """The triple patterns of all that was rewritten."""
        return self._walker.witnesses

    def fresh(self) -> str:
        """A new variable."""
        return "?" + next(self._names)

    def pattern(self, elements: Sequence[Element], items: Sequence[Item] = (), place: Place | None = None) -> str:
        """The parts of a group rewritten.

        Args:
            elements: the parts.
            items: columns that are computed from it, whose EXISTS count.
            place: where it stands.

        Raises:
            Untold: it has a part that cannot be followed.
        """
        place = place or Place()
        computed = [element for item in items if (element := as_bind(item))]
        asked = [group for element in computed for group in affirmed(element)]
        text, filtered = self._body(elements, place)
        return text + self._all_exist([*filtered, *asked], place, Scope(elements))

    def _body(self, elements: Sequence[Element], place: Place) -> tuple[str, list[Group]]:
        """The parts rewritten, without the EXISTS of its filters, which come back as groups."""
        here: list[str] = []
        late: list[str] = []
        asked: list[Group] = []
        for index, element in enumerate(elements):
            if element.kind == "triples":
                self._triples(element, place, here, late)
            elif element.kind == "filter":
                here.append(written(element.tokens, place.names, self._suffix()))
                asked += affirmed(element)
            else:
                here.append(self._element(element, place, elements[:index]))
        return " ".join([*here, *late]), asked

    def _suffix(self) -> str:
        return next(self._names)

    def _triples(self, element: Element, place: Place, here: list[str], late: list[str]) -> None:
        def write(found: list[Token]) -> str:
            if found[0].kind == "bnode":
                return self._blank.setdefault(found[0].text, self.fresh())
            return written(found, place.names)

        for subject, path, obj in statements(element.tokens, write, self.fresh):
            walk = self._walker.walk(subject, path, obj, place)
            here.append(walk.here)
            late.append(walk.late)

    def _element(self, element: Element, place: Place, before: Sequence[Element]) -> str:
        kind, groups = element.kind, element.groups
        if kind == "optional":
            return self._optional(groups[0], place, Scope(before))
        if kind == "graph":
            name = written(element.tokens[1:2], place.names)
            return f"GRAPH {name} {{ {self._group(groups[0], replace(place, graph=name))} }}"
        if kind == "group":
            return f"{{ {self._group(groups[0], place)} }}"
        if kind == "union":
            return " UNION ".join(self._branch(group, place) for group in groups)
        if kind not in ("bind", "values", "minus"):
            raise Untold(f"the query has a part that is not followed, {kind.upper()}")
        text = written(element.tokens, place.names, self._suffix())
        return text + (self._all_exist(affirmed(element), place, Scope(before)) if kind == "bind" else "")

    def _group(self, group: Group, place: Place) -> str:
        return self._subquery(group, place) if group.head else self.pattern(group.elements, (), place)

    def _branch(self, group: Group, place: Place) -> str:
        marker = self.fresh()
        return f"{{ {self._group(group, replace(place, marker=marker))} BIND(1 AS {marker}) }}"

    def _optional(self, group: Group, place: Place, outer: Scope, condition: str = "") -> str:
        marker = self.fresh()
        inside = replace(place, marker=marker)
        elements = elements_of(group)
        text, asked = self._body(elements, inside)
        found = f" OPTIONAL {{ {text} {condition} BIND(1 AS {marker}) }}"
        return found + self._all_exist(asked, inside, Scope(elements, outer), f"BOUND({marker})")

    def _all_exist(self, groups: Iterable[Group], place: Place, scope: Scope, guard: str = "") -> str:
        return "".join(self._exists(group, place, scope, guard) for group in groups)

    def _exists(self, group: Group, place: Place, outer: Scope, guard: str) -> str:
        """What an EXISTS finds, as an OPTIONAL: its variables get new names, but for those that the pattern fixes."""
        elements = elements_of(group)
        check_substitution(elements, outer.visible)
        own = {name: self.fresh()[1:] for name in visible(elements) if name not in outer.certain}
        conditions = [guard] if guard else []
        for name in own.keys() & outer.visible:
            known, new = "?" + place.names.get(name, name), "?" + own[name]
            conditions.append(f"(!BOUND({known}) || !BOUND({new}) || sameTerm({known}, {new}))")
        condition = f"FILTER({' && '.join(sorted(conditions))})" if conditions else ""
        return self._optional(group, replace(place, names={**place.names, **own}), outer, condition)

    def _subquery(self, query: Group, place: Place) -> str:
        clauses = selection(query)
        keys, hidden = keys_of(query, clauses, self.fresh)
        if hidden and clauses.distinct:
            raise Untold("a subquery with DISTINCT does not show what it groups by")
        kept = certain(query.elements)
        own = {name: self.fresh()[1:] for name in variables(list(tokens_of([Element("group", [], [query])])))}
        conditions, binds = [], []
        for key, shown in keys:
            outside = hidden.get(shown, "?" + place.names.get(shown, shown))
            if key.expression or key.name not in kept:
                inside = "?" + own[key.name] if key.name in own else self.fresh()
                conditions.append(_same(outside, inside))
                binds += [f"BIND({written(key.expression, own)} AS {inside})"] if key.expression else []
            else:
                own[key.name] = outside[1:]
        original = with_keys(query, clauses, hidden, place.names, self._suffix())
        return f"{{ {original} }} {self._beside(query, clauses, place, own, conditions, binds)}"

    def _beside(
        self,
        query: Group,
        clauses: Selection,
        place: Place,
        own: dict[str, str],
        conditions: list[str],
        binds: list[str],
    ) -> str:
        marker = self.fresh()
        inside = replace(place, marker=marker, names=own)
        items = () if clauses.grouped else clauses.items
        text = self.pattern(query.elements, items, inside)
        values = "" if clauses.grouped else written(clauses.values, own)
        condition = f"FILTER({' && '.join(conditions)})" if conditions else ""
        return f"OPTIONAL {{ {{ {text} }} {values} {' '.join(binds)} {condition} BIND(1 AS {marker}) }}"


def _same(one: str, other: str) -> str:
    return f"COALESCE(sameTerm({one}, {other}), !BOUND({one}) && !BOUND({other}))"

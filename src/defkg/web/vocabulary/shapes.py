"""What the page of the shapes tells: the rules for each class, what to write, and why.

Source: SHACL (W3C), sections 2 to 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from defkg.terms import RDF, RDFS, SH, SHAPES, Term, compact
from defkg.web.asker import Asker
from defkg.web.vocabulary.reading import Said

_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_WORDS = {"targetSubjectsOf": "All that has {}", "targetObjectsOf": "All values of {}", "targetNode": "{}"}
_NOT_LIMITS = {
    *("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode", "property", "path", "severity", "message"),
    *("description", "name", "order", "group", "flags", "deactivated"),
}
_STEPS = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}
_DEEP = 10
_TITLED = 3


@dataclass(frozen=True)
class Rule:
    """A shape.

    Attributes:
        id: its place on the page.
        name: its name in findings.
        path: what it looks at; empty for the thing itself.
        limits: what it demands, as SHACL has it: name and value.
        message: what to write.
        reason: why.
        warning: whether what breaks it is no error.
    """

    id: str
    name: str
    path: str
    limits: Sequence[tuple[str, str]]
    message: str
    reason: str
    warning: bool


@dataclass
class Group:
    """The rules for the things of some classes."""

    title: str
    classes: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class Shown(NamedTuple):
    """A shape that only says where pages show a property, and what they call it."""

    iri: str
    id: str
    path: str
    name: str


class Order(NamedTuple):
    """A group of properties as pages show it."""

    iri: str
    id: str
    title: str
    parts: Sequence[Shown]


def shapes_values(asker: Asker, triples: Sequence[Triple]) -> dict[str, object]:
    """The values of the template."""
    said = Said(triples)
    names = asker.site.presentation.labels
    groups: list[Group] = []
    shown: set[Term] = set()
    for shape in _targeting(said):
        group = _group(said, shape, names)
        for node in [shape, *said.values(shape, SH + "property")]:
            if node not in shown and isinstance(node, NamedNode):
                shown.add(node)
                group.rules.append(_rule(said, node))
        groups.append(group)
    groups.sort(key=lambda group: (not group.classes, ":" in group.title, group.title.casefold()))
    orders = _orders(said, shown)
    shown |= {NamedNode(order.iri) for order in orders} | {NamedNode(part.iri) for o in orders for part in o.parts}
    parts = [(_id(node.value), _about(said, node)) for node in _named(said) if node not in shown]
    return {"groups": groups, "total": sum(len(g.rules) for g in groups), "orders": orders, "parts": parts}


def _orders(said: Said, shown: Collection[Term]) -> list[Order]:
    """The groups in which pages show properties, in their order."""
    groups = sorted({group for node in _named(said) for group in said.iris(node, SH + "group")})
    found = []
    for group in sorted(groups, key=lambda iri: (_rank(said, NamedNode(iri)), iri)):
        nodes = [NamedNode(iri) for iri in said.subjects_of(SH + "group", group) if NamedNode(iri) not in shown]
        nodes.sort(key=lambda node: (_rank(said, node), node.value))
        title = said.text(NamedNode(group), RDFS + "label") or _id(group)
        found.append(Order(group, _id(group), title, [_shown(said, node) for node in nodes]))
    return found


def _rank(said: Said, node: NamedNode) -> float:
    try:
        return float(said.text(node, SH + "order"))
    except ValueError:
        return float("inf")


def _shown(said: Said, node: NamedNode) -> Shown:
    paths = [_path(said, path) for path in said.values(node, SH + "path")]
    return Shown(node.value, _id(node.value), ", ".join(paths), said.text(node, SH + "name"))


def _named(said: Said) -> list[NamedNode]:
    return [node for node in said.subjects() if isinstance(node, NamedNode)]


def _targeting(said: Said) -> list[NamedNode]:
    return [node for node in _named(said) if any(said.values(node, SH + target) for target in _TARGETS)]


def _group(said: Said, shape: NamedNode, names: Mapping[str, str]) -> Group:
    classes = said.iris(shape, SH + "targetClass")
    titles = [names.get(iri) or compact(iri) for iri in classes]
    for target, words in _WORDS.items():
        titles += [words.format(compact(iri)) for iri in said.iris(shape, SH + target)]
    return Group(", ".join(titles) if len(titles) <= _TITLED else f"{len(titles)} classes alike", classes)


def _rule(said: Said, node: NamedNode) -> Rule:
    path = next(iter(said.values(node, SH + "path")), None)
    return Rule(
        _id(node.value),
        compact(node.value),
        _path(said, path) if path else "",
        list(_limits(said, node)),
        said.text(node, SH + "message"),
        said.text(node, SH + "description"),
        said.iris(node, SH + "severity") not in ([], [SH + "Violation"]),
    )


def _id(iri: str) -> str:
    return iri.removeprefix(SHAPES) if iri.startswith(SHAPES) else iri


def _path(said: Said, path: Term, depth: int = 0) -> str:
    """A path as SPARQL writes it."""
    if isinstance(path, NamedNode):
        return compact(path.value)
    if depth > _DEEP:
        return "…"
    for step, words in _STEPS.items():
        for inner in said.values(path, SH + step):
            return words.format(_path(said, inner, depth + 1))
    for alternatives in said.values(path, SH + "alternativePath"):
        return "|".join(_path(said, inner, depth + 1) for inner in said.listed(alternatives))
    return "/".join(_path(said, inner, depth + 1) for inner in said.listed(path))


def _limits(said: Said, node: NamedNode) -> Iterable[tuple[str, str]]:
    for name, values in said.about(node):
        local = name.removeprefix(SH)
        if name.startswith(SH) and local not in _NOT_LIMITS:
            yield local, ", ".join(sorted(_value(said, value) for value in values))


def _value(said: Said, value: Term, depth: int = 0) -> str:
    if isinstance(value, NamedNode):
        return compact(value.value)
    if isinstance(value, Literal):
        return value.value
    if depth > _DEEP:
        return "…"
    members = said.listed(value)
    if members:
        return " ".join(_value(said, member, depth + 1) for member in members)
    inner = [
        f"{name.removeprefix(SH)} {' '.join(_value(said, one, depth + 1) for one in values)}"
        for name, values in said.about(value)
        if name != RDF + "type"
    ]
    return f"[{'; '.join(inner)}]" if isinstance(value, BlankNode) and inner else str(value)


def _about(said: Said, node: NamedNode) -> list[tuple[str, str]]:
    """What is said of a part that is no rule, such as a group of properties."""
    return [(compact(name), ", ".join(_value(said, value) for value in values)) for name, values in said.about(node)]

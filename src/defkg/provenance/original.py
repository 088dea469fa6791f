"""A SELECT as it is, and what tells which solutions each of its rows is made from.

Source: SPARQL 1.1 Query Language (W3C), section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from defkg.linter.patterns import Element, Group
from defkg.provenance.clauses import Item, Selection
from defkg.provenance.reading import written
from defkg.provenance.scopes import columns


def keys_of(
    query: Group, clauses: Selection, fresh: Callable[[], str]
) -> tuple[list[tuple[Item, str]], dict[str, str]]:
    """What tells which solutions a row is made from.

    Returns:
        The columns, or what is grouped by, each with the name of the column that shows it; and for those that no
        column shows, new variables by that name.
    """
    if not clauses.grouped:
        items = clauses.items or tuple(map(Item, columns(query)))
        return [(item, item.name) for item in items], {}
    shown = {item.name for item in clauses.items if not item.expression}
    keys: list[tuple[Item, str]] = []
    hidden: dict[str, str] = {}
    for number, key in enumerate(clauses.keys):
        name = key.name if key.name in shown else f"{key.name}#{number}"
        if name not in shown:
            hidden[name] = fresh()
        keys.append((key, name))
    return keys, hidden


def with_keys(
    query: Group, clauses: Selection, hidden: Mapping[str, str], names: Mapping[str, str], suffix: str
) -> str:
    """The SELECT, with further columns for what it groups by and does not show.

    Args:
        query: its pattern.
        clauses: the rest of it.
        hidden: the variables for those columns, by the names that `keys_of` gave.
        names: variables that have another name here.
        suffix: what is put behind the labels of blank nodes, which no two patterns may share.
    """
    grouping, more = [], []
    for number, key in enumerate(clauses.keys):
        new = hidden.get(f"{key.name}#{number}", "")
        name = f"?{names.get(key.name, key.name)}" if key.name else new
        grouping.append(f"({written(key.expression, names, suffix)} AS {name})" if key.expression else name)
        more += [f"({name} AS {new})" if key.name else new] if new else []
    head = " ".join([written(clauses.head, names, suffix), *more])
    by = f"GROUP BY {' '.join(grouping)} " if grouping else ""
    pattern = _parts(query.elements, names, suffix)
    return f"{head} WHERE {{ {pattern} }} {by}{written(clauses.rest, names, suffix)}"


def _parts(elements: Sequence[Element], names: Mapping[str, str], suffix: str) -> str:
    found = []
    for element in elements:
        if element.tokens:
            found.append(written(element.tokens, names, suffix) + (" ." if element.kind == "triples" else ""))
        else:
            found += [f"{{ {_whole(group, names, suffix)} }}" for group in element.groups]
    return " ".join(found)


def _whole(group: Group, names: Mapping[str, str], suffix: str) -> str:
    pattern = _parts(group.elements, names, suffix)
    if not group.head:
        return pattern
    return f"{written(group.head, names, suffix)} {{ {pattern} }} {written(group.tail, names, suffix)}"

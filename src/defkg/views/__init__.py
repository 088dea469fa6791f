"""Pictures of answers as SVG: timeline, matrix, bar, graph and map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from defkg.terms import Term
from defkg.views import bar, graph, map, matrix, timeline
from defkg.views.labelled import Labelled, Undrawn
from defkg.views.lettering import clean
from defkg.views.roles import cast
from defkg.views.sheet import text_of

KINDS: dict[str, ModuleType] = {"timeline": timeline, "matrix": matrix, "bar": bar, "graph": graph, "map": map}
MOST_ROWS = 10_000


def draw(
    kind: str,
    columns: Mapping[str, str],
    variables: Sequence[str],
    rows: Sequence[Mapping[str, Term]],
    labels: Mapping[str, str],
    title: str = "",
) -> str | None:
    """The picture of an answer as SVG, to stand in a page or alone.

    Args:
        kind: one of `KINDS`.
        columns: role to column, as the question's head says; where it says nothing, what columns hold decides.
        variables: the columns of the answer.
        rows: the answer; an unbound variable is left out.
        labels: IRI to label, for IRIs that no column such as ``?xLabel`` beside ``?x`` labels.
        title: what the picture is called, such as the question.

    Returns:
        ``<svg>…</svg>``; None where the columns do not fit, or there is nothing to draw, or too much: see `reason`.
    """
    try:
        return _picture(kind, columns, Labelled(variables, rows, labels), title)
    except Undrawn:
        return None


def reason(
    kind: str,
    columns: Mapping[str, str],
    variables: Sequence[str],
    rows: Sequence[Mapping[str, Term]],
    labels: Mapping[str, str],
) -> str:
    """Why there is no picture of an answer, in words; empty where there is one. Takes what `draw` takes."""
    try:
        _picture(kind, columns, Labelled(variables, rows, labels), "")
    except Undrawn as undrawn:
        return str(undrawn)
    return ""


def roles(kind: str) -> tuple[str, ...]:
    """The names of the parts that columns can play in a kind of picture.

    Raises:
        KeyError: there is no such kind.
    """
    return tuple(role.name for role in KINDS[kind].ROLES)


def _picture(kind: str, columns: Mapping[str, str], table: Labelled, title: str) -> str:
    if kind not in KINDS:
        raise Undrawn(f"there is no view {kind!r}, only {', '.join(KINDS)}")
    if not table.rows:
        raise Undrawn("there are no rows")
    if len(table.rows) > MOST_ROWS:
        raise Undrawn(f"{len(table.rows):,} rows are more than a picture of {MOST_ROWS:,} can show")
    module = KINDS[kind]
    name = f"{kind.capitalize()}: {clean(title, 300)}" if title else kind.capitalize()
    return text_of(module.picture(table, cast(module.ROLES, table, columns), name))

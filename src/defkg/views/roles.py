"""Which column plays which part in a picture: as the question's head says, else by what the columns hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from defkg.views.labelled import Labelled, Undrawn


@dataclass(frozen=True)
class Role:
    """A part that a column can play.

    Attributes:
        name: what the head calls it.
        holds: what a column must hold to play it, in words.
        fits: whether a column does.
        required: whether there is no picture without it.
        names: columns so called are taken first; for a role that is not required, no others are, if ``named``.
        unless: this role is not required where one of these is played.
        takes: what a column that the head names must fit, where that is less than ``fits``.
    """

    name: str
    holds: str
    fits: Callable[[Labelled, str], bool]
    required: bool = True
    names: Sequence[str] = ()
    named: bool = False
    unless: Sequence[str] = ()
    takes: Callable[[Labelled, str], bool] | None = None


def cast(roles: Sequence[Role], table: Labelled, said: Mapping[str, str]) -> dict[str, str]:
    """Role to column. What the head says is kept; roles that are required are found, others only if it says nothing.

    Raises:
        Undrawn: a role or column does not exist, a column does not hold what its role needs, or none does.
    """
    found = {role: _said(roles, table, role, variable) for role, variable in said.items()}
    for role in roles:
        if role.name not in found and (role.required or not said):
            variable = _fitting(role, table, set(found.values()))
            if variable:
                found[role.name] = variable
    for role in roles:
        if role.required and not {role.name, *role.unless} & found.keys():
            raise Undrawn(f"no column holds {role.holds}")
    return found


def _said(roles: Sequence[Role], table: Labelled, name: str, variable: str) -> str:
    role = next((role for role in roles if role.name == name), None)
    if role is None:
        raise Undrawn(f"there is no {name!r} in this view, only {', '.join(role.name for role in roles)}")
    if variable not in table.variables:
        raise Undrawn(f"the answer has no column {variable!r} for {name!r}")
    subject = table.subject(variable)
    if not (role.takes or role.fits)(table, subject) and (role.required or table.values(subject)):
        raise Undrawn(f"the column {variable!r} does not hold {role.holds}")
    return subject


def _fitting(role: Role, table: Labelled, taken: set[str]) -> str | None:
    free = [variable for variable in table.things() if variable not in taken and role.fits(table, variable)]
    named = [variable for variable in role.names if variable in free]
    return next(iter(named if role.named else [*named, *free]), None)

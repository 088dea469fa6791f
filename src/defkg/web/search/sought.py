"""What a request to the search asks."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from defkg.engine import Problem
from defkg.web.parameters import Parameters

LONGEST = 300
_KNOWN = ("q", "kind", "page")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Sought:
    """What is looked for.

    Attributes:
        text: what was typed, as it can be shown.
        kind: the kind of things that is wanted; None for all, empty for those that have none.
        page: which page of what is found, from 1 on.
    """

    text: str = ""
    kind: str | None = None
    page: int = 1

    def address(self, suffix: str = "", kind: str | None = None, page: int = 1) -> str:
        """Where the same is looked for, among one kind of things or all."""
        pairs = {"q": self.text} | ({} if kind is None else {"kind": kind}) | ({"page": str(page)} if page > 1 else {})
        return f"/search{suffix}?{urlencode(pairs)}"


def read_sought(parameters: Parameters, *, paged: bool) -> Sought:
    """What the parameters of a request look for.

    Args:
        parameters: what was sent.
        paged: whether a page is wanted, and not all that is found.

    Raises:
        Problem: 400, one of them is unknown, doubled, too long or no such thing.
    """
    for name in sorted(parameters.names() - set(_KNOWN)):
        near = difflib.get_close_matches(name[:100], _KNOWN, n=1)
        advice = f"; did you mean {near[0]}?" if near else ""
        detail = f"The search takes {', '.join(_KNOWN)}, and not {name[:100]!r}{advice}"
        raise Problem(400, "parameter-unknown", "There is no such parameter", detail, {"accepts": list(_KNOWN)})
    text, kind, page = (parameters.one(name) for name in _KNOWN)
    if len(text or "") > LONGEST:
        raise _refused("q", f"q= has {len(text or ''):,} characters, and {LONGEST} are looked for at most")
    if page is not None and not (paged and _PAGE.fullmatch(page)):
        what = (
            f"a number from 1 on, not {page[:100]!r}"
            if paged
            else "of no meaning for a file, which has all that is found"
        )
        raise _refused("page", f"page= is {what}")
    return Sought(_printable(text or ""), kind, int(page or 1))


def _printable(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _refused(name: str, detail: str) -> Problem:
    return Problem(400, "parameter", "A value is not accepted", detail, {"parameter": name})

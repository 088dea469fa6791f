"""Where Virtuoso departs from the standards, and what is done about it: each departure by its name.

Seen with Virtuoso 7.2.5 (Debian's ``virtuoso-opensource``). Other services pass through here unchanged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import BinaryIO, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from defkg.engine.remote import troubles
from defkg.sparql import Token

_SIGN = b'"head": { "link": []'
_TYPED = b'"datatype": "http://www.w3.org/2001/XMLSchema#%s", "value": "%s"'
_WRONG = re.compile(
    rb'"type": "bnode", "value": "(?P<node>nodeID://)'
    rb'|"datatype": "http://www\.w3\.org/2001/XMLSchema#(?P<kind>boolean|duration)", "value": "(?P<value>[^"]*)"'
)
_JSON = QueryResultsFormat.JSON
_ROW, _END = b"    {", b"] } }"
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_DOUBTFUL = frozenset(["EXISTS", "MINUS", "BIND", "GROUP"])
_LIMITS = frozenset(["LIMIT", "OFFSET"])
_OWN = ("bif:", "sql:", "http://www.openlinksw.com/schemas/bif#", "http://www.openlinksw.com/schemas/sql#")


def is_own_function(iri: str) -> bool:
    """*Functions of its own*: an IRI of these calls code of the server, some of which opens files or addresses."""
    return iri.lower().startswith(_OWN)


def trusted(found: Sequence[Token]) -> bool:
    """*Paths* and *tests within patterns*: whether the query has none of what was seen to be answered wrongly.

    A path with ``?`` forgets what its end is bound to (``date-of-agreement`` of the library gives every agreement), two
    with ``+`` lose rows, one with two open ends is an error ("transitive start not given"); EXISTS in BIND is an
    error or gives 1 for true; NOT EXISTS in an OPTIONAL holds where it does not; CONSTRUCT is cut without a word;
    DISTINCT leaves rows twice, which `mended` can mend where no LIMIT counts them.
    Such a query is answered from the triples that it needs, by our own engine.
    """
    form = next((token.keyword for token in found if token.keyword in _FORMS), "")
    distinct = [token for token in found if token.keyword in ("DISTINCT", "REDUCED")]
    if any(token.depth for token in distinct) or (distinct and any(token.keyword in _LIMITS for token in found)):
        return False
    if form not in ("SELECT", "ASK"):
        return form == "DESCRIBE"
    for before, token in pairwise(found):
        if token.keyword in _DOUBTFUL:
            return False
        if token.kind == "mark" and token.text in ("*", "+", "?") and _ends_path(before):
            return False
    return True


def _ends_path(token: Token) -> bool:
    return token.kind in ("iri", "name") or token.text == ")" or token.text == "a"


def refuse_part(headers: Mapping[str, str], rows: int) -> None:
    """*Row cap* and *anytime answers*: a part of an answer comes with status 200, and only a header tells.

    Args:
        headers: of the response.
        rows: how many it holds.

    Raises:
        Problem: it is, or may be, a part.
    """
    if headers.get("x-sql-state") or headers.get("x-sql-message"):
        raise troubles.broken("stopped half-way through its answer (its own limit on time)")
    most = headers.get("x-sparql-maxrows", "")
    if most.isdecimal() and rows >= int(most):
        raise troubles.cut(int(most))


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    """Whether a response comes from it."""
    return headers.get("server", "").startswith("Virtuoso")


def as_truth(results: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """*Truth as rows*: where CaseMode is not 2, an ASK is answered with a row of one column, or none."""
    if isinstance(results, QueryBoolean) or [variable.value for variable in results.variables] != ["__ASK_RETVAL"]:
        return results
    true = any(getattr(row[0], "value", "0") != "0" for row in results)
    return parse_query_results(b'{"head": {}, "boolean": %s}' % (b"true" if true else b"false"), format=_JSON)


def mended(file: BinaryIO, distinct: bool = False) -> BinaryIO:
    """*Typed literals* and *names of blank nodes*: an answer in SPARQL's JSON, as the standard has it.

    A boolean comes as ``1`` or ``0``, a duration as seconds, a blank node as ``nodeID://b1``. No text within a literal
    can be taken for one of these: there, each quotation mark has a backslash before it. Rows that DISTINCT left twice
    are given once.
    """
    begin = file.read(len(_SIGN) + 8)
    file.seek(0)
    return cast(BinaryIO, _Mended(file, distinct)) if _SIGN in begin else file


class _Mended:
    """The lines of an answer of Virtuoso, in which each row has a line."""

    def __init__(self, file: BinaryIO, distinct: bool) -> None:
        self._lines = iter(file)
        self._distinct = distinct
        self._seen: set[bytes] = set()

    def read(self, _size: int = -1) -> bytes:
        """The next line; empty at the end."""
        for line in self._lines:
            text = _WRONG.sub(_right, line)
            if not self._distinct or not text.startswith(_ROW):
                return text
            if row := self._once(text):
                return row
        return b""

    def _once(self, line: bytes) -> bytes:
        """A row with a comma before it instead of behind, if it was not there before; and the end of the rows."""
        row = line.strip()
        end = _END if row.endswith(_END) else b""
        row = row.removesuffix(_END).rstrip(b", ")
        known, digest = len(self._seen), hashlib.blake2b(row, digest_size=16).digest()
        self._seen.add(digest)
        if len(self._seen) == known:
            return end
        return (b"," if known else b"") + row + end


def _right(found: re.Match[bytes]) -> bytes:
    if found["node"]:
        return b'"type": "bnode", "value": "'
    kind, value = found["kind"], found["value"]
    if kind == b"boolean":
        value = {b"1": b"true", b"0": b"false"}.get(value, value)
    elif value.replace(b".", b"").isdigit():
        value = duration(float(value)).encode()
    return _TYPED % (kind, value)


def duration(seconds: float) -> str:
    """Seconds as a duration, in the form that XML Schema calls canonical for days and times."""
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    time = "".join(f"{number:g}{unit}" for number, unit in parts if number)
    day = f"{days:g}D" if days else ""
    return f"P{day}{'T' + time if time else ''}" if day or time else "PT0S"

"""What is read from a query before it runs: its dataset clauses, what is refused, whether its answer can be kept.

The parser lets keywords run together (``trueSERVICE``, ``SERVICE:s`` where ``:s`` is declared), so a keyword is looked
for at the end of words and within prefixed names too.

Source: SPARQL 1.1 Query Language (W3C), sections 13.2 and 19.8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from defkg.engine import Problem
from defkg.prologue import Names
from defkg.sparql import OPENING, Token, matching, place, tokens

_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())
_TERMS = frozenset(["iri", "name", "var"])
_SERVICE = re.compile("service", re.IGNORECASE)
_GLUED = re.compile("service.*:", re.IGNORECASE)
_VOLATILE = re.compile("(?:now|rand|uuid|bnode)(?!\\w)", re.IGNORECASE)
_FROM = re.compile("from", re.IGNORECASE)
_CLAUSE = re.compile(r"FROM(NAMED)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Scan:
    """What a query says of itself.

    Attributes:
        query: the text with its dataset clauses blanked by spaces, so that lines and columns stay.
        default_graphs: the IRIs after FROM, in their order.
        named_graphs: the IRIs after FROM NAMED, in their order. Both are None where there is no dataset clause.
        volatile: whether its answer changes by nature: it calls NOW, RAND, UUID, STRUUID or BNODE, or constructs
            blank nodes.
        depth: how deep its brackets nest.
    """

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    volatile: bool
    depth: int


@dataclass(frozen=True)
class _Clause:
    """One FROM or FROM NAMED: what to blank, and the graph's IRI."""

    spans: tuple[tuple[int, int], ...]
    named: bool
    iri: str


def scan(text: str) -> Scan:
    """Scans a query; what is no SPARQL is left for the parser to refuse.

    Raises:
        Problem: 403 for SERVICE; 400 for an update, for a graph named with a prefix that nobody declares, and where
            SERVICE stands behind something that cannot be read.
    """
    found = tokens(text)
    names = Names.read(found)
    _refuse_update(text, found[names.end : names.end + 1])
    if _SERVICE.search(text):
        _refuse_service(text, found, names)
    clauses = _clauses(text, found, names) if _FROM.search(text) else []
    return Scan(
        _blanked(text, clauses),
        tuple(clause.iri for clause in clauses if not clause.named) if clauses else None,
        tuple(clause.iri for clause in clauses if clause.named) if clauses else None,
        _makes_nodes(found[names.end :])
        or (bool(_VOLATILE.search(text)) and any(_is_volatile(text, token) for token in found)),
        max((token[3] + 1 for token in found if token[1] in OPENING), default=0),
    )


def _makes_nodes(found: list[Token]) -> bool:
    if len(found) < 2 or found[0].keyword != "CONSTRUCT" or found[1].text != "{":
        return False
    template = found[2 : matching(found).get(1)]
    return any(token.kind == "bnode" or token.text in ("[", "(") for token in template)


def _is_volatile(text: str, token: Token) -> bool:
    if token.kind == "bad":
        return _VOLATILE.search(text, token.start) is not None
    return token.kind == "word" and _VOLATILE.search(token.text) is not None


def _problem(status: int, kind: str, title: str, detail: str, text: str, at: int) -> Problem:
    line, column = place(text, at)
    return Problem(status, kind, title, f"At line {line}, column {column}: {detail}", {"line": line, "column": column})


def _syntax(detail: str, text: str, at: int) -> Problem:
    return _problem(400, "syntax", "The query is not valid SPARQL", detail, text, at)


def _refuse_update(text: str, first: list[Token]) -> None:
    if first and first[0].keyword in _UPDATES:
        detail = f"{first[0].keyword} begins an update; this service answers queries only"
        raise _syntax(detail + ": SELECT, ASK, CONSTRUCT, DESCRIBE", text, first[0].start)


def _refuse_service(text: str, found: list[Token], names: Names) -> None:
    for index, token in enumerate(found):
        if _SERVICE.search(token.text) and _calls(found, index, names):
            detail = "SERVICE would call another server; let your own client federate over this one"
            raise _problem(403, "service-refused", "SERVICE is refused", detail, text, token.start)
    stopped = next((token for token in found[-1:] if token.kind == "bad"), None)
    if stopped and _SERVICE.search(text, stopped.start):
        raise _syntax("a string that does not end, or what SPARQL does not know, begins here", text, stopped.start)


def _calls(found: list[Token], index: int, names: Names) -> bool:
    """Whether a token that holds the letters of SERVICE is read as the keyword."""
    token, after = found[index], found[index + 1 : index + 3]
    if token.kind == "word":
        return True
    if token.kind not in ("name", "bnode") or found[index - 1].keyword.endswith("GRAPH"):
        return False
    if any(follower.keyword == "SILENT" for follower in after[:1]):
        return token.depth > 0
    if any(follower.text == "{" for follower in after[:1]):
        return token.depth > 0 and _GLUED.search(token.text) is not None
    runs_on = [follower.text for follower in after[1:]] == ["{"] and after[0].kind in _TERMS
    return runs_on and (".service" in token.text.lower() or not _splits_safely(token, names))


def _splits_safely(token: Token, names: Names) -> bool:
    """Whether the parser takes the name whole: its IRI is valid whatever follows a slash or hash."""
    return names.prefixes.get(token.text.partition(":")[0], "/").endswith(("/", "#"))


def _clauses(text: str, found: list[Token], names: Names) -> list[_Clause]:
    clauses: list[_Clause] = []
    for index in range(names.end, len(found)):
        token, before = found[index], found[index - 1].keyword
        if token.depth == 0 and token.text == "{" and not before.endswith("CONSTRUCT"):
            break
        if token.depth == 0 and token.kind == "word":
            clause = _clause(text, found[index : index + 3], names)
            clauses += [clause] if clause else []
        elif token.depth == 0 and token.kind == "name" and not before.endswith(("FROM", "NAMED")):
            described = found[names.end].keyword == "DESCRIBE" and not clauses and names.resolve(token) is not None
            split = ":from" in token.text.lower() and not _splits_safely(token, names)
            if split or (_FROM.match(token.text) and not described):
                raise _syntax("write a space after FROM", text, token.start)
    return clauses


def _clause(text: str, found: list[Token], names: Names) -> _Clause | None:
    word = _CLAUSE.search(found[0].text)
    if not word or len(found) < 2:
        return None
    after = 2 if found[1].keyword == "NAMED" else 1
    if len(found) <= after or found[after].kind not in ("iri", "name"):
        return None
    iri = names.resolve(found[after])
    if iri is None:
        raise _syntax(f"{found[after].text} has a prefix that is not declared", text, found[after].start)
    begin = found[0].start + word.start()
    spans = [(begin, found[0].end), *((token.start, token.end) for token in found[1 : after + 1])]
    return _Clause(tuple(spans), bool(word[1]) or after == 2, iri)


def _blanked(text: str, clauses: list[_Clause]) -> str:
    parts, at = [], 0
    for begin, end in (span for clause in clauses for span in clause.spans):
        parts += [text[at:begin], " " * (end - begin)]
        at = end
    return "".join([*parts, text[at:]])

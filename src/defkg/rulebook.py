"""The rules of a project: its shapes, its check queries, and what is checked in code, each with its reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from defkg.checks import Check
from defkg.content import Fault
from defkg.finding import Place, Severity
from defkg.project import Project
from defkg.question import QuestionError, read_query, split_head
from defkg.reasons import REASONS
from defkg.terms import CHECKS, SH, SHAPES_GRAPH, Term, compact
from defkg.turtle import Placed, read_turtle

_PACKAGE = Path(__file__).parent
_EMITTED = re.compile(r"""CHECKS \+ "([a-z0-9-]+)"|_error\([^"\n]*"([a-z0-9-]+)\"""")
_SAYS_NOTHING = {
    *("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target", "property", "path"),
    *("message", "description", "severity", "name", "order", "group", "flags", "deactivated"),
    *("declare", "prefix", "namespace"),
}


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        iri: its name in findings.
        kind: shape, check (a query) or code.
        title: what must hold, or what to write.
        reason: why.
        severity: error or warning.
        place: where it is defined.
    """

    iri: str
    kind: str
    title: str
    reason: str
    severity: Severity
    place: Place

    @property
    def name(self) -> str:
        """Its name as findings show it, such as ``checks:syntax``."""
        return compact(self.iri)

    @property
    def local(self) -> str:
        """The last part of its name."""
        return re.split(r"[#/:]", self.iri)[-1]


def rulebook(project: Project) -> dict[str, Rule]:
    """The rules of a project by IRI, sorted by name. A shape or a check that cannot be read is left out.

    Raises:
        ProjectError: a file cannot be opened.
    """
    return _by_iri([*_shapes(project), *beside_shapes(project)])


def beside_shapes(project: Project) -> list[Rule]:
    """Those of them that are no shapes.

    Raises:
        ProjectError: a file cannot be opened.
    """
    return list(_by_iri([*_checks(project), *_code()]).values())


def _by_iri(found: list[Rule]) -> dict[str, Rule]:
    return {rule.iri: rule for rule in sorted(found, key=lambda rule: rule.name.casefold())}


def emitted() -> dict[str, Place]:
    """The rules that stand in code by local name, with where."""
    found: dict[str, Place] = {}
    for path in sorted(_PACKAGE.rglob("*.py")):
        name = path.relative_to(_PACKAGE.parent).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for match in _EMITTED.finditer(line):
                found.setdefault(match[1] or match[2], Place(name, number, match.start() + 1))
    return found


def _code() -> Iterator[Rule]:
    places = emitted()
    for name, (title, reason) in REASONS.items():
        if name in places:
            yield Rule(CHECKS + name, "code", title, reason, Severity.ERROR, places[name])


def _checks(project: Project) -> Iterator[Rule]:
    for path in project.query_files("checks"):
        try:
            check, (head, _) = Check.read(path), split_head(read_query(path))
        except QuestionError:
            continue
        place = Place(project.name(path), 1, 1)
        yield Rule(CHECKS + check.name, "check", head["title"], head["reason"], check.severity, place)


def _shapes(project: Project) -> Iterator[Rule]:
    for shape, said in _said(project).items():
        terms = {placed.triple.predicate.value.removeprefix(SH) for _, placed in said if _is_shacl(placed)}
        if terms - _SAYS_NOTHING:
            yield _shape(shape, said)


Said = list[tuple[str, Placed]]


def _said(project: Project) -> dict[NamedNode, Said]:
    found: dict[NamedNode, Said] = defaultdict(list)
    for path, graph in project.turtle_files():
        if graph == SHAPES_GRAPH:
            for placed in _placed(project, path):
                if isinstance(placed.triple.subject, NamedNode):
                    found[placed.triple.subject].append((project.name(path), placed))
    return found


def _placed(project: Project, path: Path) -> list[Placed]:
    try:
        return read_turtle(project.name(path), project.content(path)).placed
    except Fault:
        return []


def _shape(shape: NamedNode, said: Said) -> Rule:
    file, first = said[0]
    severity = Severity.ERROR if _one(said, "severity") in ("", SH + "Violation") else Severity.WARNING
    title, reason = _one(said, "message"), _one(said, "description")
    return Rule(shape.value, "shape", title, reason, severity, Place(file, *first.subject_at))


def _one(said: Said, name: str) -> str:
    """What a shape says with a property of SHACL, in English where it says it in several languages."""
    terms: list[Term] = [placed.triple.object for _, placed in said if placed.triple.predicate.value == SH + name]
    terms.sort(key=lambda term: isinstance(term, Literal) and term.language not in (None, "en"))
    return next((term.value for term in terms if isinstance(term, Literal | NamedNode)), "")


def _is_shacl(placed: Placed) -> bool:
    return placed.triple.predicate.value.startswith(SH)

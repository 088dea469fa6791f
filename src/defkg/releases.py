"""Earlier releases of the ontology: ``ontology/releases/<version>.ttl``, served at their addresses and not loaded.

Source: OWL 2 (W3C), section 3.1: the ontology document of a version is accessible at its version IRI.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, RdfFormat, parse

from defkg.content import Fault, decode, fault
from defkg.finding import Finding
from defkg.project import Project
from defkg.syntax import syntax_finding
from defkg.terms import BASE, CHECKS, OWL, Term

RELEASE = CHECKS + "release"
_VERSION = OWL + "versionIRI"


def read_releases(project: Project) -> dict[str, str]:
    """The Turtle of each earlier release by its version.

    Raises:
        Fault: a file is no Turtle, or not that of the version that it is named after.
        ProjectError: a file cannot be opened.
    """
    found = {}
    for path in project.releases():
        text, _ = decode(project.name(path), project.content(path))
        _look_over(project.name(path), path.stem, text)
        found[path.stem] = text
    return found


def release_faults(project: Project) -> Iterator[tuple[Term, Finding]]:
    """What keeps an earlier release from being served: the first fault of its file, with its place.

    Raises:
        ProjectError: a file cannot be opened.
    """
    try:
        read_releases(project)
    except Fault as found:
        yield Literal(str(found.finding.place)), found.finding


def _look_over(name: str, version: str, text: str) -> None:
    try:
        triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise Fault(syntax_finding(name, text, error)) from error
    told = [str(getattr(t.object, "value", "")) for t in triples if t.predicate.value == _VERSION]
    wanted = f"{BASE}ontology/{version}"
    if told != [wanted]:
        says = f"says owl:versionIRI <{told[0]}>" if told else "has no owl:versionIRI"
        hint = f"name the file after its version, or say owl:versionIRI <{wanted}>"
        raise Fault(fault(name, RELEASE, f"this release is named {version} and {says}", hint))

"""The context of JSON-LD: it must name each term of the ontology, as what the term is."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from defkg.content import Fault, at
from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Severity
from defkg.jsonld import Context, ContextError, Definition
from defkg.project import Project
from defkg.terms import CHECKS, ONTOLOGY, ONTOLOGY_GRAPH, OWL, RDF, RDFS, SH, SHAPES_GRAPH, TYPE, XSD, Term, compact

_KINDS = {OWL + name: name for name in ("Class", "ObjectProperty", "DatatypeProperty")}
_TEXT = {XSD + "string", RDF + "langString"}
_NATIVE = {XSD + "integer", XSD + "boolean"}  # JSON has them


def read_context(project: Project) -> Context:
    """The context of a project; one with prefixes alone where it has none.

    Raises:
        ContextError: it cannot be used.
        Fault: its file is no ordinary one.
        ProjectError: its file cannot be opened.
    """
    path = project.context()
    return Context.read(project.content(path)) if path else Context()


def context_faults(project: Project, dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Where a project's context and its ontology differ; nothing for a project without one."""
    path = project.context()
    if path is None:
        return
    name = project.name(path)
    try:
        text = project.content(path).decode("utf-8", "replace")
        faults = list(_faults(read_context(project), dataset))
    except Fault as fault:
        yield Literal(name), fault.finding
        return
    except ContextError as error:
        faults = [(error.key, str(error), "docs/linked-data.md says what a context may have")]
    for key, message, hint in faults:
        finding = Finding(Place(name, *_place(text, key)), Severity.ERROR, CHECKS + "context", message, hint)
        yield Literal(f"{name} {key} {message}"), finding


def _faults(context: Context, dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    declared, datatypes = _declared(dataset), _datatypes(dataset)
    names: dict[str, list[str]] = defaultdict(list)
    for name, definition in context.terms.items():
        names[definition.iri].append(name)
        yield from _term(name, definition, declared, datatypes)
    for iri, several in names.items():
        if len(several) > 1:
            yield several[1], f"{compact(iri)} has several names: {', '.join(several)}", "give it one"
    for iri in sorted(set(declared) - set(names)):
        local = iri.removeprefix(ONTOLOGY)
        kind = _wanted(declared[iri], datatypes.get(iri, set()))
        entry = f'{{ "@id": "defkg:{local}", "@type": "{kind}" }}' if kind else f'"defkg:{local}"'
        yield "@context", f"{compact(iri)} has no name in the context", f'add "{local}": {entry}'


def _term(
    name: str, definition: Definition, declared: Mapping[str, str], datatypes: Mapping[str, set[str]]
) -> Iterator[tuple[str, str, str]]:
    iri, called = definition.iri, compact(definition.iri)
    if iri.startswith(ONTOLOGY) and iri not in declared:
        near = difflib.get_close_matches(iri, list(declared), n=1, cutoff=0.75)
        hint = f"did you mean {compact(near[0])}?" if near else "declare it in the ontology, or take it out"
        yield name, f"{called} is not declared", hint
        return
    wanted = _wanted(declared.get(iri, ""), datatypes.get(iri, set()))
    if wanted is None or compact(definition.type) == wanted:
        return
    if definition.type in datatypes.get(iri, set()) and not wanted:
        return  # a number or a truth value may have its datatype
    is_ = f'its @type is "{compact(definition.type)}"' if definition.type else "it has no @type"
    hint = f'say "@type": "{wanted}"' if wanted else "leave out @type"
    yield name, f"{called} is {_what(declared.get(iri, ''), wanted)}, and {is_}", hint


def _wanted(kind: str, datatypes: set[str]) -> str | None:
    """The type that a term needs: empty for none, None where nobody says."""
    if kind == "ObjectProperty":
        return "@id"
    if kind == "Class":
        return ""
    special = sorted(datatypes - _TEXT - _NATIVE)
    if len(special) == 1 and len(datatypes) == 1:
        return compact(special[0])
    return "" if kind or datatypes else None


def _what(kind: str, wanted: str | None) -> str:
    words = {"ObjectProperty": "a property with things as values", "Class": "a class"}
    return words.get(kind, f"a property with values of {wanted}" if wanted else "a property with texts as values")


def _declared(dataset: Dataset) -> dict[str, str]:
    """The terms of our own namespace that the ontology declares, each with its kind."""
    found = {}
    for triple in dataset.graph(ONTOLOGY_GRAPH):
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode) and isinstance(triple.subject, NamedNode):
            kind = _KINDS.get(triple.object.value)
            if kind and triple.subject.value.startswith(ONTOLOGY):
                found[triple.subject.value] = kind
    return found


def _datatypes(dataset: Dataset) -> dict[str, set[str]]:
    """The datatypes that ontology and shapes state for the values of properties."""
    found: dict[str, set[str]] = defaultdict(set)
    for triple in dataset.graph(ONTOLOGY_GRAPH):
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if predicate == RDFS + "range" and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            found[subject.value] |= {value.value} if value.value.startswith(XSD) else set()
    shapes = dataset.graph(SHAPES_GRAPH)
    paths = {t.subject: t.object for t in shapes if t.predicate.value == SH + "path"}
    for triple in shapes:
        path = paths.get(triple.subject)
        if triple.predicate.value == SH + "datatype" and isinstance(path, NamedNode):
            assert isinstance(triple.object, NamedNode)
            found[path.value].add(triple.object.value)
    return found


def _place(text: str, key: str) -> tuple[int, int]:
    """Line and column of a key; the text's beginning where it is not found."""
    found = re.search(rf'"{re.escape(key)}"\s*:', text) if key else None
    return at(text, found.start() if found else 0)

"""Questions as SHACL's vocabulary has them: queries that other editors list and run, with prefixes and parameters.

Sources: SHACL (W3C), sections 5.2.1 (prefixes) and 6.2 (parameters), and its vocabulary (``sh:SPARQLExecutable``); the
conventions of https://github.com/sib-swiss/sparql-examples for title, keywords and target.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Store, Triple

from defkg.dataset import quads
from defkg.linter.patterns import outline
from defkg.prologue import Names
from defkg.question import Parameter, Question
from defkg.sparql import tokens
from defkg.terms import BASE, DCTERMS, OWL, PREFIXES, QUESTIONS_GRAPH, RDF, RDFS, SH, TYPE, XSD, Term

LIBRARY = BASE + "questions/"
ENDPOINT = BASE + "sparql"
SCHEMA = PREFIXES["schema"]
_SPEX = "https://purl.expasy.org/sparql-examples/ontology#"
_FORMS = {"SELECT": SH + "select", "ASK": SH + "ask", "CONSTRUCT": SH + "construct", "DESCRIBE": _SPEX + "describe"}
_DATATYPES = {"date": "date", "year": "integer", "number": "integer", "text": "string", "choice": "string"}
_NIL = NamedNode(RDF + "nil")


def executables(questions: Iterable[Question]) -> Iterator[Triple]:
    """The triples that describe a library: each question as a query that runs as it stands; no blank nodes."""
    yield from _prefixes()
    for question in questions:
        yield from _question(question)


def add_questions(store: Store, questions: Iterable[Question]) -> None:
    """Puts what describes a library into a graph of its own; the default graph stays as it is."""
    store.add_graph(QUESTIONS_GRAPH)
    store.bulk_extend(quads(executables(questions), QUESTIONS_GRAPH))


def digest(dataset: str, infer: bool, questions: Iterable[Question]) -> str:
    """SHA-256, lower-case hex, over all that answers are made of: the data, and the questions with what heads say.

    Args:
        dataset: the digest of the dataset's files.
        infer: whether what follows was added.
        questions: the library.
    """
    asked = sorted(questions, key=lambda question: question.name)
    return hashlib.sha256(f"{dataset} {infer} {asked}".encode("utf-8", "backslashreplace")).hexdigest()


def at_endpoint(triples: Iterable[Triple], address: str) -> list[Triple]:
    """The same triples for a host of one's own: its endpoint is the target of every query.

    Raises:
        ValueError: the address is no absolute IRI.
    """
    target, endpoint = NamedNode(SCHEMA + "target"), NamedNode(address)
    return [Triple(t.subject, target, endpoint) if t.predicate == target else t for t in triples]


def runnable(question: Question) -> str:
    """A question's query that needs nothing besides: its defaults bound, and every prefix declared that it uses.

    A parameter without default is left open: the question is then about all there are.

    Raises:
        QuestionError: the query is too long to be bound.
    """
    defaults = question.defaults()
    text = (question.bind(defaults) if defaults else question.sparql).strip()
    found = list(tokens(text))
    declared = Names.read(found).prefixes
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    missing = sorted(name for name in used - set(declared) if name in PREFIXES)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in missing) + text


def _prefixes() -> Iterator[Triple]:
    library = NamedNode(LIBRARY)
    yield Triple(library, TYPE, NamedNode(OWL + "Ontology"))
    yield _said(library, RDFS + "label", _english("Questions"))
    for name, namespace in PREFIXES.items():
        declaration = NamedNode(f"{LIBRARY}#prefix-{name}")
        yield _said(library, SH + "declare", declaration)
        yield Triple(declaration, TYPE, NamedNode(SH + "PrefixDeclaration"))
        yield _said(declaration, SH + "prefix", Literal(name))
        yield _said(declaration, SH + "namespace", Literal(namespace, datatype=NamedNode(XSD + "anyURI")))


def _question(question: Question) -> Iterator[Triple]:
    node = NamedNode(LIBRARY + question.name)
    yield from _query(node, question)
    yield _said(node, RDFS + "comment", _english(question.title))
    yield _said(node, RDFS + "label", _english(question.title))
    yield _said(node, DCTERMS + "identifier", Literal(question.name))
    if question.description:
        yield _said(node, DCTERMS + "description", _english(question.description))
    for keyword in dict.fromkeys((question.group, *question.tags)):
        yield _said(node, SCHEMA + "keywords", Literal(keyword))
    yield _said(node, SCHEMA + "target", NamedNode(ENDPOINT))
    for order, parameter in enumerate(question.parameters):
        yield from _parameter(node, parameter, order)


def _query(node: NamedNode, question: Question) -> Iterator[Triple]:
    shape = outline(question.sparql)
    form = shape.form if shape and shape.form in _FORMS else "SELECT"
    yield Triple(node, TYPE, NamedNode(SH + "SPARQLExecutable"))
    if form != "DESCRIBE":
        yield Triple(node, TYPE, NamedNode(f"{SH}SPARQL{form.capitalize()}Executable"))
    yield _said(node, SH + "prefixes", NamedNode(LIBRARY))
    yield _said(node, _FORMS[form], Literal(runnable(question)))


def _parameter(question: NamedNode, parameter: Parameter, order: int) -> Iterator[Triple]:
    node = NamedNode(f"{question.value}#{parameter.name}")
    yield _said(question, SH + "parameter", node)
    yield Triple(node, TYPE, NamedNode(SH + "Parameter"))
    yield _said(node, SH + "path", NamedNode(f"{LIBRARY}#{parameter.name}"))
    yield _said(node, SH + "name", Literal(parameter.label or parameter.name))
    yield _said(node, SH + "description", _english(parameter.accepts))
    yield _said(node, SH + "order", _typed(str(order), "integer"))
    yield _said(node, SH + "optional", _typed(str(parameter.optional).lower(), "boolean"))
    yield from _type(node, parameter)
    if parameter.default is not None:
        yield _said(node, SH + "defaultValue", parameter.term(parameter.default))
    if parameter.choices:
        yield from _list(node, SH + "in", [parameter.term(choice) for choice in parameter.choices])


def _type(node: NamedNode, parameter: Parameter) -> Iterator[Triple]:
    if parameter.type != "thing":
        yield _said(node, SH + "datatype", NamedNode(XSD + _DATATYPES[parameter.type]))
        return
    yield _said(node, SH + "nodeKind", NamedNode(SH + "IRI"))
    if parameter.kind:
        yield _said(node, SH + "class", NamedNode(parameter.kind))


def _list(node: NamedNode, predicate: str, members: Sequence[Term]) -> Iterator[Triple]:
    nodes = [NamedNode(f"{node.value}-{number}") for number in range(1, len(members) + 1)]
    yield _said(node, predicate, nodes[0])
    for here, there, member in zip(nodes, [*nodes[1:], _NIL], members, strict=True):
        yield _said(here, RDF + "first", member)
        yield _said(here, RDF + "rest", there)


def _said(subject: NamedNode, predicate: str, value: Term) -> Triple:
    return Triple(subject, NamedNode(predicate), value)


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))

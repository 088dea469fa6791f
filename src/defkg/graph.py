"""The graph in Python: a project's questions asked, and queries of one's own, in this process.

A query runs here without limits on time and memory; SERVICE, which would call another server, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from defkg.answer import Answer, ask, query, values_of
from defkg.dataset import Dataset, quads
from defkg.engine import Problem, Request
from defkg.engine.evaluation import syntax_problem
from defkg.engine.limits import Limits
from defkg.engine.preparation import prepare
from defkg.executable import add_questions, digest
from defkg.explanation import Derivation, Explainer
from defkg.inference import Rule, UnsupportedAxiom, close, rules
from defkg.naming import Named, Names, labels
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library, unknown
from defkg.question.binding import form
from defkg.result import Result
from defkg.selfdescription import dcat, describe, void
from defkg.stack import roomy
from defkg.table import Table
from defkg.terms import ONTOLOGY_GRAPH, PREFIXES, VOID_GRAPH, compact, expand
from defkg.values import texts

if TYPE_CHECKING:
    import rdflib


def load(folder: str | PathLike[str] | None = None) -> Graph:
    """The graph of a project folder, with what follows from it; without one, the graph that comes with the package.

    Raises:
        ProjectError: the folder is no project, or cannot be read.
    """
    project = Project.open(Path(folder)) if folder is not None else Project.bundled()
    dataset = Dataset.load(project)
    if dataset.findings:
        raise ProjectError(f"{dataset.findings[0]}; run `defkg check` for all of it")
    try:
        return Graph(project, close(dataset))
    except UnsupportedAxiom as error:
        raise ProjectError(str(error)) from error


class Graph:
    """A graph that can be asked; `defkg.load` makes one.

    Args:
        project: where its questions are.
        dataset: what it says, with what follows.
    """

    def __init__(self, project: Project, dataset: Dataset) -> None:
        self._project = project
        self._dataset = dataset

    def __repr__(self) -> str:
        return f"<defkg.Graph {self._project.root.name}: {len(self._dataset.store):,} quads>"

    @property
    def digest(self) -> str:
        """SHA-256 of the data and the questions, lower-case hex: that of a server of the same project.

        Raises:
            QuestionError: a question of the project cannot be used.
        """
        return digest(self._dataset.digest, True, self.questions.values())

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The questions of the library, by name.

        Raises:
            QuestionError: the head of one cannot be used.
        """
        return library(self._project)

    def ask(self, question: str, /, **values: Any) -> Result:
        """The answer of a question of the library; that of an ASK is as true as the answer, and has its sources too.

        Args:
            question: its name.
            values: its parameters: a label, another name or an IRI for a thing; text, a whole number, a day for others,
                those of numpy and pandas too; None leaves an optional one out. What is not given has its default.

        Raises:
            QuestionError: there is no such question or parameter, or a value is not of its type; the text says what
                is near, and what is accepted. Or the question's query is refused, or has a graph for its answer.
        """
        asked = self.questions.get(question)
        if asked is None:
            raise QuestionError(unknown(str(question), self.questions, "`questions` has them all"))
        found = values_of(asked, self._names, texts(values))
        if form(asked.sparql) in ("CONSTRUCT", "DESCRIBE"):
            raise QuestionError(f"{question} has no rows: its answer is a graph; take its query to `query`")
        with _refused():
            self._prepared(asked.bind(found))
            return Result(ask(self._dataset.select, self._rules, asked, found))

    def query(self, sparql: str, sources: bool = True) -> Result | bool | rdflib.Graph:
        """The answer of any SPARQL query; the project's prefixes are known.

        Args:
            sparql: for a SELECT the answer has rows, for an ASK it is a truth value, for CONSTRUCT and DESCRIBE a graph
                of rdflib.
            sources: whether to find out the documents behind each row, which takes longer.

        Raises:
            QuestionError: it is not valid SPARQL, or asks for what is refused.
        """
        return roomy(lambda: self._answered(sparql, sources))

    def _answered(self, sparql: str, sources: bool) -> Result | bool | rdflib.Graph:
        results = self._run(sparql)
        if isinstance(results, QueryBoolean):
            return bool(results)
        if isinstance(results, QueryTriples):
            return _rdflib(list(results))
        if sources:
            return Result(query(self._dataset.select, self._rules, sparql))
        names = [variable.value for variable in results.variables]
        table = Table(names, [{n: s[n] for n in names if s[n] is not None} for s in results])
        return Result(Answer(sparql, table, untold="they were not asked for", labels=self._labels(table)))

    def names(self, kind: str) -> list[Named]:
        """The things of a class, such as ``defkg:Official``, by label: pairs of IRI and label.

        Raises:
            QuestionError: the class has a prefix that is not known, or is no IRI.
        """
        iri = _iri(kind)
        return Names.read(self._dataset.select, [iri]).of(iri)

    def label(self, iri: str) -> str:
        """What a thing is called; its IRI, shortened, where it has no label."""
        full = _iri(iri)
        return labels(self._dataset.select, [full]).get(full) or compact(full)

    def explain(self, subject: str, predicate: str, obj: str) -> Derivation | None:
        """Why a triple of three IRIs holds: the rule and its premises; None where it does not hold."""
        s, p, o = (NamedNode(_iri(part)) for part in (subject, predicate, obj))
        return Explainer(self._dataset.select, self._rules).explain(Triple(s, p, o))

    @cached_property
    def graph(self) -> rdflib.Dataset:
        """The whole as a dataset of rdflib: all of it in the default graph, and each document as a named graph."""
        import rdflib

        store, found = self._store, rdflib.Dataset()
        _fill(found.default_graph, store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()))
        for name in store.named_graphs():
            own = found.graph(rdflib.URIRef(str(name.value)))
            _fill(own, store.dump(format=RdfFormat.N_TRIPLES, from_graph=name))
        return found

    @cached_property
    def _names(self) -> Names:
        return Names.of_questions(self._dataset.select, self.questions.values())

    @cached_property
    def _rules(self) -> list[Rule]:
        return rules(self._dataset.graph(ONTOLOGY_GRAPH))

    @cached_property
    def _store(self) -> Store:
        """The dataset's index, with the questions, and with what is said of it as a whole, in graphs of their own."""
        store, select, stated = self._dataset.store, self._dataset.select, self._dataset.graph(VOID_GRAPH)
        description = describe(select, stated, self.digest, self.questions.values())
        add_questions(store, self.questions.values())
        store.bulk_extend(quads({*void(description), *dcat(description)}, VOID_GRAPH))
        return store

    def _run(self, sparql: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        with _refused():
            return self._prepared(sparql).query(sparql, prefixes=PREFIXES)

    def _prepared(self, sparql: str) -> Store:
        """What a query runs on, once it has been seen that it may.

        Raises:
            Problem: it may not.
        """
        store = self._store if "GRAPH" in sparql.upper() else self._dataset.store
        graphs = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}
        prepare(Request(sparql), graphs, Limits())
        return store

    def _labels(self, table: Table) -> dict[str, str]:
        iris = {t.value for row in table.rows for t in row.values() if isinstance(t, NamedNode)}
        return labels(self._dataset.select, iris)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        problem = syntax_problem(error)
        raise QuestionError(f"{problem.title}. {problem.detail}") from error
    except Problem as problem:
        raise QuestionError(f"{problem.title}. {problem.detail}") from problem


def _iri(text: str) -> str:
    try:
        return NamedNode(expand(text)).value
    except (KeyError, ValueError) as error:
        raise QuestionError(f"{text!r} is no IRI; write it in full, or as defkg:Official or id:country/IND") from error


def _rdflib(triples: list[Triple]) -> rdflib.Graph:
    import rdflib

    return _fill(rdflib.Graph(), serialize(triples, format=RdfFormat.N_TRIPLES))


def _fill(graph: rdflib.Graph, triples: bytes | None) -> rdflib.Graph:
    graph.parse(data=triples or b"", format="nt")
    for name, iri in PREFIXES.items():
        graph.bind(name, iri)
    return graph

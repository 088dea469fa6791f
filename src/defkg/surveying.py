"""What a server must know of a graph that a service holds: its project tells some, the service is asked the rest."""

from __future__ import annotations

import asyncio
from contextlib import closing
from io import BytesIO

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from defkg.content import Fault
from defkg.engine import Engine, Problem, Request
from defkg.holding import Select
from defkg.kinds import kinds
from defkg.loaded import Loaded, checks_of
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.selfdescription import describe
from defkg.table import Table
from defkg.terms import INFERRED_GRAPH, ONTOLOGY_GRAPH, VOID_GRAPH, Term


async def survey(engine: Engine, project: Project) -> Loaded:
    """Asks an engine for all that a site needs.

    Args:
        engine: it has been started.
        project: the folder with the ontology, the shapes and the questions.

    Raises:
        ProjectError: the project cannot be used, or the engine does not tell; the text says what, and why.
    """
    loop = asyncio.get_running_loop()

    def select(sparql: str) -> list[dict[str, Term]]:
        answer = asyncio.run_coroutine_threadsafe(engine.answer(Request(sparql)), loop).result()
        with closing(answer.spool or BytesIO(answer.body)) as body:
            body.seek(0)
            return list(map(dict, Table.parse(body.read()).rows))

    try:
        return await asyncio.to_thread(_ask, select, engine, project)
    except Problem as problem:
        raise ProjectError(f"the store does not tell what is in it: {problem.detail}") from problem


def _ask(select: Select, engine: Engine, project: Project) -> Loaded:
    loaded = Loaded(engine.digest, [iri for iri in engine.graphs if iri])
    loaded.add_project(project, _triples(project, ONTOLOGY_GRAPH), INFERRED_GRAPH.value in engine.graphs)
    loaded.checks, questions = checks_of(project), loaded.questions.values()
    loaded.names = Names.of_questions(select, questions)
    loaded.kinds = kinds(select)
    loaded.presentation = Presentation.read(select)
    loaded.description = describe(select, _triples(project, VOID_GRAPH), loaded.digest, questions)
    loaded.unmeasured = "This graph is held by another service; `defkg coverage` tells the coverage of a project."
    return loaded


def _triples(project: Project, graph: NamedNode) -> list[Triple]:
    files = [path for path, held in project.turtle_files() if held == graph]
    try:
        contents = [project.content(path) for path in files]
        return [quad.triple for content in contents for quad in pyoxigraph.parse(content, format=RdfFormat.TURTLE)]
    except Fault as fault:
        raise ProjectError(str(fault.finding)) from fault
    except SyntaxError as error:
        raise ProjectError(f"a file of {project.root} is no Turtle: {error}; run `defkg check`") from error

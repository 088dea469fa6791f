"""What a server knows of its graph before anybody asks: all but the triples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, QuerySolutions, Store, Triple

from defkg.alignments import alignment_files
from defkg.content import Fault
from defkg.context import read_context
from defkg.coverage import Coverage
from defkg.finding import Finding
from defkg.inference import Rule, UnsupportedAxiom, rules
from defkg.jsonld import Context, ContextError
from defkg.kinds import Kind
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.releases import read_releases
from defkg.rulebook import Rule as Check
from defkg.rulebook import beside_shapes
from defkg.selfdescription import Description
from defkg.terms import PREFIXES, Term


@dataclass
class Loaded:
    """What a recipe gave.

    Attributes:
        digest: SHA-256 of the dataset.
        graphs: the IRIs of the named graphs, also of empty ones.
        findings: what the checks found; with any, nothing else is here unless it was forced.
        questions: the library.
        names: what the things are called that its questions can be about.
        rules: by which triples were inferred.
        kinds: the kinds of things, by their names.
        presentation: the order and the names of what is told of a thing.
        context: the names that JSON-LD uses.
        releases: the Turtle of earlier releases of the ontology, by their versions.
        alignments: the text of the alignments to other vocabularies, by the names of their files.
        checks: the rules that are no shapes.
        terms: the IRIs that the ontology declares.
        coverage: what the project's documents cover; None where it was not measured.
        unmeasured: why not, in words.
        description: what is said of the dataset as a whole.
    """

    digest: str = ""
    graphs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    rules: list[Rule] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    presentation: Presentation = field(default_factory=Presentation)
    context: Context = field(default_factory=Context)
    releases: dict[str, str] = field(default_factory=dict)
    alignments: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    terms: frozenset[str] = frozenset()
    coverage: Coverage | None = None
    unmeasured: str = "Coverage is told of a project folder; here, RDF files without one are served."
    description: Description = field(default_factory=Description)

    def add_project(self, project: Project, ontology: Sequence[Triple], infer: bool) -> None:
        """Adds what a project's folder says besides its data, but for the checks.

        Args:
            project: the folder.
            ontology: the triples of its ontology.
            infer: whether what follows is a part of the graph.

        Raises:
            ProjectError: something in it cannot be used.
        """
        try:
            self.questions = library(project)
            self.context = read_context(project)
            self.terms = frozenset(t.subject.value for t in ontology if isinstance(t.subject, NamedNode))
            self.rules = rules(list(ontology)) if infer else []
        except (QuestionError, UnsupportedAxiom) as error:
            raise ProjectError(str(error)) from error
        except (ContextError, Fault) as error:
            raise ProjectError(f"ontology/context.jsonld cannot be used: {error}") from error
        try:
            self.releases = read_releases(project)
            self.alignments = alignment_files(project)
        except Fault as error:
            raise ProjectError(f"{error}") from error


def checks_of(project: Project) -> list[Check]:
    """The rules of a project that are no shapes.

    Raises:
        ProjectError: a file cannot be opened.
    """
    return beside_shapes(project)


def rows(store: Store, query: str) -> list[dict[str, Term]]:
    """The rows of a SELECT over a store; the project's prefixes are known, and unbound variables are left out."""
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in found]

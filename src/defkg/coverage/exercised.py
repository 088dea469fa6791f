"""Which shapes, rules and questions nothing exercises: no thing that they are about, no example, no row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from defkg.coverage.extent import Extent
from defkg.dataset import Dataset
from defkg.project import Project
from defkg.question import Question, library
from defkg.terms import SH, SHAPES_GRAPH, TYPE, Term, compact

_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_TELLING = ("path", "property", "message", "description", "severity", "name", "order", "group", *_TARGETS)


@dataclass(frozen=True)
class Exercised:
    """What nothing exercises, by name.

    Attributes:
        shapes: how many shapes there are.
        without_focus: shapes with a target that no thing is.
        without_value: shapes of a property that none of the things has, on which they are tried.
        rules: how many rules need examples; 0 where the project has no folder ``tests/examples``.
        without_example: rules that lack a passing or a failing one.
        questions: how many questions there are.
        without_rows: questions that expect no row, in any case.
        without_case: parameters, as ``question ?name``, which always have their default.
    """

    shapes: int
    without_focus: tuple[str, ...]
    without_value: tuple[str, ...]
    rules: int
    without_example: tuple[str, ...]
    questions: int
    without_rows: tuple[str, ...]
    without_case: tuple[str, ...]


def exercised(project: Project, dataset: Dataset, extent: Extent) -> Exercised:
    """Looks at every shape, rule and question of a project.

    Raises:
        QuestionError: a question cannot be used.
    """
    shapes = _Shapes(dataset, extent)
    questions = library(project).values()
    rules = _rules(project, shapes)
    return Exercised(
        len(shapes.named),
        tuple(sorted(compact(s.value) for s in shapes.named if shapes.aims(s) and not shapes.focus(s))),
        tuple(sorted(compact(s.value) for s in shapes.named if shapes.blind(s))),
        len(rules),
        tuple(name for name in rules if not _has_examples(project, name)),
        len(questions),
        tuple(sorted(q.name for q in questions if not _has_rows(q))),
        tuple(
            f"{q.name} ?{p.name}" for q in sorted(questions, key=_name) for p in q.parameters if not _varies(q, p.name)
        ),
    )


def _name(question: Question) -> str:
    return question.name


def _has_rows(question: Question) -> bool:
    return bool(question.expected) or any(case.get("expected") for case in question.cases)


def _varies(question: Question, name: str) -> bool:
    default = next(p.default for p in question.parameters if p.name == name)
    given = [(case.get("parameters") or {}).get(name) for case in question.cases]
    return any(value is not None and str(value) != default for value in given)


def _rules(project: Project, shapes: _Shapes) -> list[str]:
    if not (project.root / "tests" / "examples").is_dir():
        return []
    local = [compact(shape.value).partition(":")[2] for shape in shapes.named if shapes.constrains(shape)]
    return sorted([*local, *(path.stem for path in project.query_files("checks"))])


def _has_examples(project: Project, name: str) -> bool:
    folder = project.root / "tests" / "examples" / name
    return (folder / "pass.ttl").is_file() and (folder / "fail.ttl").is_file()


class _Shapes:
    """The shapes that have an IRI.

    Source: SHACL (W3C Recommendation), section 2.1.3, targets; section 2.3.1, paths.
    """

    def __init__(self, dataset: Dataset, extent: Extent) -> None:
        self._extent = extent
        self._said: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in dataset.graph(SHAPES_GRAPH):
            self._said[subject][predicate.value.removeprefix(SH)].append(value)
        kinds = {NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape")}
        typed = [shape for shape, said in self._said.items() if kinds & set(said[TYPE.value])]
        self.named = [shape for shape in typed if isinstance(shape, NamedNode)]
        self._owners: dict[Term, list[Term]] = defaultdict(list)
        for shape in typed:
            for part in self._said[shape]["property"]:
                self._owners[part].append(shape)

    def aims(self, shape: Term) -> bool:
        """Whether it says itself what it is about."""
        return any(self._said[shape][target] for target in _TARGETS)

    def constrains(self, shape: Term) -> bool:
        """Whether anything can fail by it, apart from the shapes of its properties."""
        return any(name not in _TELLING and not name.startswith("http") for name in self._said[shape])

    def focus(self, shape: Term) -> set[Term]:
        """The things that it is tried on, by its own target or by that of the shapes it is a part of."""
        said, extent = self._said[shape], self._extent
        found = {thing for kind in said["targetClass"] for thing in extent.of_class(kind)}
        found |= {thing for path in said["targetSubjectsOf"] for thing in extent.with_value(path)}
        found |= {thing for path in said["targetObjectsOf"] for thing in extent.values(path)}
        found |= set(said["targetNode"])
        return found.union(*(self.focus(owner) for owner in self._owners[shape]))

    def blind(self, shape: Term) -> bool:
        """Whether it asks for a property, or its inverse, of things of which none has a value."""
        focus = self.focus(shape)
        if any(isinstance(most, Literal) and most.value == "0" for most in self._said[shape]["maxCount"]):
            return False
        for path in self._said[shape]["path"]:
            inverse = self._said[path]["inversePath"] if path in self._said else []
            values = self._extent.values(inverse[0]) if inverse else self._extent.with_value(path)
            return bool(focus) and (isinstance(path, NamedNode) or bool(inverse)) and not focus & values
        return False

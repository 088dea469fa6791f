"""What a change means: two states compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, Triple

from defkg.checks import Check
from defkg.dataset import Dataset
from defkg.difference.answers import Answers, answers
from defkg.difference.blank import GENID
from defkg.difference.facts import Evidence, Fact, evidence, facts, passages, reasons, telling
from defkg.difference.reach import reach
from defkg.difference.renames import Renamed, renamed_quad, renamed_triple, renames, things
from defkg.difference.state import State
from defkg.finding import Finding
from defkg.gate import Step, examine
from defkg.inference import Rule
from defkg.project import Project
from defkg.question import QuestionError
from defkg.sparql import tokens
from defkg.terms import CHECKS, Term


@dataclass
class Rules:
    """The shapes and checks that came, went, or say something else."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


@dataclass
class Difference:
    """What a change means.

    Attributes:
        old: the state before.
        new: the state after.
        added: things that only the new side has; passages are left out here and below.
        removed: things that only the old side has.
        renamed: things that have another IRI now.
        facts: what is stated otherwise, renamed things taken for the same.
        evidence: passages and links to them, counted by document.
        gone: the stated quads that only the old side has, all of them, as they were written.
        come: the stated quads that only the new side has.
        inferred: what holds now and did not before, by inference.
        lost: what held by inference, and holds no more.
        reasons: the rules that made the triples of ``inferred`` and ``lost``.
        answers: the questions that answer differently.
        rules: shapes and checks that are new, gone or edited.
        gained: findings of the new side only.
        mended: findings of the old side only.
        notes: what could not be compared, and why.
    """

    old: State
    new: State
    added: list[NamedNode] = field(default_factory=list)
    removed: list[NamedNode] = field(default_factory=list)
    renamed: Renamed = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    gone: set[Quad] = field(default_factory=set)
    come: set[Quad] = field(default_factory=set)
    inferred: list[Triple] = field(default_factory=list)
    lost: list[Triple] = field(default_factory=list)
    reasons: dict[Triple, Rule] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    rules: Rules = field(default_factory=Rules)
    gained: list[Finding] = field(default_factory=list)
    mended: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything differs in meaning."""
        a, r = self.answers, self.rules
        said = (self.gone, self.come, self.inferred, self.lost, self.gained, self.mended)
        asked = (a.changed, a.added, a.removed, a.edited)
        return any((*said, *asked, r.added, r.removed, r.edited))

    def label(self, term: Term) -> str:
        """What a thing is called, now or before; empty where it has no label."""
        return self.new.labels.get(term) or self.old.labels.get(term, "")

    def kind(self, term: Term) -> NamedNode | None:
        """The stated class of a thing, now or before."""
        return self.new.kinds.get(term) or self.old.kinds.get(term)


def compare(old: State, new: State, step: Step = lambda _: None) -> Difference:
    """Compares two states.

    Args:
        old: the state before.
        new: the state after.
        step: told the name of each stage as it begins, for a progress bar.

    Raises:
        ProjectError: a question or a check cannot be used.
    """
    notes = list(_notes(old, new))
    if not (old.by_graph and new.by_graph):
        old, new = old.merged(), new.merged()
    step("facts")
    found = Difference(old, new, renamed=renames(old, new), notes=notes)
    _stated(found)
    _inferred(found)
    step("questions")
    found.answers = answers(old, new, _touched(found), found.renamed)
    found.rules = _rules(old, new)
    if found and old.project and new.project:
        _findings(found, step)
    _leave_out_passages(found)
    return found


def _notes(old: State, new: State) -> Iterable[str]:
    for state in (old, new):
        if not state.by_graph:
            yield f"{state.name} has no named graphs: what holds is compared, not which document states it"
        if state.project is None:
            yield f"{state.name} is no project: shapes and checks are not compared"
    if not old.questions and not new.questions:
        yield "neither side has questions: answers are not compared"


def _stated(found: Difference) -> None:
    before = {renamed_quad(quad, found.renamed): quad for quad in found.old.stated}
    gone, come = before.keys() - found.new.stated, found.new.stated - before.keys()
    aside = passages(found.old) | passages(found.new)
    old_holds = {renamed_triple(triple, found.renamed) for triple in found.old.holds}
    found.facts = facts(telling(gone, aside), telling(come, aside), old_holds, found.new.holds)
    found.evidence = evidence(set(before), found.new.stated)
    found.gone, found.come = found.old.stated - found.new.stated, found.new.stated - found.old.stated
    kept = set(found.renamed.values())
    found.added = sorted(things(found.new) - things(found.old) - kept, key=str)
    found.removed = sorted(things(found.old) - things(found.new) - found.renamed.keys(), key=str)


def _inferred(found: Difference) -> None:
    before = {renamed_triple(triple, found.renamed): triple for triple in found.old.inferred}
    old_holds = before.keys() | {renamed_triple(triple, found.renamed) for triple in found.old.holds}
    found.inferred = sorted(found.new.inferred - old_holds, key=str)
    found.lost = sorted(before.keys() - found.new.holds, key=str)
    lost = reasons(found.old, (before[triple] for triple in found.lost))
    found.reasons = reasons(found.new, found.inferred)
    found.reasons |= {triple: lost[before[triple]] for triple in found.lost if before[triple] in lost}


def _touched(found: Difference) -> list[Term]:
    first: set[Term] = {*found.added, *found.removed, *found.renamed.values()}
    for triple in (*found.inferred, *found.lost):
        first |= {triple.subject, triple.object}
    gone = {renamed_quad(quad, found.renamed) for quad in found.gone}
    aside = passages(found.old) | passages(found.new)
    return reach(first, gone ^ found.come, gone | found.new.stated, aside)


def _rules(old: State, new: State) -> Rules:
    if old.project is None or new.project is None:
        return Rules()
    before, after = _shapes(old) | _checks(old.project), _shapes(new) | _checks(new.project)
    edited = [rule for rule in before.keys() & after.keys() if before[rule] != after[rule]]
    return Rules(sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys()), sorted(edited))


def _shapes(state: State) -> dict[str, object]:
    found: dict[str, set[tuple[Term, Term]]] = {}
    for triple in state.shapes:
        if isinstance(triple.subject, NamedNode) and not triple.subject.value.startswith(GENID):
            found.setdefault(triple.subject.value, set()).add((triple.predicate, triple.object))
    return dict(found)


def _checks(project: Project) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in project.query_files("checks"):
        try:
            check = Check.read(path)
            found[CHECKS + check.name] = (check.severity, check.message, [t.text for t in tokens(check.sparql)])
        except QuestionError as error:
            found[CHECKS + path.stem] = str(error)
    return found


def _findings(found: Difference, step: Step) -> None:
    before, after = _examined(found.old, step), _examined(found.new, step)
    found.gained, found.mended = _beyond(after, before), _beyond(before, after)


def _examined(state: State, step: Step) -> list[Finding]:
    assert state.project is not None
    assert state.closed is not None
    stated = Dataset(state.closed.files, state.closed.digest)
    return examine(state.project, stated, lambda name: step(f"{state.name}: {name}"))


def _beyond(ours: list[Finding], theirs: list[Finding]) -> list[Finding]:
    """Our findings without those that the other side has as well, wherever they stand in the same file."""
    left = Counter(map(_said, theirs))
    found = []
    for finding in ours:
        left[_said(finding)] -= 1
        if left[_said(finding)] < 0:
            found.append(finding)
    return found


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.message, finding.place.file


def _leave_out_passages(found: Difference) -> None:
    aside = passages(found.old) | passages(found.new)
    found.added = [thing for thing in found.added if thing not in aside]
    found.removed = [thing for thing in found.removed if thing not in aside]
    found.renamed = {ours: theirs for ours, theirs in found.renamed.items() if theirs not in aside}
    found.inferred = [triple for triple in found.inferred if triple.subject not in aside]
    found.lost = [triple for triple in found.lost if triple.subject not in aside]

"""Writes the pictures of docs/model.md from the ontology and the data. ``python -m tools.model``; a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from defkg.graph import Graph, load
from defkg.views.pattern import Arrow, draw_pattern
from defkg.web.vocabulary.patterns import patterns
from defkg.web.vocabulary.reading import Said

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
EXAMPLES = {
    "example-co-chair": (
        "One official, one meeting",
        "A co-chair as the graph has it: the node between person and meeting carries the side.",
        """
        official/amitabh-prasad participatesThrough participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair
        participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair coChairIn meeting/india-brunei-jwg-1
        participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair onBehalfOf country/IND
        meeting/india-brunei-jwg-1 meetingOf mechanism/india-brunei-jwg
        official/amitabh-prasad coChaired mechanism/india-brunei-jwg""",
    ),
    "example-evidence": (
        "One meeting, two documents",
        "Each document has passages of its own for the same meeting.",
        """
        meeting/india-brunei-jwg-1 evidencedBy passage/2025-12-09-pti-india-brunei-jwg-s2
        meeting/india-brunei-jwg-1 evidencedBy passage/undated-india-brunei-jwg-s2
        source/2025-12-09-pti-india-brunei-jwg hasSentence passage/2025-12-09-pti-india-brunei-jwg-s2
        source/undated-india-brunei-jwg hasSentence passage/undated-india-brunei-jwg-s2""",
    ),
}


def pictures(root: Path = ROOT) -> dict[str, str]:
    """The pictures by the names of their files: the patterns of the ontology, and examples from the data.

    Raises:
        ValueError: an example says what is not in the graph.
    """
    triples = [quad.triple for quad in parse(path=str(root / "ontology" / "defkg.ttl"), format=RdfFormat.TURTLE)]
    drawn = {f"pattern-{p.name}": (p.title, p.summary, list(p.arrows)) for p in patterns(Said(triples))}
    graph = load(root)
    drawn |= {name: (title, told, list(_arrows(graph, said))) for name, (title, told, said) in EXAMPLES.items()}
    return {f"{name}.svg": _on_paper(draw_pattern(*picture)) for name, picture in drawn.items()}


def _on_paper(picture: str) -> str:
    """The picture on white, since a forge may show it on black."""
    return picture.replace("</desc>", '</desc><rect width="100%" height="100%" fill="#ffffff"/>', 1)


def _arrows(graph: Graph, said: str) -> Iterator[Arrow]:
    for line in said.strip().splitlines():
        subject, word, obj = line.split()
        pattern = f"<{_ID}{subject}> defkg:{word} <{_ID}{obj}>"
        if not graph.query(f"ASK {{ {pattern} }}"):
            raise ValueError(f"the graph does not say: {line.strip()}")
        stated = graph.query(f"ASK {{ GRAPH ?g {{ {pattern} }} FILTER(?g != <{_INFERRED}>) }}")
        yield Arrow(_label(graph, subject), graph.label(_TERM + word), _label(graph, obj), not stated)


def _label(graph: Graph, name: str) -> str:
    """What a thing is called; one without a name goes by its class or its place in a document."""
    kind, key = name.split("/")
    if kind == "participation":
        return "a co-chair's participation"
    if kind == "passage":
        slug, _, sentence = key.rpartition("-")
        return f"sentence {sentence.removeprefix('s')} of {slug}"
    return graph.label(_ID + name)


_ID, _TERM = "https://w3id.org/defkg/id/", "https://w3id.org/defkg/ontology#"
_INFERRED = "https://w3id.org/defkg/graph/inferred"


def main() -> None:
    """Writes the pictures, and removes those that are no more."""
    FOLDER.mkdir(exist_ok=True)
    made = pictures()
    for path in FOLDER.glob("*.svg"):
        if path.name not in made:
            path.unlink()
    for name, picture in made.items():
        (FOLDER / name).write_text(picture)


if __name__ == "__main__":
    main()

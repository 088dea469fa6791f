"""A project folder of any size that checks clean: the bundled one, with made-up documents beside its own.

    python -m benchmarks.graph FOLDER TRIPLES

Nothing in it is a claim about the world: officials, meetings and sentences are numbered.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from itertools import combinations, count
from pathlib import Path

from defkg.project import FOLDERS, Project
from defkg.terms import PREFIXES

_USED = ("dcterms", "defkg", "id", "oa", "prov", "schema", "skos", "xsd")
_HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED) + "\n"
_COUNTRIES = [f"X{a}{b}" for a in "ABCDEFGH" for b in "ABCDE"]  # ISO 3166-1 gives codes from XAA to XZZ to nobody
_PAIRS = list(combinations(_COUNTRIES, 2))
_TOPICS = ("maritime-security", "capacity-building", "joint-training", "defence-industry", "technology-transfer")
_TRIPLES_A_DOCUMENT = 157


def write(folder: Path, triples: int) -> None:
    """Writes the project folder; it has at least so many triples beyond those of the bundled one."""
    root = Project.bundled().root
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    _registry(folder / "data" / "registry", documents := -(-triples // _TRIPLES_A_DOCUMENT))
    for number in range(documents):
        path = folder / "data" / "sources" / f"made-{number}.ttl"
        path.write_text(_HEAD + "\n\n".join(_document(number)) + "\n", encoding="utf-8")


def _registry(folder: Path, documents: int) -> None:
    parts = [*_countries(), *_officials(documents), *_labels(documents)]
    (folder / "made.ttl").write_text(_HEAD + "\n\n".join(parts) + "\n", encoding="utf-8")


def _countries() -> Iterator[str]:
    for code in _COUNTRIES:
        yield f'id:country\\/{code} a defkg:Country ;\n    skos:prefLabel "{code}"@en ;\n    skos:notation "{code}" .'
    for one, two in _PAIRS:
        yield (
            f'id:relationship\\/{one}-{two} a defkg:BilateralRelationship ;\n    skos:prefLabel "{one}–{two}"@en ;\n'
            f"    defkg:hasParty id:country\\/{one}, id:country\\/{two} ."
        )


def _officials(documents: int) -> Iterator[str]:
    for number in range(2 + documents // 2):
        yield f'id:official\\/made-{number} a defkg:Official ;\n    skos:prefLabel "Made {number}"@en .'


def _labels(documents: int) -> Iterator[str]:
    for series in range(1 + documents // 10):
        label = f"Made Joint Working Group {series}"
        yield f'id:mechanism\\/made-{series} a defkg:JointWorkingGroup ;\n    skos:prefLabel "{label}"@en .'
    for number in range(documents):
        yield f'id:meeting\\/made-{number} skos:prefLabel "Made meeting {number}"@en .'


def _document(number: int) -> Iterator[str]:
    slug, series = f"made-{number}", number // 10
    one, two = _PAIRS[series % len(_PAIRS)]
    parties = f"id:country\\/{one}, id:country\\/{two}"
    related = f"    defkg:hasParty {parties} ;\n    defkg:inRelationship id:relationship\\/{one}-{two} ;\n"
    sentences = [f"id:passage\\/{slug}-s{n}" for n in range(1, 11)]
    yield (
        f'id:source\\/{slug} a defkg:SourceDocument ;\n    dcterms:title "Made document {number}"@en ;\n'
        f'    schema:url <https://example.org/{slug}> ;\n    defkg:sha256 "{_digest(slug)}" ;\n'
        f"    defkg:hasSentence {', '.join(sentences)} ."
    )
    yield (
        f"id:mechanism\\/made-{series} a defkg:JointWorkingGroup ;\n{related}"
        f"    defkg:concerns id:focus-area\\/defence-cooperation ;\n    defkg:evidencedBy {sentences[0]} ."
    )
    yield _meeting(number, series, related, sentences)
    for official, country in ((number // 2, one), (number // 2 + 1, two)):
        yield _participation(number, official, country, sentences[2])
    for n, topic in zip(count(1), _TOPICS):
        yield _statement(slug, n, topic, related, sentences[2 + n])
    for n, passage in enumerate(sentences, 1):
        yield _passage(slug, n, passage)


def _meeting(number: int, series: int, related: str, sentences: list[str]) -> str:
    day = f"20{number % 25:02d}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    topics = ", ".join(f"id:focus-area\\/{topic}" for topic in _TOPICS[:3])
    return (
        f"id:meeting\\/made-{number} a defkg:Meeting ;\n    defkg:meetingOf id:mechanism\\/made-{series} ;\n{related}"
        f'    defkg:ordinal {number % 10 + 1} ;\n    defkg:date "{day}" ;\n    defkg:earliest "{day}"^^xsd:date ;\n'
        f'    defkg:latest "{day}"^^xsd:date ;\n    defkg:datePrecision "day" ;\n    defkg:dateBasis "stated" ;\n'
        f"    defkg:heldAt id:place\\/new-delhi ;\n    defkg:discussed {topics} ;\n"
        f"    defkg:evidencedBy {', '.join(sentences[:2])} ."
    )


def _participation(number: int, official: int, country: str, passage: str) -> str:
    return (
        f"id:participation\\/meeting-made-{number}--made-{official}--co-chair a defkg:CoChairParticipation ;\n"
        f"    defkg:participant id:official\\/made-{official} ;\n    defkg:coChairIn id:meeting\\/made-{number} ;\n"
        f"    defkg:onBehalfOf id:country\\/{country} ;\n    defkg:evidencedBy {passage} ."
    )


def _statement(slug: str, n: int, topic: str, related: str, passage: str) -> str:
    return (
        f'id:statement\\/{slug}-{n} a defkg:Statement ;\n    defkg:gist "Made statement {n} of {slug}."@en ;\n'
        f"    defkg:modality id:modality\\/actual ;\n{related}    defkg:madeBy {related.split()[1].rstrip(',')} ;\n"
        f"    defkg:concerns id:focus-area\\/{topic} ;\n    defkg:evidencedBy {passage} ."
    )


def _passage(slug: str, n: int, passage: str) -> str:
    return (
        f'{passage} a defkg:Passage ;\n    defkg:locator "S{n}" ;\n    prov:wasQuotedFrom id:source\\/{slug} ;\n'
        f'    oa:hasSelector id:selector\\/{slug}-s{n} ;\n    defkg:sha256 "{_digest(passage)}" .\n\n'
        f"id:selector\\/{slug}-s{n} a oa:TextPositionSelector ;\n    oa:start {n * 100} ;\n    oa:end {n * 100 + 90} ."
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))

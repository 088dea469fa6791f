"""Passages compared with copies of the documents, and the commands that do it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from defkg.cli import app
from defkg.dataset import Dataset
from defkg.evidence import compare, verify
from defkg.evidence.copies import Copies
from defkg.gate import examine
from defkg.inference import close
from defkg.placing import Placing
from defkg.project import Project, ProjectError
from defkg.terms import compact, source_graph
from defkg.turtle import read_turtle
from tests.conftest import HEAD, ROOT

SENTENCES = ["Été à Brunei.", "The second sentence 🛡 stands here.", "Both sides met in Xanadu."]
TEXT = " ".join(SENTENCES)
SECOND = (14, 48)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def source(*passages: tuple[int, int, str], slug: str = "s") -> str:
    """The Turtle of a document with a sentence for each (start, end, words)."""
    names = [rf"id:passage\/{slug}-s{n}" for n in range(1, len(passages) + 1)]
    lines = [
        rf'id:source\/{slug} a defkg:SourceDocument ; dcterms:title "Title of {slug}"@en ;',
        rf'    schema:url <https://example.org/{slug}> ; defkg:sha256 "{digest(TEXT)}" ;',
        f"    defkg:hasSentence {', '.join(names)} .",
    ]
    for n, (start, end, words) in enumerate(passages, 1):
        lines += [
            rf'id:passage\/{slug}-s{n} a defkg:Passage ; defkg:locator "S{n}" ; prov:wasQuotedFrom id:source\/{slug} ;',
            rf"    oa:hasSelector id:selector\/{slug}-s{n} ;",
            f'    defkg:sha256 "{digest(words)}" .',
            rf"id:selector\/{slug}-s{n} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .",
        ]
    return "\n".join(lines) + "\n"


def whole(slug: str = "s") -> str:
    """The Turtle of a document with all of `SENTENCES`."""
    starts = [TEXT.index(words) for words in SENTENCES]
    return source(*((s, s + len(w), w) for s, w in zip(starts, SENTENCES, strict=True)), slug=slug)


def dataset(turtle: str) -> Dataset:
    return close(Dataset([(read_turtle("s.ttl", (HEAD + turtle).encode()), source_graph("s"))]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "any name.txt").write_text(TEXT, encoding="utf-8")
    (texts / "binary").write_bytes(b"\xff\xfe")
    return texts


def edited(folder: Path, text: str) -> Path:
    """The folder with one other copy, that only its name tells."""
    (folder / "any name.txt").unlink()
    (folder / "s.txt").write_text(text, encoding="utf-8", newline="")
    return folder


def test_passage_that_says_what_it_said_is_no_finding(folder: Path) -> None:
    data = dataset(whole())
    result = compare(data, Copies.read(folder), Placing(data))
    assert (result.compared, result.findings, result.missing, result.remarks) == (3, [], [], {})


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(13, 48, SENTENCES[1]), (*SECOND, "The second sentence"), (0, 5, SENTENCES[1]), (14, 999, SENTENCES[1])],
)
def test_passage_with_other_words_is_a_finding_at_its_digest(folder: Path, start: int, end: int, words: str) -> None:
    data = dataset(source((start, end, words)))
    ((_, finding),) = verify(data, folder, Placing(data))
    assert compact(finding.rule) == "checks:evidence-digest"
    assert finding.place.file == "s.ttl"
    line = data.files[0][0].text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith(f'"{digest(words)}"')


def test_moved_passages_are_found_where_they_are_now(folder: Path) -> None:
    data = dataset(whole())
    edited(folder, "A new heading.\n" + TEXT.replace("Été", "Un été"))
    found = [finding for _, finding in verify(data, folder, Placing(data))]
    assert len(found) == 3
    assert "nowhere" in found[0].hint
    assert [f.hint.partition(": ")[0] for f in found[1:]] == [
        "the words are now at 32 to 66",
        "the words are now at 67 to 92",
    ]


def test_passage_within_a_word_is_found_as_far_off_as_its_neighbour(folder: Path) -> None:
    data = dataset(source((*SECOND, SENTENCES[1]), (20, 23, "con")))
    found = [finding for _, finding in verify(data, edited(folder, "New. " + TEXT), Placing(data))]
    assert sorted(f.hint.partition(": ")[0][-8:] for f in found) == ["19 to 53", "25 to 28"]


@pytest.mark.parametrize(
    ("old", "now", "at"),
    [
        ("両国は会談した。次回は東京で行う。", "新。両国は会談した。次回は東京で行う。", 12),
        ("overstand", "xx understand", 8),
    ],
)
def test_passage_without_a_word_start_is_found_alone(folder: Path, old: str, now: str, at: int) -> None:
    words = now[at : at + 5]
    data = dataset(source((old.index(words), old.index(words) + 5, words)))
    ((_, finding),) = verify(data, edited(folder, now), Placing(data))
    assert finding.hint.startswith(f"the words are now at {at} to {at + 5}")


def test_words_of_a_long_text_are_not_said_to_be_nowhere(folder: Path) -> None:
    data = dataset(source((0, 3, "tan")))
    ((_, finding),) = verify(data, edited(folder, "x" * 200_000 + "tan"), Placing(data))
    assert "not found where a word begins" in finding.hint
    assert "nowhere" not in finding.hint


def test_edited_copy_is_compared_passage_by_passage_and_said_to_be_another_text(folder: Path) -> None:
    data = dataset(whole())
    edited(folder, TEXT.replace("Xanadu", "Utopia"))
    result = compare(data, Copies.read(folder), Placing(data))
    assert [compact(str(node)[1:-1]) for node, _ in result.findings] == ["id:passage/s-s3"]
    assert "another text" in result.remarks["https://w3id.org/defkg/id/source/s"]


def test_document_without_a_copy_is_listed_and_no_fault(tmp_path: Path) -> None:
    data = dataset(source((0, 5, "other words")))
    result = compare(data, Copies.read(tmp_path), Placing(data))
    assert ([document.slug for document in result.missing], result.findings) == (["s"], [])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in ("shapes", "queries", "data/sources"):
        (root / name).mkdir(parents=True)
    shutil.copytree(ROOT / "ontology", root / "ontology")
    (root / "data/sources/s.ttl").write_text(HEAD + whole(), encoding="utf-8")
    other = source((0, 5, "other"), slug="another-document").replace(digest(TEXT), digest("other"))
    (root / "data/sources/another-document.ttl").write_text(HEAD + other, encoding="utf-8")
    return root


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["evidence", *map(str, args)])


def locate(phrase: str, small: Path, folder: Path, *more: str) -> Result:
    return run("locate", phrase, "--source", "s", "--project", small, "--texts", folder, *more)


def test_verify_lists_missing_copies_and_has_no_finding(small: Path, folder: Path) -> None:
    done = run("verify", small, "--texts", folder)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "id:source/another-document: there is no copy of it; save one as another-document.txt" in done.stderr
    assert "3 passages compared, no finding" in done.stderr


def test_verify_tells_what_drifted(small: Path, folder: Path) -> None:
    done = run("verify", small, "--texts", edited(folder, "New. " + TEXT))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.split(" ")[1] for line in lines] == ["checks:evidence-digest"] * 3
    assert lines[0].startswith("data/sources/s.ttl:")
    assert "write oa:start 5 and oa:end 18" in lines[0]


def test_verify_of_one_file_is_silent_about_others(small: Path, folder: Path) -> None:
    other = small / "data/sources/another-document.ttl"
    done = run("verify", other, "--texts", edited(folder, "New. " + TEXT))
    assert (done.exit_code, done.stdout) == (0, "")


def test_located_phrase_is_covered_by_its_sentence_and_offered(small: Path, folder: Path) -> None:
    done = locate("sentence 🛡", small, folder)
    assert done.exit_code == 0
    assert r"S2 covers this already: cite id:passage\/s-s2" in done.stdout.splitlines()[0]
    offered = read_turtle("x.ttl", (HEAD + done.stdout).encode())
    assert offered.findings == []
    assert rf"id:passage\/s-s2-25-35 a defkg:Passage ;{chr(10)}    defkg:locator" in done.stdout
    assert digest("sentence 🛡") in done.stdout


def test_offered_passage_passes_verification_and_checks(small: Path, folder: Path) -> None:
    done = locate("“sides”  met", small, folder)
    assert done.exit_code == 1
    done = locate("SIDES  met", small, folder)
    assert "differs from your words in spaces and line breaks, capital letters" in done.stdout
    file = small / "data/sources/s.ttl"
    file.write_text(file.read_text(encoding="utf-8") + done.stdout, encoding="utf-8")
    verified = run("verify", file, "--texts", folder)
    assert (verified.exit_code, verified.stdout) == (0, "")
    assert "4 passages" in verified.stderr


def test_offered_passage_passes_the_checks(closed: Dataset, small: Path, folder: Path) -> None:
    offered = whole() + locate("met", small, folder).stdout
    data = close(Dataset([*closed.files, (read_turtle("s.ttl", (HEAD + offered).encode()), source_graph("s"))]))
    assert examine(Project.open(ROOT), data, only={"s.ttl"}) == []


def test_whole_sentence_is_known(small: Path, folder: Path) -> None:
    done = locate(SENTENCES[0], small, folder)
    assert done.stdout.startswith(r"# The document's file has this passage already: cite id:passage\/s-s1")
    assert r"id:passage\/s-s1 a defkg:Passage" in done.stdout


def test_phrase_outside_the_sentences_becomes_the_next_one(small: Path, folder: Path) -> None:
    (small / "data/sources/s.ttl").write_text(HEAD + source((0, 13, SENTENCES[0])), encoding="utf-8")
    done = locate(SENTENCES[2], small, folder)
    assert "add this one to the document's defkg:hasSentence" in done.stdout
    assert r"id:passage\/s-s2 a defkg:Passage" in done.stdout


def test_phrase_before_the_sentences_gets_no_number_of_another(small: Path, folder: Path) -> None:
    (small / "data/sources/s.ttl").write_text(HEAD + source((*SECOND, SENTENCES[1])), encoding="utf-8")
    done = locate(SENTENCES[0], small, folder)
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if not line.startswith("#")] == []
    assert "# 0 to 13: …Été à Brunei." in done.stdout
    assert "no number is free" in done.stderr
    told = json.loads(locate(SENTENCES[0], small, folder, "--format", "json").stdout)
    assert (told["chosen"], told["places"][0]["passage"], told["places"][0]["locator"]) == (None, None, None)


@pytest.mark.parametrize(
    ("phrase", "span"),
    [("Brunei. The second", "S1-S2"), ("here. Both", "S2-S3"), ("Brunei. " + SENTENCES[1] + " Both", "S1-S3")],
)
def test_phrase_across_sentences_cites_them_all_and_is_offered_none(
    phrase: str, span: str, small: Path, folder: Path
) -> None:
    done = locate(phrase, small, folder)
    assert done.exit_code == 0
    assert f"# The words span {span}: cite " in done.stdout
    numbers = range(int(span[1]), int(span[-1]) + 1)
    cited = [rf"id:passage\/s-s{number}" for number in numbers]
    assert re.findall(r"id:passage\S+?(?=[ ,])", done.stdout) == cited
    assert [line for line in done.stdout.splitlines() if not line.startswith("#")] == []
    told = json.loads(locate(phrase, small, folder, "--format", "json").stdout)
    assert (told["chosen"], told["places"][0]["passage"], told["places"][0]["turtle"]) == (1, None, None)
    assert told["places"][0]["refused"]
    assert [compact(iri) for iri in told["places"][0]["cite"]] == [f"id:passage/s-s{number}" for number in numbers]


def test_phrase_at_several_places_is_listed_until_one_is_chosen(small: Path, folder: Path) -> None:
    done = locate("nd", small, folder)
    assert done.exit_code == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["1", "2"]
    assert "1: 22 to 24 (S2): " in done.stdout
    assert "--nth" in done.stderr
    assert "oa:start 39" in locate("nd", small, folder, "--nth", "2").stdout
    assert "at 2 places" in str(locate("nd", small, folder, "--nth", "3").exception)


def test_wrong_phrase_shows_the_nearest(small: Path, folder: Path) -> None:
    done = locate("Both sides met at Xanado", small, folder)
    assert done.exit_code == 1
    assert done.stdout == "the nearest, 88% alike, at 49 to 73: “Both sides met in Xanadu”\n"
    assert "the words are not in s" in done.stderr


def test_json_has_the_places_and_the_choice(small: Path, folder: Path) -> None:
    told = json.loads(locate("met", small, folder, "--format", "json").stdout)
    (place,) = told["places"]
    assert (told["chosen"], place["start"], place["end"]) == (1, 60, 63)
    assert place["cite"] == ["https://w3id.org/defkg/id/passage/s-s3"]
    told = json.loads(locate("Both sides mt", small, folder, "--format", "json").stdout)
    assert (told["chosen"], told["places"], told["nearest"]["start"]) == (None, [], 49)


def test_phrase_of_another_text_is_shown_and_no_passage_written(small: Path, folder: Path) -> None:
    done = locate("sides", small, edited(folder, "New. " + TEXT))
    assert done.exit_code == 1
    assert done.stdout == "# 59 to 64: …sentence 🛡 stands here. Both sides met in Xanadu.…\n"
    assert "another text" in done.stderr
    assert "no passage is written" in done.stderr
    assert "get the text whose SHA-256 the document states" in done.stderr


def test_sentence_that_has_not_moved_is_cited_from_another_text_too(small: Path, folder: Path) -> None:
    done = locate("sentence", small, edited(folder, TEXT + " New."))
    assert done.exit_code == 1
    assert all(line.startswith("# ") for line in done.stdout.splitlines())
    assert r"S2 covers this already: cite id:passage\/s-s2" in done.stdout


def test_sentences_of_another_text_are_told_and_no_answer(small: Path, folder: Path) -> None:
    done = locate("here. Both", small, edited(folder, TEXT + " New."))
    assert done.exit_code == 1
    assert "# The words span S2-S3" in done.stdout
    assert json.loads(locate("here. Both", small, folder, "--format", "json").stdout)["chosen"] is None


def test_json_of_another_text_has_no_passage(small: Path, folder: Path) -> None:
    done = locate("sides", small, edited(folder, "New. " + TEXT), "--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["drifted"], told["chosen"]) == (1, True, None)
    (place,) = told["places"]
    assert (place["passage"], place["locator"], place["turtle"]) == (None, None, None)
    assert "no passage is written" in place["refused"]
    assert "S4" not in done.stdout


def test_places_in_another_text_are_listed_without_a_locator(small: Path, folder: Path) -> None:
    done = locate("nd", small, edited(folder, "New. " + TEXT))
    assert done.exit_code == 1
    assert done.stdout.startswith("1: 27 to 29: …")
    assert "oa:start" not in locate("nd", small, folder, "--nth", "2").stdout


@pytest.mark.parametrize("mended", ["\ufeff" + TEXT, TEXT + "\n", TEXT.replace("É", "E\u0301")])
def test_copy_that_gives_the_text_back_has_its_passage(mended: str, small: Path, folder: Path) -> None:
    done = locate("sides", small, edited(folder, mended))
    assert (done.exit_code, "oa:start 54" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["locate", "x", "--source", "zzz"], "there is no document 'zzz'"),
        (["locate", "x", "--source", "another-docment"], "did you mean another-document"),
        (["locate", "x", "--source", "another-document"], "save its text there as another-document.txt"),
        (["locate", " ", "--source", "s"], "the phrase is empty"),
    ],
)
def test_what_cannot_be_located_says_why(args: list[str], words: str, small: Path, folder: Path) -> None:
    done = run(*args, "--project", small, "--texts", folder)
    assert isinstance(done.exception, ProjectError)
    assert words in str(done.exception)


@pytest.mark.parametrize(("args", "words"), [([], "DEFKG_TEXTS"), (["--texts", "nowhere"], "nowhere is not a folder")])
def test_folder_of_copies_must_be_named(args: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEFKG_TEXTS", raising=False)
    done = run("verify", *args)
    assert isinstance(done.exception, ProjectError)
    assert words in str(done.exception)

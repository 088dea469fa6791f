"""``defkg new``: a document from nothing to an answer; refusals; questions at a terminal. All documents are made up."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from defkg.cli import app
from defkg.cli.asking import Asker
from defkg.cli.data import closed
from defkg.cli.new.kinds import new_meeting, new_official
from defkg.cli.new.session import Session
from defkg.dataset import Dataset
from defkg.gate import examine
from defkg.layout import format_turtle
from defkg.project import Project, ProjectError
from defkg.question import library
from defkg.terms import ID
from tests.conftest import ROOT

PARTS = ("ontology", "shapes", "data", "queries")
SLUG = "2026-03-04-india-vietnam-sample"
MECHANISM = "India–Vietnam Joint Working Group on Paper Ships"
TEXT = """Paper ships in Sample Town

The first meeting of a working group on paper ships was held in New Delhi on 4 March 2026. Its co-chairs were \
Lt. Gen. Tran Mau Thu and the Joint Secretary, Asha K. Namuna. They signed its rules first.
🙂 Each year the two sides fold a fleet.
"""
SENTENCES = [
    "Paper ships in Sample Town",
    "The first meeting of a working group on paper ships was held in New Delhi on 4 March 2026.",
    "Its co-chairs were Lt. Gen. Tran Mau Thu and the Joint Secretary, Asha K. Namuna.",
    "They signed its rules first.",
    "🙂 Each year the two sides fold a fleet.",
]


@dataclass
class Done:
    code: int
    out: str
    err: str


def new(root: Path, *args: str) -> Done:
    """What the command does in a script; a message for a person counts as exit status 2, as in `main`."""
    done = CliRunner().invoke(app, ["new", *args, "--project", str(root)])
    if isinstance(done.exception, ProjectError):
        return Done(2, done.stdout, str(done.exception))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def copy_to(folder: Path) -> Path:
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


def content(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_to(tmp_path / "project")


@pytest.fixture(scope="module")
def steward(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Done]]:
    """A project to which a sixth document was added by commands alone, and what they said."""
    root = copy_to(tmp_path_factory.mktemp("steward") / "project")
    copy = root.parent / "copy.txt"
    copy.write_text(TEXT)
    parties = f"--party India --party 'Viet Nam' --source {SLUG}"
    commands = [
        f"source --title 'Invented report on paper ships' --issued 2026-03-05 --url https://example.org/paper-ships"
        f" --text {copy} --slug {SLUG} --publisher PTI",
        "official --label 'Asha K Namuna'",
        "official --label 'Tran Mau Thu' --honorific 'Lt Gen' --alias 'Trần Mẫu Thử'",
        "organisation --label 'Paper Ship Office' --class ministry --country Vietnam",
        f"mechanism --label '{MECHANISM}' --class 'joint working group' {parties} --evidence s2 --frequency annual"
        " --key india-vietnam-jwg --concerns 'joint training'",
        f"meeting --mechanism '{MECHANISM}' --ordinal 1 --source {SLUG} --evidence s2,s3 --place 'New Delhi'"
        " --date 2026-03-04 --date-basis stated --discussed 'joint training'"
        " --co-chair 'Asha K Namuna=Joint Secretary#s3' --co-chair 'Tran Mau Thu@VNM'",
        f"agreement --label 'Terms of Reference (India–Vietnam)' --class TermsOfReference {parties} --evidence s4"
        " --establishes india-vietnam-jwg --signed [..2026-03-05] --signed-basis inferred"
        " --signatory 'Tran Mau Thu@Vietnam'",
        f"exercise --label 'Folding Fleet' {parties} --evidence 5 --bilateral",
        f"visit --label 'Visit of Tran Mau Thu' {parties} --evidence s3 --duration P2D --visitor 'Tran Mau Thu'",
        f"statement --gist 'A yearly \"fleet\" is folded.' --class Statement --modality recurring {parties}"
        " --evidence s5 --key 'Yearly fleet' --about 'Folding Fleet' --made-by India",
    ]
    return root, [new(root, *shlex.split(command)) for command in commands]


def test_every_command_is_done_and_leaves_nothing_to_fill_in(steward: tuple[Path, list[Done]]) -> None:
    assert [(done.code, "fill in" in done.out, done.err) for done in steward[1] if done.code] == []
    assert [done.out for done in steward[1] if "fill in " in done.out] == []
    assert all("nothing left to fill in" in done.err for done in steward[1])


def test_what_is_complete_passes_the_gate_and_is_in_its_layout(steward: tuple[Path, list[Done]]) -> None:
    root = steward[0]
    assert examine(Project.open(root)) == []
    before = {root / path.relative_to(ROOT): path.read_bytes() for path in ROOT.glob("data/**/*.ttl")}
    changed = [path for path, now in content(root / "data").items() if now != before.get(path)]
    assert len(changed) == 9
    assert [path for path in changed if format_turtle(path.read_text()) != path.read_text()] == []


def test_what_was_there_is_there_unchanged(steward: tuple[Path, list[Done]]) -> None:
    before = {t for file, _ in Dataset.load(Project.open(ROOT)).files for t in (p.triple for p in file.placed)}
    after = {t for file, _ in Dataset.load(Project.open(steward[0])).files for t in (p.triple for p in file.placed)}
    assert {t for t in before if "_:" not in str(t)} <= after
    assert "# Mechanisms: the standing thing" in (steward[0] / "data/registry/mechanisms.ttl").read_text()


def test_the_new_group_is_in_the_answer(steward: tuple[Path, list[Done]]) -> None:
    project = Project.open(steward[0])
    dataset = closed(project)
    question = library(project)["jwgs-co-chaired-by"]
    official = question.parameters[0].term("id:official/asha-k-namuna")
    rows = dataset.select(question.bind({"official": official}))
    assert [str(row["jwg"]) for row in rows] == [f"<{ID}mechanism/india-vietnam-jwg>"]


def test_sentences_are_listed_by_position_and_digest(steward: tuple[Path, list[Done]]) -> None:
    text = (steward[0] / f"data/sources/{SLUG}.ttl").read_text()
    assert f'defkg:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}"' in text
    assert re.findall(r'defkg:locator "(S\d)"', text) == ["S1", "S2", "S3", "S4", "S5"]
    assert re.findall(r"passage\S+-s(\d)", text.split("\n\n")[1]) == list("12345")
    spans = list(zip(*(map(int, re.findall(rf"oa:{edge} (\d+)", text)) for edge in ("start", "end")), strict=True))
    assert [TEXT[start:end] for start, end in spans] == SENTENCES
    digests = re.findall(r"selector\S+ ;\n    defkg:sha256 \"(\w+)\"", text)
    assert digests == [hashlib.sha256(sentence.encode()).hexdigest() for sentence in SENTENCES]
    assert [sentence for sentence in SENTENCES if sentence in text] == []


def test_addresses_are_those_of_the_model(steward: tuple[Path, list[Done]]) -> None:
    told = " ".join(done.out for done in steward[1])
    for iri in [
        "official/tran-mau-thu",
        "organisation/paper-ship-office",
        "country/VNM",
        "relationship/IND-VNM",
        "meeting/india-vietnam-jwg-1",
        "participation/meeting-india-vietnam-jwg-1--asha-k-namuna--co-chair",
        "signing/terms-of-reference-india-vietnam",
        "participation/signing-terms-of-reference-india-vietnam--tran-mau-thu--signatory",
        f"statement/{SLUG}-s5-yearly-fleet",
    ]:
        assert f"id:{iri}\n" in told
    source = (steward[0] / f"data/sources/{SLUG}.ttl").read_text().splitlines()
    place = re.search(rf"new data/sources/{SLUG}.ttl:(\d+):1 id:meeting/\S+\n", steward[1][5].out)
    assert place
    assert source[int(place[1]) - 1].startswith("id:meeting\\/india-vietnam-jwg-1 a defkg:Meeting")


def test_party_that_a_post_gives_and_evidence_of_a_person_alone(steward: tuple[Path, list[Done]]) -> None:
    text = (steward[0] / f"data/sources/{SLUG}.ttl").read_text()
    block = next(b for b in text.split("\n\n") if b.startswith("id:participation\\/meeting-india-vietnam-jwg-1--asha"))
    assert "defkg:onBehalfOf id:country\\/IND ;" in block
    assert block.endswith(f"defkg:evidencedBy id:passage\\/{SLUG}-s3 .")


def test_second_document_says_again_what_is_known(steward: tuple[Path, list[Done]], tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(steward[0], root)
    registry = {path: path.read_bytes() for path in root.glob("data/registry/*.ttl")}
    mechanism = ["mechanism", "--known", "--label", MECHANISM, "--source", "2025-11-05-india-israel-jwg"]
    done = new(root, *mechanism, "--evidence", "s2")
    assert (done.code, done.out.count("new ")) == (0, 1)
    assert {path: path.read_bytes() for path in registry} == registry
    again = new(root, *mechanism, "--evidence", "s3")
    assert again.code == 2
    assert re.search(r"is described at data/sources/2025-11-05-india-israel-jwg.ttl:\d+:1; nothing", again.err)


def test_what_is_left_out_is_listed_at_its_place(root: Path) -> None:
    done = new(root, "source", "--title", "Invented report")
    assert done.code == 0
    assert [line.split()[2:4] for line in done.out.splitlines()[1:]] == [
        ["data/sources/undated-invented.ttl:5:1", f"shapes:SourceDocument-{part}"]
        for part in ("digest", "sentences", "url")
    ]
    assert "1 file written; 3 still to fill in" in done.err
    left = [str(finding) for finding in examine(Project.open(root))]
    assert [f"fill in {finding}" for finding in left] == done.out.splitlines()[1:]


def test_findings_of_before_are_not_told_as_gaps(root: Path) -> None:
    assert new(root, "source", "--title", "Invented report").out.count("fill in") == 3
    assert "fill in" not in new(root, "official", "--label", "Mala Sample").out


def test_date_without_a_basis_and_person_without_a_party_are_gaps(root: Path) -> None:
    source = ["--source", "2025-12-09-pti-india-brunei-jwg", "--evidence", "s2"]
    done = new(
        root, "meeting", "--mechanism", "India–Brunei JWG", "--ordinal", "2", *source, "--date", "2025-12-08",
        "--co-chair", "Rajnath Singh",
    )  # fmt: skip
    gaps = re.findall(r"fill in \S+ shapes:(\S+)", done.out)
    assert sorted(gaps) == ["CoChairParticipation-party", "Dated-basis"]


def test_dry_run_shows_a_diff_and_writes_nothing(root: Path) -> None:
    before = content(root)
    done = new(root, "official", "--label", "Mala Sample", "--dry-run")
    assert done.code == 0
    assert content(root) == before
    (root / "change.diff").write_text(done.out)
    subprocess.run(["git", "apply", "change.diff"], cwd=root, check=True)
    assert (
        'id:official\\/mala-sample a defkg:Official ;\n    skos:prefLabel "Mala Sample"@en .'
        in (root / "data/registry/officials.ttl").read_text()
    )
    assert "1 file would be written" in done.err


JWG = "mechanism --label 'Paper JWG' --class JointWorkingGroup"
TALKS = "meeting --label 'Paper talks' --source undated-india-brunei-jwg --party India --party Peru"
KNOWN_ADDRESS = "https://www.indiandefensenews.in/2024/12/india-and-thailand-to-explore-co.html"
REFUSED = [
    (
        "official --label 'Rajesh K Singh'",
        r"is this Rajesh Kumar Singh \(id:official/rajesh-kumar-singh\)\?.*ttl:\d+:1",
    ),
    ("official --label 'Rajnath Singh'", "is this Rajnath Singh"),
    ("official --label 'Rajnath Singh' --distinct", "id:official/rajnath-singh is described at data/registry"),
    ("official --label 'Shri Mala Sample'", "--label: 'Shri' is no part of the name"),
    ("official --label 'Mala\nSample'", r"--label: .*U\+000A"),
    ("official --label 'M\u0430la Sample'", "--label: .*CYRILLIC"),
    ("official --label שרה", "--label: .*HEBREW"),
    ("official", "--label is missing"),
    ("organisation --label 'Paper Office'", "--class is missing"),
    ("organisation --label 'Paper Office' --class Ministri", "did you mean Ministry"),
    ("organisation --label 'Paper Office' --class Ministry --country Atlantis", "--country: .*no country"),
    (JWG, "--source is missing"),
    (f"{JWG} --source nowhere", "no document 'nowhere'"),
    (f"{JWG} --source undated-india-brunei-jwg --party India", "--party is missing.*it takes 2"),
    ("meeting --source undated-india-brunei-jwg", "--label is missing"),
    ("meeting --mechanism india-brunei-jwg --ordinal 1 --source undated-india-brunei-jwg", "nothing is overwritten"),
    (f"{TALKS} --place 'New Dehli'", "--place: .*did you mean 'New Delhi'"),
    (f"{TALKS} --evidence s99", "--evidence: .*it has s1 to s23"),
    (f"{TALKS} --co-chair 'Rajnath Singh=Defence Ministor'", "--co-chair: .*did you mean 'Defence Minister'"),
    ("statement --gist x --class Statement --modality sure", "--modality: .*there is .*actual"),
    ("source --title 'X report' --issued 2026-02-30", "--issued: .*no date"),
    ("source --title 'X report' --url example.org", "--url: .*no address"),
    ("source --title 'X report' --text nowhere.txt", "--text: .*cannot be read"),
    ("source --title 'X report' --slug undated-india-brunei-jwg", r"is described at .*:\d+:1"),
    (f"source --title 'X report' --url {KNOWN_ADDRESS}", "is there as id:source/2024-12-13-india-thailand-jwg"),
]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_to(tmp_path_factory.mktemp("untouched"))


@pytest.mark.parametrize(("command", "words"), REFUSED)
def test_refusal_names_the_flag_or_the_place_and_writes_nothing(untouched: Path, command: str, words: str) -> None:
    before = content(untouched)
    done = new(untouched, *shlex.split(command))
    assert (done.code, done.out) == (2, "")
    assert re.search(words, done.err), done.err
    assert content(untouched) == before


def test_same_document_under_another_slug_is_told_by_its_text(steward: tuple[Path, list[Done]]) -> None:
    copy = steward[0].parent / "copy.txt"
    done = new(steward[0], "source", "--title", "Another title", "--text", str(copy), "--distinct")
    assert done.code == 2
    assert f"is there as id:source/{SLUG}" in done.err


def test_sentence_of_the_document_is_no_gist(steward: tuple[Path, list[Done]]) -> None:
    args = ["--class", "Statement", "--modality", "actual", "--source", SLUG, "--evidence", "s4", "--key", "rules"]
    done = new(steward[0], "statement", "--gist", SENTENCES[3], *args)
    assert done.code == 2
    assert "your own words" in done.err


def test_withdrawn_address_is_not_used_again(root: Path) -> None:
    (root / "data/tombstones.ttl").write_text(
        f"<{ID}official/mala-sample> <http://www.w3.org/ns/prov#wasInvalidatedBy> <{ID}curation/x> .\n"
    )
    done = new(root, "official", "--label", "Mala Sample")
    assert done.code == 2
    assert "was withdrawn" in done.err


def test_file_that_is_there_is_not_written_over(root: Path) -> None:
    (root / "data/sources/undated-x.ttl").write_text("# notes\n")
    done = new(root, "source", "--title", "X", "--slug", "undated-x")
    assert done.code == 2
    assert "nothing is overwritten" in done.err
    assert (root / "data/sources/undated-x.ttl").read_text() == "# notes\n"


def test_project_with_a_broken_file_is_left_alone(root: Path) -> None:
    (root / "data/registry/places.ttl").write_text("id:x\n")
    done = new(root, "official", "--label", "Mala Sample")
    assert done.code == 2
    assert "places.ttl:1:" in done.err


def test_files_of_the_registry_are_made_where_there_are_none(root: Path) -> None:
    (root / "data/registry/officials.ttl").rename(root / "data/registry/people.ttl")
    assert new(root, "official", "--label", "Mala Sample").code == 0
    assert "mala-sample" in (root / "data/registry/officials.ttl").read_text()


@pytest.mark.parametrize("inside", [True, False])
def test_without_a_project_in_the_working_folder_nothing_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    monkeypatch.chdir(root / "data" if inside else root.parent)
    done = CliRunner().invoke(app, ["new", "official", "--label", "Mala Sample", "--dry-run"])
    if inside:
        assert done.exit_code == 0
    else:
        assert isinstance(done.exception, ProjectError)
        assert "no project folder here" in str(done.exception)


def test_graph_inside_the_package_is_not_changed(tmp_path: Path) -> None:
    package = tmp_path / "defkg"
    shutil.copytree(ROOT / "src" / "defkg", package, ignore=shutil.ignore_patterns("static", "__pycache__"))
    copy_to(package / "bundled")
    before = content(package / "bundled")
    command = [sys.executable, "-m", "defkg", "new", "official", "--label", "Mala Sample", "--project"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [*command, package / "bundled"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "--project" in done.stderr
    assert "graph inside the package" in done.stderr
    assert content(package / "bundled") == before


class Person:
    """Somebody at a terminal who gives answers in turn, and sees what is shown."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.seen: list[str] = []

    def read(self, question: str) -> str:
        self.seen.append(question)
        if not self.answers:
            raise typer.Abort
        return self.answers.pop(0)

    def before(self, kind: Callable[[Session], None], root: Path, **flags: object) -> None:
        flags["project"] = root
        kind(Session(flags, Asker(flags, True, self.read, self.seen.append)))


def test_person_is_asked_and_may_pick_from_what_is_near(root: Path) -> None:
    source, mechanism = "2025-12-09-pti-india-brunei-jwg", "india brunei jwg"
    person = Person(
        mechanism, "1", "2", "?", "1", source, "s99", "s2", "2025-12-09", "stated", "New Delhi",
    )  # fmt: skip
    with pytest.raises(typer.Abort):
        person.before(new_meeting, root)
    assert person.answers == []
    assert any("no Mechanism called" in line for line in person.seen)


def test_honorific_is_asked_again_and_the_rest_may_be_left_out(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person("Dr Mala Sample", "Mala Sample", "Dr", "")
    person.before(new_official, root)
    assert "id:official/mala-sample" in capsys.readouterr().out
    assert 'foaf:title "Dr"' in (root / "data/registry/officials.ttl").read_text()
    assert any("'Dr' is no part of the name" in line for line in person.seen)


@pytest.mark.parametrize(("answer", "written"), [("y", False), ("n", True)])
def test_person_says_whether_a_name_is_one_that_is_there(root: Path, answer: str, written: bool) -> None:
    person = Person(answer)
    before = content(root)
    with contextlib.nullcontext() if written else pytest.raises(typer.Exit):
        person.before(new_official, root, label="Rajesh K Singh")
    assert "Rajesh K Singh: is this Rajesh Kumar Singh (id:official/rajesh-kumar-singh)? [y/N]" in person.seen
    assert (content(root) != before) == written


INTERRUPT = "\x03"


def at_terminal(root: Path, args: Sequence[str], answers: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """Runs the command at a pseudo-terminal of its own; each answer is given when its prompt is seen."""
    main, side = pty.openpty()
    command = [sys.executable, "-m", "defkg", "new", *args, "--project", str(root)]
    process = subprocess.Popen(command, preexec_fn=lambda: os.login_tty(side), env={**os.environ, "NO_COLOR": "1"})
    os.close(side)
    seen, waiting, read = "", list(answers), 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([main], [], [], 1)[0]:
            if not waiting and answers[-1][1] == INTERRUPT:
                os.write(main, INTERRUPT.encode())  # Python's readline misses one that comes before it waits
            continue
        try:
            seen += os.read(main, 4096).decode()
        except OSError:  # the other side is closed
            break
        if waiting and waiting[0][0] in seen[read:]:
            read = len(seen)
            os.write(main, waiting.pop(0)[1].encode())
    code = process.wait(30)  # before the terminal is closed, which would end what still runs
    os.close(main)
    return code, seen


def test_prompts_at_a_real_terminal(root: Path) -> None:
    code, seen = at_terminal(
        root,
        ["official"],
        [
            ("plain name", "Rajnat Singh\n"),
            ("is this Rajnath Singh", "n\n"),
            ("honorific", "Shri\n"),
            ("Another", "\n"),
        ],
    )
    assert code == 0, seen
    assert "id:official/rajnat-singh" in seen
    assert "rajnat-singh" in (root / "data/registry/officials.ttl").read_text()


def test_interrupt_leaves_the_files_as_they_were(root: Path) -> None:
    before = content(root)
    code, seen = at_terminal(root, ["official"], [("plain name", "Mala Sample\n"), ("honorific", INTERRUPT)])
    assert code == 1
    assert "Traceback" not in seen
    assert content(root) == before

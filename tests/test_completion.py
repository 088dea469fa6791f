"""What a shell completes, and that no shell runs what a project's files say."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from defkg.cli import app
from defkg.cli.completion import labels
from defkg.project import Project
from tests.conftest import ROOT
from tests.test_ask import LIBRARY, ODD

pytestmark = pytest.mark.usefixtures("own_cache")
ASKED = ("ask", "jwgs-co-chaired-by", "--official", "Am")
HOSTILE = [
    "a$(touch ran)",
    "b\\$(touch ran)",
    "c';touch ran;'",
    'd";touch ran;"',
    "e`touch ran`",
    "f'$(touch ran)'x",
    "g\\`touch ran\\`",
    "h <(touch ran) >ran",
    "i & touch ran",
    "j* @(x) {y,z} ~ a=b [k] #",
    "k!! x!",
    "l it's R&D (2+2), 50%",
    "m\\",
]
EVIL = f"""#+ title: 'Evil \\$(touch ran) `touch ran` "; touch ran; "[/b] it''s [so]'
#+ parameters:
#+   - name: pick
#+     type: choice
#+     label: 'Pick \\$(touch ran) \\`touch ran\\` [/x]'
#+     choices: {json.dumps(HOSTILE)}
#+     default: "m\\\\"
SELECT ?pick {{}}
"""
# Typer's function for bash, and _arguments of zsh as far as it evaluates
PRESSED = (
    'eval "$(cat script)"; COMP_WORDS=(x); COMP_CWORD=0; _defkg_completion ./said; printf "%s\\n" "${COMPREPLY[@]}"'
)
ARGUMENTS = """_arguments() { local all=${1#*: :}; eval "ws=( ${all:2:-2} )"; printf '%s\\n' "${ws[@]}"; }
set -f; eval $(cat said)"""
Complete = Callable[..., str]


@pytest.fixture
def odd(copy: Path) -> Path:
    (copy / "queries" / "officials" / "odd.rq").write_text(ODD)
    return copy


@pytest.fixture
def evil(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose files would have a shell run something, and in it the working folder."""
    for name in ("evil", "evil-$(touch ran)", "evil';touch ran;'"):
        (copy / "queries" / "officials" / f"{name}.rq").write_text(EVIL)
    monkeypatch.chdir(copy)
    return copy


def sh(folder: Path, script: str, *words: str) -> list[str]:
    """The lines that a bash writes; nothing in the folder may have been run."""
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert not (folder / "ran").exists()
    return done.stdout.split("\n")[:-1]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complete:
    """What a shell is told to complete after some words, of which the last is not complete."""

    def run(shell: str, *words: str, at: int = 0, source: bool = False) -> str:
        monkeypatch.setenv("_DEFKG_COMPLETE", f"{'source' if source else 'complete'}_{shell}")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["defkg", *words]))
        monkeypatch.setenv("COMP_CWORD", str(at or len(words)))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", " ".join(["defkg", *words]))
        monkeypatch.setenv("_TYPER_COMPLETE_WORD_TO_COMPLETE", words[-1] if words else "")
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        with pytest.raises(SystemExit):
            app(args=[], prog_name="defkg")
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completes_names_options_labels_and_choices(
    complete: Complete, odd: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(odd)
    names = complete(shell, "ask", "jwgs-")
    assert "jwgs-co-chaired-by" in names
    assert "odd" not in names
    assert "--official" in complete(shell, "ask", "jwgs-co-chaired-by", "--o")
    label = r"Amitabh\ Prasad" if shell == "bash" else "Amitabh Prasad"
    for begun in ("Am", "am"):
        labels = complete(shell, "ask", "jwgs-co-chaired-by", "--official", begun)
        assert label in labels
        assert "Singh" not in labels
    choice = r"a\ b" if shell == "bash" else "a b"
    assert choice in complete(shell, "ask", "odd", "--class", "a")


def test_titles_stand_beside_names_on_one_line(complete: Complete, odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (odd / "queries" / "officials" / "odd.rq").write_text(
        ODD.replace("What is odd?", f"What is odd{' and long' * 20}?")
    )
    monkeypatch.chdir(odd)
    monkeypatch.setenv("COLUMNS", "80")
    said = complete("fish", "ask", "")
    assert {line.partition("\t")[0] for line in said.splitlines()} == {*LIBRARY, "odd"}
    assert "\tWhat is odd and long" in said


def test_labels_are_kept_as_long_as_the_project_is_as_it_was(
    complete: Complete, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    asked = ("fish", *ASKED)
    assert complete(*asked) == "Amitabh Prasad\n"
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    kept.write_text(kept.read_text().replace("Amitabh Prasad", "Amended"))
    assert complete(*asked) == "Amended\n"
    file = copy / "data" / "registry" / "officials.ttl"
    file.write_text(file.read_text() + "\n")
    assert complete(*asked) == "Amitabh Prasad\n"
    assert list((tmp_path / "cache" / "defkg").iterdir()) == [kept]


@pytest.mark.parametrize("broken", ["", "[", "[]", '{"digest": 1}', "[" * 100_000, "\x00"])
def test_broken_cache_is_not_used(
    complete: Complete, tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    asked = ("fish", *ASKED)
    complete(*asked)
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    kept.write_text(broken)
    assert complete(*asked) == "Amitabh Prasad\n"


def test_cache_of_the_wrong_shape_is_not_used(complete: Complete, tmp_path: Path) -> None:
    asked = ("fish", *ASKED)
    complete(*asked)
    (kept,) = (tmp_path / "cache" / "defkg").iterdir()
    digest = json.loads(kept.read_text())["digest"]
    wrong: tuple[object, ...] = ([], {"x": "Am"}, {"x": [1]}, None)
    for spoilt in wrong:
        kept.write_text(json.dumps({"digest": digest, "labels": spoilt}))
        assert complete(*asked) == "Amitabh Prasad\n"


def test_cache_folder_that_cannot_be_is_not_used(
    complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert complete("fish", *ASKED) == "Amitabh Prasad\n"


def test_nothing_is_said_where_a_shell_completes_in_a_broken_project(
    complete: Complete, odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(odd)
    (odd / "data" / "registry" / "officials.ttl").write_text("broken")
    (odd / "queries" / "officials" / "broken.rq").write_text("broken")
    assert complete("fish", *ASKED).strip() == ""
    assert complete("fish", "ask", "broken", "--").strip()
    assert "broken" in complete("fish", "ask", "bro")


def test_label_with_a_line_end_is_not_completed(
    complete: Complete, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    file = copy / "data" / "registry" / "officials.ttl"
    file.write_text(file.read_text().replace('"Amitabh Prasad"', '"Am\\n\\u001B[31m"'))
    assert complete("fish", *ASKED).strip() == ""


def inserted(complete: Complete, folder: Path, begun: str, options: str = "") -> list[str]:
    """What Typer's function makes of the answer, in a real bash: what readline would insert."""
    (folder / "script").write_text(complete("bash", source=True))
    (folder / "said").write_text(
        f"#!/bin/sh\ncat <<'THE END'\n{complete('bash', 'ask', 'evil', '--pick', begun)}THE END\n"
    )
    (folder / "said").chmod(0o755)
    return sh(folder, f"{options}\n{PRESSED}")


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_bash_gets_each_choice_as_it_is_within_any_quote(complete: Complete, evil: Path, quote: str) -> None:
    for choice in HOSTILE:
        (word,) = inserted(complete, evil, quote + choice[0])
        closed = "" if quote and word.endswith(quote) else quote  # as readline closes it
        assert sh(evil, f'printf "%s\\n" {quote}{word}{closed}') == [choice]
        sh(evil, f"echo {word}{quote}{choice[0]}{quote}")  # the cursor stood before the quote
        sh(evil, f"echo '{word}'")
        sh(evil, f'echo "{word}"')


def test_bash_gets_what_is_safe_in_any_quote_where_the_word_cannot_be_told(complete: Complete, evil: Path) -> None:
    for typed in (("'a\nb", "ask"), ("'a", "--format", "csv")):
        for choice in HOSTILE[:9]:
            for before in "'", '"':
                word = _middle(complete, [before + choice[0], *typed])
                sh(evil, f"echo {before}{word}{before}")
                sh(evil, f"echo {word}")


def test_quote_of_another_word_does_not_count(complete: Complete, evil: Path) -> None:
    for choice in HOSTILE:
        word = _middle(complete, [choice[0], "'x"])
        assert sh(evil, f'printf "%s\\n" {word}') == [choice]


def _middle(complete: Complete, rest: list[str]) -> str:
    return complete("bash", "ask", "evil", "--pick", *rest, at=4).strip()


@pytest.mark.parametrize("options", ["", "set -o posix", "shopt -s extglob nullglob"])
@pytest.mark.parametrize("begun", ["j", "'j", '"j'])
def test_bash_takes_no_word_for_a_pattern(complete: Complete, evil: Path, begun: str, options: str) -> None:
    before = inserted(complete, evil, begun)
    for name in ("j$(touch ran) @(x) {y,z} ~ a=b [k] #", "j* x {y,z} ~ a=b [k] #", "j* @(x) {y,z} ~ a=b k #"):
        for quoted in (name, name.replace("[", f"{begun[0]}[{begun[0]}").replace("]", f"{begun[0]}]{begun[0]}")):
            (evil / quoted).write_text("")
    assert inserted(complete, evil, begun, options) == before


def test_bash_is_not_offered_what_it_might_take_for_a_file(complete: Complete, evil: Path) -> None:
    (evil / HOSTILE[0]).write_text("")
    (evil / 'a"$"(touch ran)').write_text("")
    assert complete("bash", "ask", "evil", "--pick", "a").strip() == ""
    assert complete("bash", "ask", "evil", "--pick", '"a').strip() == ""
    assert complete("bash", "ask", "evil", "--pick", "'a").strip() != ""


def test_bash_keeps_a_label_in_one_word(complete: Complete) -> None:
    assert complete("bash", *ASKED) == "Amitabh\\ Prasad\n"
    assert complete("bash", *ASKED[:-1], '"Am') == "Amitabh Prasad\n"


def test_zsh_evaluates_nothing(complete: Complete, evil: Path) -> None:
    for words in (["evil", "--pick", ""], [""], ["evil", "--"], ["evil", "--help", "--"]):
        (evil / "said").write_text(complete("zsh", "ask", *words))
        found = sh(evil, ARGUMENTS)
        assert found
    (evil / "said").write_text(complete("zsh", "ask", "evil"))
    assert sh(evil, ARGUMENTS) == ["evil:Evil (touch ran) ’touch ran’ ’; touch ran; ’(/b) it’s (so)"]
    (evil / "said").write_text(complete("zsh", "ask", "evil", "--pick", ""))
    unquoted = [choice for choice in HOSTILE if not set(choice) & set("\\$`\"'")]
    assert len(unquoted) == 4
    assert sh(evil, ARGUMENTS) == unquoted


def test_fish_gets_words_as_they_are(complete: Complete, evil: Path) -> None:
    assert complete("fish", "ask", "evil", "--pick", "").splitlines() == HOSTILE


@pytest.mark.parametrize("shell", ["powershell", "pwsh"])
def test_powershell_gets_words_in_quotes_and_no_titles(complete: Complete, evil: Path, shell: str) -> None:
    rows = [line.partition(":::")[::2] for line in complete(shell, "ask", "evil", "--pick", "").splitlines()]
    assert rows == [("'" + choice.replace("'", "''") + "'", " ") for choice in HOSTILE]
    assert "--pick::: " in complete(shell, "ask", "evil", "--").splitlines()
    assert complete(shell, "ask", "jwgs-co").splitlines()[0] == "jwgs-co-chaired-by::: "
    text = EVIL.replace(json.dumps(HOSTILE), json.dumps(["x’y", "a:::b", "m\\"]))
    (evil / "queries" / "officials" / "evil.rq").write_text(text)
    assert "'x’’y'::: " in complete(shell, "ask", "evil", "--pick", "")
    assert ":::b" not in complete(shell, "ask", "evil", "--pick", "")


def test_shell_that_is_not_known_gets_plain_words(
    evil: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_OTHER_COMPLETE", "complete_zsh")
    for words, said in (("other ask ", "jwgs-co-chaired-by"), ("other ask evil --pick ", "")):
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
        with pytest.raises(SystemExit):
            app(args=[], prog_name="other")
        out = capsys.readouterr().out
        assert said in out
        assert "touch" not in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_long_and_unprintable_choices_and_odd_names_are_not_offered(complete: Complete, evil: Path, shell: str) -> None:
    choices = ["xa", "xb\ny", "xd\u202e", "x" * 201, "x" * 200, "xe\u00a0"]
    text = EVIL.replace(json.dumps(HOSTILE), json.dumps([*choices, "m\\"]))
    (evil / "queries" / "officials" / "evil.rq").write_text(text)
    (evil / "queries" / "officials" / "evil\nx.rq").write_text(text)
    (evil / "queries" / "officials" / os.fsdecode(b"evil\xff.rq")).write_text(text)
    said = complete(shell, "ask", "evil", "--pick", "x")
    assert len([line for line in said.splitlines() if "x" in line]) == 2
    assert len(complete(shell, "ask", "evil").splitlines()) == (1 if shell == "zsh" else 3)


def kept(tmp_path: Path) -> Path:
    """The file that labels are kept in, with another label in it, and the other user's permissions."""
    labels(Project.open(ROOT))
    (file,) = (tmp_path / "cache" / "defkg").iterdir()
    file.write_text(file.read_text().replace("Amitabh Prasad", "Amended"))
    return file


def _linked(file: Path) -> None:
    file.rename(file.with_name("there"))
    file.symlink_to("there")


def _piped(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _long(file: Path) -> None:
    file.write_text(file.read_text() + " " * (1 << 20))


def _foldered(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    "spoil", [_linked, _piped, _long, _foldered, lambda file: file.chmod(0o620), lambda file: file.chmod(0o602)]
)
def test_cache_that_is_not_the_users_own_file_is_not_used(
    complete: Complete, tmp_path: Path, spoil: Callable[[Path], Any]
) -> None:
    file = kept(tmp_path)
    assert complete("fish", *ASKED) == "Amended\n"
    spoil(file)
    assert complete("fish", *ASKED) == "Amitabh Prasad\n"
    assert not [path for path in file.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_cache_of_another_user_is_not_used(complete: Complete, tmp_path: Path) -> None:
    file = kept(tmp_path)
    os.chown(file, 12345, -1)
    assert complete("fish", *ASKED) == "Amitabh Prasad\n"
    assert file.stat().st_uid == 0
    file.unlink()
    os.chown(file.parent, 12345, -1)
    complete("fish", *ASKED)
    assert not file.exists()


def test_nothing_is_kept_where_others_may_write(complete: Complete, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "defkg"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert complete("fish", *ASKED) == "Amitabh Prasad\n"
    assert list(folder.iterdir()) == []
    folder.rmdir()
    (tmp_path / "there").mkdir()
    folder.symlink_to(tmp_path / "there")
    complete("fish", *ASKED)
    assert list((tmp_path / "there").iterdir()) == []


def test_cache_is_not_in_the_working_folder(
    complete: Complete, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    monkeypatch.setenv("XDG_CACHE_HOME", "data")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    complete("fish", *ASKED)
    assert not (copy / "data" / "defkg").exists()
    assert len(list((tmp_path / "home" / ".cache" / "defkg").iterdir())) == 1
    monkeypatch.setenv("HOME", "data")
    assert complete("fish", *ASKED) == "Amitabh Prasad\n"
    assert not (copy / "data" / ".cache").exists()


def test_too_many_labels_are_not_kept(complete: Complete, copy: Path, tmp_path: Path) -> None:
    file = copy / "data" / "registry" / "officials.ttl"
    file.write_text(file.read_text().replace('"Amitabh Prasad"', f'"{"x" * (1 << 20)}"'))
    labels(Project.open(copy))
    assert not (tmp_path / "cache").exists()

"""Wheel and sdist: what is in them, that they are the same each time, and that the wheel runs without network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

import defkg
from defkg.project import FOLDERS
from tests.conftest import ROOT
from tests.services import program

pytestmark = pytest.mark.services
_OTHERWISE = "tests/examples"
_CLIENT = """import defkg

kg = defkg.load()
reveal_type(kg)
number: int = kg.ask("jwgs-co-chaired-by", official="Amitabh Prasad")
"""


def ran(*words: str | Path, folder: Path | None = None, fine: tuple[int, ...] = (0,)) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DEFKG_", "PYTHON"))}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in fine, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path, *packages: str | Path) -> Path:
    """The Python of a new environment with packages in the tested versions."""
    python = folder / "bin" / "python"
    ran(sys.executable, "-m", "venv", folder)
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = subprocess.run(
        [str(word) for word in (*pip, "--constraint", ROOT / "constraints.txt", *packages)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "No matching distribution" in done.stderr and not os.environ.get("CI"):
        pytest.skip("PyPI cannot be reached, from which the packages come")
    assert done.returncode == 0, done.stderr
    return python


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("builder"), "hatchling")


def built(builder: Path, checkout: Path, output: Path) -> tuple[Path, Path]:
    ran(builder, "-m", "hatchling", "build", "-d", output, folder=checkout)
    (wheel,), (sdist,) = output.glob("*.whl"), output.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def packages(builder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return built(builder, ROOT, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def installed(packages: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("installed"), packages[0])


def of_repository(*folders: str) -> set[str]:
    """The files of folders that are not ignored; empty outside of a repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("which files belong to the project only its repository tells")
    listed = ran("git", "ls-files", "--cached", "--others", "--exclude-standard", *folders, folder=ROOT)
    return {name for name in listed.splitlines() if (ROOT / name).exists()}


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


def test_the_wheel_has_the_package_and_the_graph_and_nothing_else(packages: tuple[Path, Path]) -> None:
    code = {name.removeprefix("src/") for name in of_repository("src/defkg")}
    graph = {f"defkg/bundled/{name}" for name in of_repository(*FOLDERS, _OTHERWISE)}
    inside = {name for name in names(packages[0]) if not name.startswith(f"defkg-{defkg.__version__}.dist-info/")}
    assert inside == code | graph


def test_the_wheel_tells_its_licences_and_that_it_is_typed(packages: tuple[Path, Path]) -> None:
    inside, told = names(packages[0]), f"defkg-{defkg.__version__}.dist-info"
    assert {f"{told}/licenses/LICENSE", f"{told}/licenses/LICENSE-DATA", "defkg/py.typed"} <= inside
    assert any(name.endswith("static/vendor/THIRD_PARTY.txt") for name in inside)


def test_the_sdist_has_the_repository(packages: tuple[Path, Path]) -> None:
    with tarfile.open(packages[1]) as file:
        inside = {member.name.partition("/")[2] for member in file.getmembers()}
    assert inside - {"PKG-INFO"} == of_repository(".")


def test_nothing_in_the_packages_names_this_machine(packages: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(packages[0]) as file:
        assert [name for name in file.namelist() if str(ROOT).encode() in file.read(name)] == []


def test_the_sdist_builds_the_same_wheel(builder: Path, packages: tuple[Path, Path], tmp_path: Path) -> None:
    wheel, sdist = packages
    shutil.unpack_archive(sdist, tmp_path / "unpacked", filter="data")
    (checkout,) = (tmp_path / "unpacked").iterdir()
    again, same = built(builder, checkout, tmp_path / "again")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()
    assert same.read_bytes() == sdist.read_bytes()


@pytest.fixture(scope="module")
def seen(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an installed wheel does in a folder of its own, where no other host can be reached."""
    apart = ("unshare", "--user", "--map-root-user", "--net")
    if subprocess.run([program("unshare", "util-linux"), *apart[1:], "true"], check=False).returncode:
        pytest.skip("the kernel refuses a network namespace here (unshare --user --map-root-user --net true)")
    folder = tmp_path_factory.mktemp("elsewhere")
    driver = shutil.copy(ROOT / "tests" / "unplugged.py", folder)
    told: dict[str, Any] = json.loads(ran(*apart, installed, "-I", driver, folder=folder))
    return told


def test_without_network_the_shell_answers(seen: dict[str, Any]) -> None:
    assert not seen["reachable"]
    assert defkg.__version__ in seen["version"]["out"]
    assert (seen["check"]["status"], seen["check"]["out"]) == (0, ""), seen["check"]
    assert seen["ask"]["status"] == 0
    assert len(seen["ask"]["out"].splitlines()) > 1


def test_without_network_python_answers_from_the_installed_package(seen: dict[str, Any], installed: Path) -> None:
    rows, _, path = seen["python"]["out"].strip().partition(" ")
    assert int(rows) > 0
    assert Path(path).is_relative_to(installed.parent.parent)


def test_without_network_the_server_answers(seen: dict[str, Any]) -> None:
    served = seen["served"]
    assert served["ready"]
    assert len(served["csv"].splitlines()) > 1
    assert set(served["pages"].values()) == {200}
    assert any("/vendor/" in name for name in served["static"])
    assert set(served["static"].values()) == {200}


def test_a_client_of_the_library_sees_its_types(installed: Path, tmp_path: Path) -> None:
    client = tmp_path / "client.py"
    client.write_text(_CLIENT)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--python-executable", installed)
    said = ran(*mypy, client, folder=tmp_path, fine=(1,))
    assert re.search(r'client.py:4: note: Revealed type is "defkg\.graph\.Graph"', said)
    assert 'client.py:5: error: Incompatible types in assignment (expression has type "Result"' in said
    assert "1 error in 1 file" in said.replace("Found ", "")

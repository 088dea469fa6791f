"""The Containerfile, the unit of systemd, and the server where nothing but one folder in memory can be written."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import defkg
from defkg.engine.limits import Limits
from tests.conftest import ROOT
from tests.server import free_port, until
from tests.services import program
from tests.test_cli import run

CONTAINERFILE = (ROOT / "Containerfile").read_text()
UNIT = ROOT / "deploy" / "defkg.service"
# https://docs.docker.com/reference/dockerfile/ , those that are used
KNOWN = "FROM LABEL COPY RUN ENV USER WORKDIR EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD".split()
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"
# As the unit and the image have it: all is read-only but a folder in memory, and there are no privileges to gain.
APART = """
mount --make-rprivate / && mount -t tmpfs -o size=$2 tmpfs "$1" && mount -o remount,bind,ro / || exit 9
if touch "$3/written" 2>/dev/null; then rm "$3/written"; exit 8; fi
cd / && shift 3 && exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
"""


def instructions(text: str) -> list[list[tuple[str, str]]]:
    """The instructions of each stage with what follows them."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = [line.split(None, 1) for line in plain.replace("\\\n", " ").splitlines() if line.strip()]
    stages: list[list[tuple[str, str]]] = []
    for word, rest in joined:
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, re.sub(r"\s+", " ", rest)))
    return stages


STAGES = instructions(CONTAINERFILE)
LAST = STAGES[-1]


def of(word: str) -> list[str]:
    return [rest for name, rest in LAST if name == word]


def test_every_instruction_is_known() -> None:
    assert len(STAGES) == 2
    assert [word for stage in STAGES for word, _ in stage if word not in KNOWN] == []


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignore = (ROOT / ".containerignore").read_text().split()
    copied = [shlex.split(rest)[:-1] for word, rest in STAGES[0] if word == "COPY"]
    names = [name for words in copied for name in words]
    assert len(names) > 9
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert sorted(names) == sorted(name.removeprefix("!") for name in ignore if name.startswith("!"))


def test_the_image_has_all_that_the_wheel_is_made_of() -> None:
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {"src", *wheel["force-include"], told["project"]["readme"], *told["project"]["license-files"]}
    copied = {name for word, rest in STAGES[0] if word == "COPY" for name in shlex.split(rest)[:-1]}
    assert wanted <= copied


def test_the_image_runs_nothing_as_root_and_has_no_build_tools() -> None:
    (user,) = of("USER")
    assert all(int(part) > 0 for part in user.split(":"))
    assert of("RUN") == []
    assert [rest for rest in of("COPY") if not rest.startswith("--from=build ")] == []


def test_the_image_starts_the_server_itself_so_that_signals_reach_it() -> None:
    (entry,), (command,), (stop,) = of("ENTRYPOINT"), of("CMD"), of("STOPSIGNAL")
    assert entry.startswith("[")
    assert command.startswith("[")
    assert stop == "SIGTERM"
    words = re.findall(r'"([^"]+)"', entry + command)
    assert words[:2] == ["defkg", "serve"]
    helped = run("serve", "--help").stdout
    assert [word for word in words if word.startswith("--") and word not in helped] == []


def test_the_image_tells_the_version_of_the_package() -> None:
    assert f'org.opencontainers.image.version="{defkg.__version__}"' in " ".join(of("LABEL"))


def unit() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser["Service"]


def test_the_unit_starts_and_reloads_what_there_is() -> None:
    service, helped = unit(), run("serve", "--help").stdout
    program_, command, *words = shlex.split(service["ExecStart"])
    assert (program_, command) == ("/opt/defkg/bin/defkg", "serve")
    assert [word for word in words if word.startswith("--") and word not in helped] == []
    assert service["ExecReload"].endswith("kill -HUP $MAINPID")
    assert service["KillMode"] == "mixed"  # its processes end with it, but running queries may finish before


def test_the_unit_gives_the_server_longer_to_end_than_it_takes() -> None:
    service = unit()
    words = shlex.split(service["ExecStart"])
    assert int(service["TimeoutStopSec"]) > int(words[words.index("--grace") + 1])


def test_the_unit_lets_workers_limit_themselves() -> None:
    filters = re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), re.MULTILINE)
    assert filters == ["@system-service", "~@privileged"]  # @resources has setrlimit
    assert "AF_UNIX" in unit()["RestrictAddressFamilies"]  # what workers are spoken to by


@pytest.mark.services
def test_systemd_knows_every_line_of_the_unit_and_finds_little_exposed(tmp_path: Path) -> None:
    analyze = program("systemd-analyze", "systemd")
    own = tmp_path / "defkg.service"
    own.write_text(UNIT.read_text().replace("/opt/defkg/bin/defkg", "/bin/true"))
    known = subprocess.run([analyze, "verify", str(own)], capture_output=True, text=True, check=False)
    assert [line for line in known.stderr.splitlines() if "defkg.service" in line] == []
    words = [analyze, "security", "--offline=true", "--threshold=20", str(own)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@contextmanager
def sealed(folder: Path, size: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server that can write nowhere but into so much of memory, without privileges, and its address."""
    for name in ("setpriv", "mount", "unshare"):
        program(name, "util-linux")
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("the kernel refuses a mount namespace here (unshare --map-root-user --mount true)")
    port = free_port()
    (folder / "spool").mkdir()
    serve = [sys.executable, "-m", "defkg", "serve", "--port", str(port), str(ROOT)]
    words = ["unshare", "-rm", "sh", "-c", APART, "sh", str(folder / "spool"), size, str(folder), *serve]
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder / "spool"), "PYTHONDONTWRITEBYTECODE": "1"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def ready() -> bool:
        assert process.poll() is None, (folder / "said").read_text() or process.returncode
        try:
            return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert until(ready, 60), (folder / "said").read_text()
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def asked(address: str, query: str) -> httpx.Response:
    return httpx.post(f"{address}/sparql", data={"query": query}, headers={"Accept": "text/csv"}, timeout=60)


@pytest.mark.services
def test_a_server_that_can_write_into_memory_only_gives_large_answers(tmp_path: Path) -> None:
    with sealed(tmp_path, "64m") as (process, address):
        answer = asked(address, LARGE)
        assert answer.status_code == 200, answer.text[:300]
        assert len(answer.content) == int(answer.headers["Content-Length"]) > 9_000_000
        process.send_signal(signal.SIGHUP)
        assert until(lambda: "reload" in httpx.get(f"{address}/readyz").json(), 60)
        assert httpx.get(f"{address}/readyz").json()["reload"]["result"] == "loaded"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.services
def test_where_that_memory_is_full_a_large_answer_is_an_error_and_small_ones_go_on(tmp_path: Path) -> None:
    with sealed(tmp_path, "8m") as (_, address):
        answer = asked(address, LARGE)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (500, "disk")
        assert asked(address, "ASK {}").status_code == 200


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "apache.conf"])
def test_a_proxy_waits_longer_than_a_query_may_take_and_keeps_metrics_to_itself(name: str) -> None:
    text, limits = (ROOT / "deploy" / name).read_text(), Limits()
    (seconds,) = re.findall(r"(?:read_timeout|header_timeout|timeout=) ?(\d+)", text)
    assert int(seconds) > limits.timeout
    sizes = {"nginx.conf": "client_max_body_size 1m", "Caddyfile": "max_size 1MB", "apache.conf": "Body 1048576"}
    assert sizes[name] in text
    assert limits.body == 1024
    assert "/metrics" in text


@pytest.mark.services
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"^ *ssl_.*\n", "", text, flags=re.MULTILINE).replace("443 ssl", f"127.0.0.1:{free_port()}")
    folders = "".join(f"{kind}_temp_path {kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(f"pid pid; events {{}} http {{ access_log off; {folders} {text} }}")
    words = [program("nginx", "nginx-light"), "-t", "-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

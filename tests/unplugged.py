"""Runs an installed defkg where there is no network but the loopback, and tells in JSON what it saw.

``unshare --user --map-root-user --net PYTHON tests/unplugged.py``, with the Python that has
the wheel.
Nothing but the standard library and the installed package is used.
"""

from __future__ import annotations

import fcntl
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

_SET_FLAGS, _UP = 0x8914, 0x1
_CARD = ("ask", "jwgs-co-chaired-by", "--official", "Amitabh Prasad", "--format", "csv")
_PAGES = ("/", "/questions/jwgs-co-chaired-by?official=Amitabh+Prasad", "/ontology", "/sparql", "/api/", "/about")
_QUERY = (
    "SELECT ?jwg WHERE { <https://w3id.org/defkg/id/official/amitabh-prasad> defkg:coChaired ?jwg . "
    "?jwg a defkg:JointWorkingGroup }"
)
_PYTHON = """
import defkg
rows = defkg.load().ask("jwgs-co-chaired-by", official="Amitabh Prasad")
print(len(list(rows)), defkg.__file__)
"""


def loopback() -> None:
    """Brings the loopback of this network namespace up; netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


def reachable() -> bool:
    """Whether any other host can be reached; the address is one for documentation (RFC 5737)."""
    with socket.socket() as outward:
        outward.settimeout(2)
        return outward.connect_ex(("192.0.2.1", 443)) == 0 or len(socket.if_nameindex()) > 1


def ran(*words: str) -> dict[str, object]:
    """What a program says and its exit status."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    return {"status": done.returncode, "out": done.stdout, "err": done.stderr}


def get(address: str, accept: str) -> tuple[int, str, str]:
    """Status, type and text of an answer."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.headers.get_content_type(), answer.read().decode()


def served(defkg: str) -> dict[str, object]:
    """What a server answers: a query, pages, and every file that the pages name."""
    process = subprocess.Popen([defkg, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        said = process.stderr.readline()
        (address,) = re.findall(r"at (http://\S+)/ ", said) or [said]
        pages = {path: get(address + path, "text/html") for path in _PAGES}
        names = {name for _, _, text in pages.values() for name in re.findall(r'"(/static/[^"#]+)', text)}
        return {
            "csv": get(f"{address}/sparql?{urlencode({'query': _QUERY})}", "text/csv")[2],
            "ready": json.loads(get(f"{address}/readyz", "*/*")[2])["ready"],
            "pages": {path: status for path, (status, _, _) in pages.items()},
            "static": {name: get(address + name, "*/*")[0] for name in sorted(names)},
        }
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stderr.close()


def main() -> None:
    """Prints all that was seen."""
    loopback()
    defkg = str(Path(sys.executable).with_name("defkg"))
    seen = {
        "reachable": reachable(),
        "version": ran(defkg, "--version"),
        "check": ran(defkg, "check"),
        "ask": ran(defkg, *_CARD),
        "python": ran(sys.executable, "-I", "-c", _PYTHON),
        "served": served(defkg),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()

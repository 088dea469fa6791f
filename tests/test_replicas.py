"""Three servers behind nginx, as the documentation sets it up: one is killed, and no client notices."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.server import Server, server, until
from tests.services import nginx, program

pytestmark = [pytest.mark.services, pytest.mark.alone]
QUERY = "SELECT (COUNT(*) AS ?n) WHERE {{ ?s a defkg:Country }} # {}"


class Client(threading.Thread):
    """Asks without a pause, by GET and POST in turn; remembers what was not as it should be."""

    def __init__(self, address: str, name: str, done: threading.Event) -> None:
        super().__init__()
        self.address, self.label, self.done = address, name, done
        self.asked, self.wrong = 0, list[str]()

    def run(self) -> None:
        with httpx.Client(timeout=30, headers={"Accept": "text/csv"}) as client:
            while not self.done.is_set():
                query = {"query": QUERY.format(f"{self.label} {self.asked}")}
                try:
                    response = (
                        client.get(f"{self.address}/sparql", params=query)
                        if self.asked % 2
                        else client.post(f"{self.address}/sparql", data=query)
                    )
                    if (response.status_code, response.text) != (200, "n\r\n5\r\n"):
                        self.wrong.append(f"{response.status_code} {response.text[:100]}")
                except httpx.HTTPError as error:
                    self.wrong.append(repr(error))
                self.asked += 1


def test_no_request_is_lost_when_a_replica_is_killed(tmp_path: Path) -> None:
    program("nginx", "nginx-light")
    with ExitStack() as stack:
        replicas: list[Server] = [
            stack.enter_context(server("--no-check", "--proxy", "127.0.0.1", "--client-seconds", "0")) for _ in range(3)
        ]
        address = stack.enter_context(nginx([replica.port for replica in replicas], tmp_path))
        tags = {httpx.get(f"{replica.address}/id/country/IND.ttl").headers["etag"] for replica in replicas}
        assert len(tags) == 1
        done = threading.Event()
        clients = [Client(address, str(number), done) for number in range(4)]
        for client in clients:
            client.start()
        try:
            assert until(lambda: all(client.asked > 50 for client in clients), 30)
            replicas[0].process.kill()
            replicas[0].process.wait()
            before = [client.asked for client in clients]
            assert until(lambda: all(c.asked > b + 100 for c, b in zip(clients, before, strict=True)), 30)
        finally:
            done.set()
            for client in clients:
                client.join()
        assert [client.wrong for client in clients] == [[], [], [], []]
        response = httpx.get(f"{address}/id/country/IND.ttl", headers={"If-None-Match": tags.pop()})
        assert response.status_code == 304

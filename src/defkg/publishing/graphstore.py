"""The service that is published to: its graph store, and its query service to see what is there.

Sources: SPARQL 1.1 Graph Store HTTP Protocol (W3C), sections 5.2 to 5.5; SPARQL 1.1 Protocol (W3C), section 2.1.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

import httpx

from defkg.engine.remote import departures
from defkg.engine.remote.credentials import address_of, credentials
from defkg.project import ProjectError
from defkg.publishing.fingerprint import rewritten
from defkg.table import Table
from defkg.terms import Term

_NTRIPLES = "application/n-triples"
_JSON = "application/sparql-results+json"
_PATIENCE = 600  # seconds until a store has taken one request
_PAUSES = (0.2, 1.0, 3.0)
_SPLIT = "0123456789abcdef"


class GraphStore:
    """One service.

    Args:
        address: where it takes queries.
        store: where its graph store is; empty: to be found from the address.
        environment: holds the credentials.

    Raises:
        ProjectError: an address or the credentials cannot be used, or the service does not answer.
    """

    def __init__(self, address: str, store: str, environment: Mapping[str, str]) -> None:
        self._address = address_of(address)
        self._client = httpx.Client(
            auth=credentials(environment), timeout=_PATIENCE, trust_env=False, follow_redirects=False
        )
        try:
            self.is_virtuoso = departures.is_virtuoso(self._ask("ASK {}", "").headers)
            self._store = address_of(store) if store else self._found()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def put(self, graph: str, triples: bytes) -> None:
        """Makes these N-Triples the graph.

        Raises:
            ProjectError: the store did not take them.
        """
        self._write("PUT", graph, triples)

    def post(self, graph: str, triples: bytes) -> None:
        """Adds these N-Triples, in which no blank node is, to the graph.

        Raises:
            ProjectError: the store did not take them.
        """
        self._write("POST", graph, triples)

    def delete(self, graph: str) -> None:
        """Takes the graph away; fine where there is none.

        Raises:
            ProjectError: the store did not do it.
        """
        self._write("DELETE", graph, None)

    def select(self, query: str, graph: str) -> list[dict[str, Term]]:
        """The rows of a query over one graph.

        Raises:
            ProjectError: there are none, or not all.
        """
        response = self._ask(query, graph)
        try:
            return list(map(dict, Table.parse(response.content).rows))
        except (SyntaxError, ValueError) as error:
            raise ProjectError(f"{self._address} sends what is no answer to a query: {error}") from error

    def count(self, graph: str, only: str = "") -> int:
        """How many triples of a graph pass a filter."""
        (row,) = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o {only} }}", graph)
        return int(getattr(row["n"], "value", 0))

    def triples(self, graph: str, only: str = "", prefix: str = "") -> Iterator[bytes]:
        """The triples of a graph as lines of N-Triples, as our own engine writes them.

        A store that caps its answers may do so without a word: so they are counted, and asked for in parts.

        Raises:
            ProjectError: the store does not give all of them.
        """
        expected = self.count(graph, only)
        with tempfile.TemporaryFile(prefix="defkg-") as file:
            got = self._construct(graph, only, file)
            if got >= expected:
                yield from rewritten(file)
                return
        if only and (not prefix or len(prefix) > 4):
            raise ProjectError(
                f"the store gives {got:,} of {expected:,} triples back; raise its limit on rows "
                "(Virtuoso: ResultSetMaxRows), and publish again"
            )
        for part in ([("", "FILTER(isBLANK(?s))")] if not prefix else []) + [
            (digits, f"FILTER(!isBLANK(?s) && STRSTARTS(MD5(STR(?s)), '{digits}'))")
            for digits in (prefix + digit for digit in _SPLIT)
        ]:
            yield from self.triples(graph, part[1], part[0])

    def _construct(self, graph: str, only: str, file: BinaryIO) -> int:
        """Writes the N-Triples into a file; gives how many there are."""
        lines, form = 0, _form(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o {only} }}", graph)
        headers = {"Accept": _NTRIPLES, "Accept-Encoding": "identity"}
        try:
            with self._client.stream("POST", self._address, data=form, headers=headers) as response:
                if response.status_code != 200:
                    response.read()
                    raise ProjectError(f"{self._address} answers {_told(response)}")
                for piece in response.iter_raw():
                    lines += piece.count(b"\n")
                    file.write(piece)
        except httpx.HTTPError as error:
            raise ProjectError(f"{self._address} breaks off: {error or type(error).__name__}") from error
        file.seek(0)
        return lines

    def _ask(self, query: str, graph: str) -> httpx.Response:
        response = self._send("POST", self._address, {"Accept": _JSON}, data=_form(query, graph))
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if response.status_code != 200 or kind != _JSON:
            raise ProjectError(f"{self._address} is no SPARQL service: it answers {_told(response)}")
        return response

    def _write(self, method: str, graph: str, triples: bytes | None) -> None:
        address = str(httpx.URL(self._store).copy_merge_params({"graph": graph}))
        headers = {} if triples is None else {"Content-Type": _NTRIPLES}
        response = self._send(method, address, headers, content=triples)
        if not (response.is_success or (method == "DELETE" and response.status_code == 404)):
            raise ProjectError(f"{method} of {graph}: {self._store} answers {_told(response)}")

    def _send(self, method: str, address: str, headers: Mapping[str, str], **body: object) -> httpx.Response:
        """The response; asked for again where the connection failed: all that is sent may be sent twice."""
        for pause in (*_PAUSES, None):
            try:
                return self._client.request(method, address, headers=dict(headers), **body)  # type: ignore[arg-type]
            except httpx.HTTPError as error:
                if pause is None:
                    where = address.partition("?")[0]
                    raise ProjectError(f"{where} does not answer: {error or type(error).__name__}") from error
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _found(self) -> str:
        parts = urlsplit(self._address)
        path = parts.path.rstrip("/")
        if self.is_virtuoso and path.endswith(("/sparql", "/sparql-auth")):
            found = path[: path.rindex("/")] + "/sparql-graph-crud-auth"
        elif path.endswith("/query"):
            found = path.removesuffix("query") + "store"
        elif "/repositories/" in path:
            found = path + "/rdf-graphs/service"
        else:
            raise ProjectError("where the graph store is cannot be told from the address; name it with --graph-store")
        return urlunsplit((parts.scheme, parts.netloc, found, "", ""))


def _form(query: str, graph: str) -> dict[str, str]:
    return {"query": query, **({"default-graph-uri": graph} if graph else {})}


def _told(response: httpx.Response) -> str:
    if response.status_code in (401, 403):
        return f"{response.status_code}; set DEFKG_STORE_USER and DEFKG_STORE_PASSWORD, or DEFKG_STORE_TOKEN"
    first = response.text.strip().partition("\n")[0]
    return f"{response.status_code} {''.join(c if c.isprintable() else ' ' for c in first)[:200]}".strip()

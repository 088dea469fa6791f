"""How long the pages of a graph take when they are first asked for, and then again, and how many bytes they have.

    python -m benchmarks.pages [ADDRESS]

Asks for every page of the site map, and for one of each other kind, once as nobody has before and once more.
Without an address, serves the bundled graph itself. Prints a table in Markdown, in milliseconds and kB (1,000 bytes),
a line for each kind of page; bytes are those of the page with its stylesheet, unpacked. Small queries of the endpoint,
each asked for the first time, stand above as the measure of the machine.
"""

from __future__ import annotations

import math
import re
import sys
import time
from collections import defaultdict
from statistics import median
from urllib.parse import quote, urlsplit

import httpx
from tests.kinds import BROWSER, PAGES
from tests.server import server

QUERIES = 100
SMALL = "(a small query)"


def addresses(client: httpx.Client) -> dict[str, list[str]]:
    """The pages by kind."""
    queries = (f"SELECT ?c WHERE {{ ?c a defkg:Country }} LIMIT {number}" for number in range(1, QUERIES + 1))
    found = defaultdict(list, {SMALL: [f"/sparql?query={quote(query)}&format=json" for query in queries]})
    for address in located(client, "/sitemap.xml"):
        found[kind(address)].append(address)
    known = {address for pages in found.values() for address in pages}
    for name, address in PAGES.items():
        if address not in known:
            found[name].append(address)
    return found


def located(client: httpx.Client, address: str) -> list[str]:
    """The pages of a site map, or of the maps that it lists."""
    text = client.get(address).text
    found = [urlsplit(location).path for location in re.findall(r"<loc>([^<]+)</loc>", text)]
    return [page for part in found for page in located(client, part)] if "<sitemapindex" in text else found


def kind(address: str) -> str:
    """What pages of an address are called together: its folders."""
    return address.rpartition("/")[0] + "/" if address.count("/") > 1 else address


def measured(client: httpx.Client, address: str) -> tuple[float, float, int]:
    """The milliseconds that a page takes at first, and again, and its bytes."""
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        answer = client.get(address, headers=BROWSER)
        times.append((time.perf_counter() - begun) * 1000)
    return times[0], times[1], len(answer.content)


Measured = list[tuple[float, float, int]]


def row(name: str, measured: Measured, style: int) -> str:
    """A line of the table."""
    first, again, sizes = zip(*measured, strict=True)
    late = sorted(first)[math.ceil(len(first) * 0.95) - 1]
    times = f"{median(first):.1f} | {late:.1f} | {max(first):.1f} | {median(again):.1f}"
    return f"| {name} | {len(measured):,} | {times} | {(max(sizes) + style) / 1000:.0f} |"


def report(address: str) -> None:
    """Prints the table for a server."""
    with httpx.Client(base_url=address, timeout=60) as client:
        client.get("/", headers=BROWSER)
        style = len(client.get("/static/defkg.css").content)
        print("| pages | how many | first: median | p95 | slowest | again: median | largest, kB |")
        print("|---|---|---|---|---|---|---|")
        every: Measured = []
        for name, pages in addresses(client).items():
            found = [measured(client, page) for page in pages]
            every += found if name != SMALL else []
            print(row(name, found, style), flush=True)
        print(row("all pages", every, style))


def main() -> None:
    """Measures the server at an address, or one of its own."""
    if len(sys.argv) > 1:
        report(sys.argv[1])
        return
    with server("--no-check") as running:
        report(running.address)


if __name__ == "__main__":
    main()

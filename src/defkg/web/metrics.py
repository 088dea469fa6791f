"""Metrics for the operator, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

MEDIA_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60)


class Metrics:
    """What one service has done; each has a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._seconds = Histogram(
            "defkg_query_seconds",
            "Time from a query's arrival to its outcome.",
            ["outcome"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._outcomes = Counter(
            "defkg_queries",
            "Queries by outcome: ok, cached, not-modified, or the problem.",
            ["outcome"],
            registry=registry,
        )
        self._deaths = Counter(
            "defkg_worker_deaths", "Worker processes that died, by cause.", ["cause"], registry=registry
        )
        self._lookups = Counter(
            "defkg_cache_lookups", "Look-ups in the cache of answers.", ["result"], registry=registry
        )
        self._running = 0
        in_flight = Gauge(
            "defkg_queries_in_flight", "Queries being answered, waiting ones included.", registry=registry
        )
        in_flight.set_function(lambda: self._running)
        self._queue = Gauge("defkg_queue_length", "Queries that wait for a worker.", registry=registry)
        self._cache = Gauge("defkg_cache_bytes", "Bytes of answers that are kept.", registry=registry)
        self._looked_up = {result == "hit": self._lookups.labels(result) for result in ("hit", "miss")}
        self._counted: dict[str, tuple[Counter, Histogram]] = {}

    def outcome(self, outcome: str, seconds: float) -> None:
        """Counts a query that has ended."""
        counted = self._counted.get(outcome)
        if counted is None:
            counted = self._counted[outcome] = (self._outcomes.labels(outcome), self._seconds.labels(outcome))
        counted[0].inc()
        counted[1].observe(seconds)

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Counts a query as being answered for as long as the context lasts."""
        self.began()
        try:
            yield
        finally:
            self.ended()

    def began(self) -> None:
        """Counts a query as being answered, until `ended`."""
        self._running += 1

    def ended(self) -> None:
        """Counts one query less as being answered."""
        self._running -= 1

    def lookup(self, hit: bool) -> None:
        """Counts a look-up in the cache."""
        self._looked_up[hit].inc()

    def deaths(self, cause: str) -> None:
        """Counts a worker's death; what an engine calls."""
        self._deaths.labels(cause).inc()

    def watch(self, queue: Callable[[], float] | None = None, cache: Callable[[], float] | None = None) -> None:
        """Names what tells the queue's length and the cache's bytes whenever the metrics are read."""
        if queue:
            self._queue.set_function(queue)
        if cache:
            self._cache.set_function(cache)

    def text(self) -> bytes:
        """All metrics, as `MEDIA_TYPE`."""
        return generate_latest(self._registry)

"""Metrics in the format of Prometheus: what was asked and answered, who waits, what was stopped, what is held."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one application. With several server processes their sums are given by whichever is asked."""

    def __init__(self) -> None:
        self.is_shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        registry = CollectorRegistry()
        self.registry = registry
        self.requests = Counter("regin_http_requests", "Requests by address family, method and status.", ["family", "method", "status"], registry=registry)
        self.latency = Histogram("regin_query_seconds", "Seconds from arrival of a query to the last byte, by kind.", ["kind"], buckets=BUCKETS, registry=registry)
        self.first_byte = Histogram("regin_query_first_byte_seconds", "Seconds until the answer began.", buckets=BUCKETS, registry=registry)
        self.outcomes = Counter("regin_queries", "Queries by outcome: ok, or the slug of the problem.", ["outcome"], registry=registry)
        self.bytes = Counter("regin_answer_bytes", "Bytes of answers as sent.", registry=registry)
        gauge = {"registry": registry, "multiprocess_mode": "livesum"}
        self.waiting = Gauge("regin_queue_waiting", "Requests waiting for a query process.", **gauge)
        self.running = Gauge("regin_queries_running", "Queries under way by lane.", ["lane"], **gauge)
        self.processes = Gauge("regin_query_processes", "Query processes by state.", ["state"], **gauge)
        self.memory = Gauge("regin_memory_bytes", "Memory: resident of the web process and of the nursery, which has the image; what query processes hold beside it.", ["part"], **gauge)
        self.cache_bytes = Gauge("regin_cache_bytes", "Memory taken by cached answers.", **gauge)
        self.cache_use = Gauge("regin_cache_lookups", "Cache lookups since the start: hit, miss, shared.", ["result"], **gauge)
        self.kills = Gauge("regin_query_processes_ended", "Query processes ended since the start, by cause.", ["cause"], **gauge)
        self.release = Gauge("regin_release_info", "The release that is served; the value is 1.", ["version", "identity"], registry=registry, multiprocess_mode="max")
        self._release_labels: tuple[str, str] | None = None
        # Looking a series up by its labels takes longer than counting; there are few of them.
        self.requests_of, self.outcome, self.latency_of = cache(self.requests.labels), cache(self.outcomes.labels), cache(self.latency.labels)

    def look(self, engine: Any) -> None:
        """Take the state of an engine into the gauges."""
        lanes, generation = engine.lanes, engine.generation
        self.waiting.set(lanes.waiting)
        self.running.labels("quick").set(len(lanes.quick))
        self.running.labels("slow").set(len(lanes.slow))
        if hasattr(engine, "cache"):
            self.cache_bytes.set(engine.cache.bytes)
            for result in ("hits", "misses", "shared"):
                self.cache_use.labels(result).set(getattr(engine, result))
        self.memory.labels("web").set(_resident(os.getpid()))
        if generation is None:
            return
        self.processes.labels("idle").set(len(generation.idle))
        self.processes.labels("busy").set(len(generation.busy))
        self.processes.labels("former").set(sum(len(former.busy) for former in engine.former))
        self.memory.labels("nursery").set(_resident(generation.nursery_pid))
        self.memory.labels("queries").set(sum(worker.use().held for worker in [*generation.idle, *generation.busy]))
        for cause in {*engine.kills, *generation.kills}:
            self.kills.labels(cause).set(engine.kills.get(cause, 0) + generation.kills.get(cause, 0))
        labels = (engine.release.version, engine.release.identity)
        if labels != self._release_labels:
            if self._release_labels is not None:
                self.release.labels(*self._release_labels).set(0)
            self._release_labels = labels
        self.release.labels(*labels).set(1)

    def text(self) -> bytes:
        """Give all metrics in Prometheus' text format."""
        if not self.is_shared:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0

"""What watches the service: /health, /ready, /heartbeat and /metrics.

Promise: counts and states only, never a number, a name or a text. `/health` says that this process
answers; `/ready` that what it needs answers too; `/heartbeat` that the whole service runs, clock,
workers and phone network, for whoever watches from outside. `/metrics` adds up all web processes,
and is hidden from whoever comes through the proxy in front of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from werkzeug.exceptions import HTTPException

from service import settings
from service.figures import Figure
from service.heartbeat import Trouble

# where a hook's time goes: the network gives 15 s, and people feel more than one
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Check(NamedTuple):
    """Something that web leans on. Where it is not `needed`, its absence is only told."""

    name: str
    works: Callable[[], bool]
    needed: bool


class Seen:
    """Counts and times what the hooks did, in this process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._hooks = Counter(
            "hearthline_hooks",
            "Webhooks answered, by kind and by HTTP status.",
            ["kind", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hearthline_hook_seconds",
            "How long a webhook took.",
            ["kind"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    @contextmanager
    def hook(self, kind: str) -> Iterator[None]:
        """Around the handling of one webhook."""
        began = time.perf_counter()
        status = "200"
        try:
            yield
        except HTTPException as answered:
            status = str(answered.code)
            raise
        except Exception:
            status = "500"
            raise
        finally:
            self._hooks.labels(kind, status).inc()
            self._seconds.labels(kind).observe(time.perf_counter() - began)


def watch(
    seen: Seen,
    checks: Iterable[Check],
    figures: Callable[[], Iterable[Figure]],
    beat: Callable[[], Sequence[Trouble]],
) -> Blueprint:
    """The four pages as a blueprint. `figures` is asked at each scrape, `beat` each time: it is
    to keep its answer for a while."""
    blueprint = Blueprint("watch", __name__)
    asked = tuple(checks)
    house = _House(figures)

    @blueprint.get("/health")
    def health() -> Response:
        return jsonify(health="ok")

    @blueprint.get("/ready")
    def ready() -> tuple[Response, int]:
        found = {check.name: _works(check) for check in asked}
        fine = all(found[check.name] for check in asked if check.needed)
        told = {name: "ok" if works else "away" for name, works in found.items()}
        return jsonify(ready=fine, **told), 200 if fine else 503

    @blueprint.get("/heartbeat")
    def heartbeat() -> tuple[Response, int]:
        troubles = beat()
        told: dict[str, object] = {"heartbeat": "failing" if troubles else "ok"}
        if troubles:
            told["reasons"] = [f"{trouble.part}: {trouble.told}" for trouble in troubles]
        answer = jsonify(told)
        answer.headers["Cache-Control"] = "no-store"
        return answer, 503 if troubles else 200

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if "X-Forwarded-For" in request.headers:  # from outside, through the proxy
            abort(404)
        shown = CollectorRegistry()
        shown.register(house)
        text = generate_latest(_all_processes(seen)) + generate_latest(shown)
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    return blueprint


class _House(Collector):
    """The figures of the house as gauges."""

    def __init__(self, figures: Callable[[], Iterable[Figure]]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures():
            family = families.get(figure.name)
            if family is None:
                family = GaugeMetricFamily(
                    f"hearthline_{figure.name}", figure.meaning, labels=list(figure.labels)
                )
                families[figure.name] = family
            family.add_metric(list(figure.labels.values()), figure.value)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        return ()  # known only when asked


def _all_processes(seen: Seen) -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in settings.environment():
        return seen.registry
    everybody = CollectorRegistry()
    multiprocess.MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
    return everybody


def _works(check: Check) -> bool:
    try:
        return check.works()
    except Exception:  # whatever it is, it does not answer; its own module logs why
        return False

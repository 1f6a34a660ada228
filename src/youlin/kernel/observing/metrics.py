"""Figures for Prometheus, added up over all processes of this machine that share a home.

Each process writes into files of its own in memory (`/dev/shm` where there is one): on a full disk a mapped file
would end the process. Nothing here may ever disturb what is counted.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_MEMORY = Path("/dev/shm")


def folder() -> Path:
    """Where the processes of this home keep their figures."""
    base = _MEMORY if os.access(_MEMORY, os.W_OK) else settings.YOULIN_HOME
    name = hashlib.sha256(str(settings.YOULIN_HOME).encode()).hexdigest()[:12]
    return Path(base) / f"youlin-metrics-{os.getuid()}-{name}"


folder().mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder())

# Only now: the library decides at its first import whether there are several processes.
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_requests = Counter("youlin_requests", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram("youlin_request_seconds", "Time until the answer.", ["route"], buckets=BUCKETS)
_jobs = Counter("youlin_jobs", "Jobs run, by how they ended.", ["job", "outcome"])
_job_seconds = Counter("youlin_job_seconds", "Time spent in jobs.", ["job"])


def answered(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one request. `route` is the pattern of the address, never the address: that may name a case."""
    with contextlib.suppress(OSError):
        _requests.labels(method, route, str(status)).inc()
        _seconds.labels(route).observe(seconds)


def job_ended(*, job: str, outcome: str, seconds: float) -> None:
    """Count one run of a job."""
    with contextlib.suppress(OSError):
        _jobs.labels(job, outcome).inc()
        _job_seconds.labels(job).inc(seconds)


def exposed() -> bytes:
    """Everything, in Prometheus' text format: counters of all processes, and how the installation stands."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder()))  # type: ignore[no-untyped-call]
    registry.register(_Standing())
    return generate_latest(registry)


def forget_the_dead() -> None:
    """Remove the files of processes that are gone. Called at start: counters may then begin anew."""
    for file in folder().glob("*.db"):
        number = file.stem.rsplit("_", 1)[-1]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            file.unlink(missing_ok=True)


class _Standing(Collector):
    """What `operations.findings` sees: whether each part is well, and its figures."""

    def collect(self) -> Iterator[Metric]:
        from youlin.kernel import operations

        found = operations.findings()
        well = GaugeMetricFamily("youlin_well", "1 while a part is well.", labels=["part"])
        for finding in found:
            well.add_metric([finding.name], float(finding.well))
        yield well
        for finding in found:
            for name, value in finding.figures.items():
                yield GaugeMetricFamily(f"youlin_{finding.name}_{name}", finding.name, value=float(value))

"""Jobs: what is done later or again and again, by workers that may die at any moment."""

from youlin.kernel.jobs.models import Lease, ScheduledRun, WorkerBeat
from youlin.kernel.jobs.pending import run_due, run_pending
from youlin.kernel.jobs.schedule import Schedule, every, schedules
from youlin.kernel.jobs.selectors import LatestRun, failed, latest_runs, waiting
from youlin.kernel.jobs.tasks import Job, job, registered_jobs
from youlin.kernel.jobs.worker import Worker

__all__ = [
    "Job",
    "LatestRun",
    "Lease",
    "Schedule",
    "ScheduledRun",
    "Worker",
    "WorkerBeat",
    "every",
    "failed",
    "job",
    "latest_runs",
    "registered_jobs",
    "run_due",
    "run_pending",
    "schedules",
    "waiting",
]

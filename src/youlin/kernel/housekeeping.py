"""What the kernel does by itself every night."""

from datetime import timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, idempotency, jobs, journal, pacing, tallies
from youlin.kernel.reactions import ReactionFailure
from youlin.kernel.search import following

DONE_TASKS_KEPT = timedelta(days=14)
FAILED_TASKS_KEPT = timedelta(days=90)
RUNS_KEPT = timedelta(days=30)


@jobs.every(daily_at="00:20", name="journal.digest")
def sign_the_day() -> int:
    """Sign every district's journal; how many had something new."""
    return len(journal.make_digests())


@jobs.every(minutes=1, name="kernel.mark_findable")
def mark_findable() -> int:
    """Marks for what an older version made findable, for a while at a time; how many."""
    return following.catch_up(batches=50)


@jobs.every(minutes=1, name="kernel.count_cells")
def count_cells() -> int:
    """Add what changed on the map, and what became late, to the counts of its cells; how many changes."""
    return tallies.fold_all()


@jobs.every(daily_at="02:40", name="kernel.recount_cells")
def recount_cells() -> int:
    """Count the cells of the map anew from the rows themselves; of how many districts."""
    return tallies.recount_all()


@jobs.every(daily_at="03:10", name="kernel.tidy")
def tidy() -> dict[str, int]:
    """Delete what only served its time: finished tasks, scheduled runs, answers, solved failures."""
    now = clock.now()
    done = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - DONE_TASKS_KEPT
    )
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__lt=now - FAILED_TASKS_KEPT
    )
    runs = jobs.ScheduledRun.objects.filter(created_at__lt=now - RUNS_KEPT)
    solved = ReactionFailure.objects.filter(
        state=ReactionFailure.State.SOLVED, next_at__lt=now - FAILED_TASKS_KEPT
    )
    return {
        "tasks": done.delete()[0] + failed.delete()[0],
        "runs": runs.delete()[0],
        "failures": solved.delete()[0],
        "answers": idempotency.forget_old(),
        "paces": pacing.forget_old(),
    }

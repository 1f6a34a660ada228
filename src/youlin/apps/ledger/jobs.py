"""What the ledger does by itself: what has run out goes back, holds that are over are let go, merged records followed."""

from youlin.apps.ledger.services import expiring, merging
from youlin.kernel import jobs


@jobs.every(name="ledger.run_out", daily_at="02:40")
def run_out() -> None:
    """Move what has run out back to the pots, and what came late to records that were merged."""
    for district in expiring.districts():
        expiring.expire_lots(district)
        merging.follow_late(district)


@jobs.every(name="ledger.release_holds", minutes=5)
def release_holds() -> None:
    """Let go of holds whose time is over."""
    for district in expiring.districts():
        expiring.release_holds(district)

"""Numbers of calls are kept as long as contacts of reporters, then emptied."""

from datetime import datetime

from youlin.apps.cases.models import HotlineCall
from youlin.apps.duties import selectors as duties

DAYS = 180


def forget_before(before: datetime) -> int:
    """Empty the numbers of calls that ended before a moment; how many."""
    return sum(
        HotlineCall.objects.filter(district=district, ended_at__lt=before)
        .exclude(phone="")
        .update(phone="", phone_blind="")
        for district in duties.all_districts()
    )

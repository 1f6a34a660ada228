"""Every write of cases: keyword-only, one transaction, one journal entry, access checked here.

`report` and `me_too` take in, `act` does what the case's table declares, `record_follow_up`, `rate` and
`reopen` are the petitioner's word, `escalate_overdue` climbs, `bulk` is the way of imports.
"""

from youlin.apps.cases.services.acts import act
from youlin.apps.cases.services.escalation import escalate_overdue
from youlin.apps.cases.services.follow_up import rate, record_follow_up, reopen
from youlin.apps.cases.services.intake import Receipt, report
from youlin.apps.cases.services.joining import me_too
from youlin.apps.cases.services.unmasking import unmask_reporter

__all__ = [
    "Receipt",
    "act",
    "escalate_overdue",
    "me_too",
    "rate",
    "record_follow_up",
    "report",
    "reopen",
    "unmask_reporter",
]

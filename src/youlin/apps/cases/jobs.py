"""What cases do by the clock; found here when Django starts."""

from youlin.apps.cases.hotline.backfilling import begin as find_old_contacts
from youlin.apps.cases.hotline.backfilling import go_on as blind_old_contacts
from youlin.apps.cases.lists.archive import archive_nightly
from youlin.apps.cases.lists.bulk.doing import bulk_step
from youlin.apps.cases.lists.exports.making import export_step
from youlin.apps.cases.services.escalation import escalate_overdue
from youlin.apps.cases.services.measures import wake_measures

__all__ = [
    "archive_nightly",
    "blind_old_contacts",
    "bulk_step",
    "escalate_overdue",
    "export_step",
    "find_old_contacts",
    "wake_measures",
]

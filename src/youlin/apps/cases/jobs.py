"""What cases do by the clock; found here when Django starts."""

from youlin.apps.cases.lists.archive import archive_nightly
from youlin.apps.cases.lists.bulk.doing import bulk_step
from youlin.apps.cases.lists.exports.making import export_step
from youlin.apps.cases.services.escalation import escalate_overdue
from youlin.apps.cases.services.measures import wake_measures

__all__ = ["archive_nightly", "bulk_step", "escalate_overdue", "export_step", "wake_measures"]

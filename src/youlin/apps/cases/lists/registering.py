"""What lists tell the kernel when Django starts."""

from django.conf import settings

from youlin.apps.cases.lists import acts, sheets
from youlin.apps.cases.lists.bulk import results
from youlin.apps.cases.lists.exports import asking
from youlin.kernel import journal, privacy


def register() -> None:
    """Journal acts, and how long files and records are kept."""
    journal.register_acts(acts.ACTS)
    privacy.register_retention("cases.exports", "export", settings.EXPORT_DAYS, asking.expire)
    privacy.register_retention("cases.bulk_runs", "bulk_run", results.KEPT_DAYS, results.forget_before)
    privacy.register_retention("cases.print_sheets", "print_sheet", sheets.KEPT_DAYS, sheets.forget_before)

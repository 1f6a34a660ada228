"""What cases do by the clock; found here when Django starts."""

from youlin.apps.cases.services.escalation import escalate_overdue

__all__ = ["escalate_overdue"]

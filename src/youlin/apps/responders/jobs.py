"""What responders do by the clock; found here when Django starts."""

from youlin.apps.responders.services.waves import run_due, wave

__all__ = ["run_due", "wave"]

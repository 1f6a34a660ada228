"""What responders do by the clock; found here when Django starts."""

from youlin.apps.responders.services.attending import close_due
from youlin.apps.responders.services.waves import run_due, wave

__all__ = ["close_due", "run_due", "wave"]

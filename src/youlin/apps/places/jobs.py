"""What places do by the clock; found here when Django starts."""

from youlin.apps.places.services.asking import ask_for_confirmation

__all__ = ["ask_for_confirmation"]

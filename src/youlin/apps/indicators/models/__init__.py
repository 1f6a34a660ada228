"""Tables of indicators."""

from youlin.apps.indicators.models.declared import DeclaredIndicator

__all__ = ["DeclaredIndicator"]

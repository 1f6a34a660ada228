"""What offers do behind a page; found here when Django starts."""

from youlin.apps.offers.rosters.undoing import forget_listed

__all__ = ["forget_listed"]

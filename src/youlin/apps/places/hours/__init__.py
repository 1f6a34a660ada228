"""Opening hours: OSM `opening_hours` values, Chinese holidays and make-up days, and words for people.

The evaluation itself is a library's (opening-hours-rs). It knows only the first day of each Chinese holiday and
nothing of make-up days, so an expression is spelled out with the dates of our calendar before it is evaluated.
"""

from youlin.apps.places.hours.evaluating import Hours, Span, Standing, open_at, spans, standing
from youlin.apps.places.hours.reading import check, read
from youlin.apps.places.hours.telling import DayHours, week

__all__ = ["DayHours", "Hours", "Span", "Standing", "check", "open_at", "read", "spans", "standing", "week"]

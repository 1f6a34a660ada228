"""Finding places: the nearest that are open and have all that somebody needs, over any number of points.

A district's places are kept in memory as columns (`columns`), brought up to date by revision; what is asked is
answered over all of them at once (`nearest`). The rows themselves are read for the few that are shown.
"""

from youlin.apps.places.finding.asking import Answer, Asked, Found, answer, nearest
from youlin.apps.places.finding.columns import Columns, columns_of, forget
from youlin.apps.places.finding.seeing import Box, Bunch, Seen, seen

__all__ = [
    "Answer",
    "Asked",
    "Box",
    "Bunch",
    "Columns",
    "Found",
    "Seen",
    "answer",
    "columns_of",
    "forget",
    "nearest",
    "seen",
]

"""What the selectors of cases return: plain, immutable rows, already cut to what the asker may see.

Times are aware and in UTC; names are in the language of the request. Nothing here reads the database.
"""

from youlin.apps.cases.selectors.rows.choices import Choice
from youlin.apps.cases.selectors.rows.crossing import Offer, Received, Sent
from youlin.apps.cases.selectors.rows.figures import AreaFigures, DayCount
from youlin.apps.cases.selectors.rows.lists import (
    Box,
    CaseFilters,
    CaseRow,
    CategoryRow,
    Cluster,
    Counts,
    MapPoint,
    MapView,
    Suggestion,
)
from youlin.apps.cases.selectors.rows.measures import Beginning, MeasureRow, MeasureStep, PartRow
from youlin.apps.cases.selectors.rows.page import (
    ActField,
    Answer,
    AvailableAct,
    CasePage,
    ClockRow,
    Likely,
    Nearby,
    Photo,
    ReporterRow,
    Step,
    TimelineEntry,
)
from youlin.apps.cases.selectors.rows.paging import Page
from youlin.apps.cases.selectors.rows.public import (
    MyCase,
    PublicCase,
    PublicCasePage,
    PublicMap,
    PublicTimelineEntry,
    Question,
    Track,
)
from youlin.apps.cases.words import Light

__all__ = [
    "ActField",
    "Answer",
    "AreaFigures",
    "AvailableAct",
    "Beginning",
    "Box",
    "CaseFilters",
    "CasePage",
    "CaseRow",
    "CategoryRow",
    "Choice",
    "ClockRow",
    "Cluster",
    "Counts",
    "DayCount",
    "Light",
    "Likely",
    "MapPoint",
    "MeasureRow",
    "MeasureStep",
    "MapView",
    "MyCase",
    "Nearby",
    "Offer",
    "Page",
    "PartRow",
    "Photo",
    "PublicCase",
    "PublicCasePage",
    "PublicMap",
    "PublicTimelineEntry",
    "Question",
    "Received",
    "ReporterRow",
    "Sent",
    "Step",
    "Suggestion",
    "TimelineEntry",
    "Track",
]

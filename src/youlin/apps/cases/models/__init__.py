"""A case is a promise with a clock: declared types, one append-only history (the journal), many workflows."""

from youlin.apps.cases.models.answers import FollowUpCall, Rating
from youlin.apps.cases.models.attached import CaseClock, CaseMedia, CaseReporter
from youlin.apps.cases.models.calls import FollowUpRound, HotlineCall
from youlin.apps.cases.models.case import Case
from youlin.apps.cases.models.crossing import Arrival, Crossing
from youlin.apps.cases.models.declared import CaseType, Category
from youlin.apps.cases.models.desk import BulkItem, BulkRun, CasePresence, PrintSheet, SavedFilter
from youlin.apps.cases.models.exported import ArchiveRun, ExportRun
from youlin.apps.cases.models.imported import ImportedRow, ImportRun
from youlin.apps.cases.models.measure import Measure
from youlin.apps.cases.models.moderated import PublishedWords

__all__ = [
    "ArchiveRun",
    "Arrival",
    "BulkItem",
    "BulkRun",
    "Case",
    "CaseClock",
    "CaseMedia",
    "CasePresence",
    "CaseReporter",
    "CaseType",
    "Category",
    "Crossing",
    "ExportRun",
    "FollowUpCall",
    "FollowUpRound",
    "HotlineCall",
    "ImportRun",
    "ImportedRow",
    "Measure",
    "PrintSheet",
    "PublishedWords",
    "Rating",
    "SavedFilter",
]

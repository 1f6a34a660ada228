"""A case is a promise with a clock: declared types, one append-only history (the journal), many workflows."""

from youlin.apps.cases.models.answers import FollowUpCall, Rating
from youlin.apps.cases.models.attached import CaseClock, CaseMedia, CaseReporter
from youlin.apps.cases.models.case import Case
from youlin.apps.cases.models.declared import CaseType, Category
from youlin.apps.cases.models.imported import ImportedRow, ImportRun

__all__ = [
    "Case",
    "CaseClock",
    "CaseMedia",
    "CaseReporter",
    "CaseType",
    "Category",
    "FollowUpCall",
    "ImportRun",
    "ImportedRow",
    "Rating",
]

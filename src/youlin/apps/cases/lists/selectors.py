"""Every read about lists of cases; each answers only with what the actor may see."""

from youlin.apps.cases.lists.bulk.looking import Preview, offers, preview
from youlin.apps.cases.lists.bulk.results import bulk_items, bulk_run, bulk_runs
from youlin.apps.cases.lists.bulk.rules import MOST as BULK_MOST
from youlin.apps.cases.lists.bulk.rules import UNDO_FOR
from youlin.apps.cases.lists.exports.asking import exports, may_unmask
from youlin.apps.cases.lists.exports.columns import COLUMNS
from youlin.apps.cases.lists.exports.making import MOST as EXPORT_MOST
from youlin.apps.cases.lists.filters import (
    default_filter,
    saved_filter,
    saved_filters,
    sharing_kinds,
)
from youlin.apps.cases.lists.sets import COUNTED, count, numbers, states
from youlin.apps.cases.lists.sheets import sheet

__all__ = [
    "BULK_MOST",
    "COLUMNS",
    "COUNTED",
    "EXPORT_MOST",
    "UNDO_FOR",
    "Preview",
    "bulk_items",
    "bulk_run",
    "bulk_runs",
    "count",
    "default_filter",
    "exports",
    "may_unmask",
    "numbers",
    "offers",
    "preview",
    "saved_filter",
    "saved_filters",
    "sharing_kinds",
    "sheet",
    "states",
]

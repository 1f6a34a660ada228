"""Every write about lists of cases: keyword-only, access checked here, journalled."""

from youlin.apps.cases.lists.archive import archive_closed
from youlin.apps.cases.lists.bulk.doing import Given, act_on_many, undo_run
from youlin.apps.cases.lists.exports.asking import ask_export, fetch_export
from youlin.apps.cases.lists.filters import drop_filter, move_filter, save_filter
from youlin.apps.cases.lists.presence import be_present, leave
from youlin.apps.cases.lists.sheets import print_case, print_list

__all__ = [
    "Given",
    "act_on_many",
    "archive_closed",
    "ask_export",
    "be_present",
    "drop_filter",
    "fetch_export",
    "leave",
    "move_filter",
    "print_case",
    "print_list",
    "save_filter",
    "undo_run",
]

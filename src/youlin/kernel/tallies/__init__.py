"""How many open rows of a table lie in each cell of the map, and how many of them are late: exact at every moment.

Triggers on the table write down what changes, a row each: nobody who writes waits for anybody. A job of the worker
adds these changes to the counts of cells, at several widths, every minute; who reads takes the counts, the changes
since and what became late since, all in one statement. The price of reading grows with the map, not with the rows.

Counts are kept by the first signs of an area (`AREA`) and by being confidential, so that a condition on these two, of
whoever may know the rows, is a condition on the counts.
"""

from youlin.kernel.tallies.folding import fold, fold_all, recount, recount_all
from youlin.kernel.tallies.following import Counted, after_migrate, register
from youlin.kernel.tallies.models import AREA, FINEST, LEVELS
from youlin.kernel.tallies.reading import Seen, cells, ready, span

__all__ = [
    "AREA",
    "FINEST",
    "LEVELS",
    "Counted",
    "Seen",
    "after_migrate",
    "cells",
    "fold",
    "fold_all",
    "ready",
    "recount",
    "recount_all",
    "register",
    "span",
]

"""Choosing whom to call: those that fit and cost least, over any number of responders at once.

A district's responders are kept in memory as columns (`columns`), brought up to date by revision; who is asked for is
looked for among all of them at once (`asking`). `times` says when somebody may be called.
"""

from youlin.apps.responders.choosing.asking import Answer, Asked, Chosen, choose
from youlin.apps.responders.choosing.columns import Columns, columns_of, forget

__all__ = ["Answer", "Asked", "Chosen", "Columns", "choose", "columns_of", "forget"]

"""Every write of duties: keyword-only, one transaction, one journal entry, access checked here."""

from youlin.apps.duties.services.assignments import assign, end_assignment
from youlin.apps.duties.services.following import carry_out_due, register_handover
from youlin.apps.duties.services.kinds import declare_kind, retire_kind, retire_kinds
from youlin.apps.duties.services.leaves import come_back, go_on_leave, hand_over
from youlin.apps.duties.services.recoding import recode

__all__ = [
    "assign",
    "carry_out_due",
    "come_back",
    "declare_kind",
    "end_assignment",
    "go_on_leave",
    "hand_over",
    "recode",
    "register_handover",
    "retire_kind",
    "retire_kinds",
]

"""Every write of gates: keyword-only, one transaction, one journal entry, access checked here."""

from youlin.apps.gates.services.keeping import change, join, name_head
from youlin.apps.gates.services.passing import Answer, again, lend_vehicle, look, record
from youlin.apps.gates.services.refusing import complain, refuse
from youlin.apps.gates.services.ruling import retire_rule, set_rule
from youlin.apps.gates.services.walking import walked

__all__ = [
    "Answer",
    "again",
    "change",
    "complain",
    "join",
    "lend_vehicle",
    "look",
    "name_head",
    "record",
    "refuse",
    "retire_rule",
    "set_rule",
    "walked",
]

"""Tables: what programmes declare, who responds, who was called, what was served."""

from youlin.apps.responders.models.calling import Call, CallOut
from youlin.apps.responders.models.declared import CallRules, Occupation, Skill, TaskKind
from youlin.apps.responders.models.responder import AddressedGroup, Responder, ResponderRevision
from youlin.apps.responders.models.service import Service, Thanks

__all__ = [
    "AddressedGroup",
    "Call",
    "CallOut",
    "CallRules",
    "Occupation",
    "Responder",
    "ResponderRevision",
    "Service",
    "Skill",
    "TaskKind",
    "Thanks",
]

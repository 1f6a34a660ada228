"""Tables: what programmes declare, who responds, who was called, what was served, in which turns; recognition."""

from youlin.apps.responders.models.calling import Call, CallOut
from youlin.apps.responders.models.declared import CallRules, Occupation, Skill, TaskKind
from youlin.apps.responders.models.recognition import Badge, Story
from youlin.apps.responders.models.responder import AddressedGroup, Responder, ResponderRevision
from youlin.apps.responders.models.service import Service, Thanks
from youlin.apps.responders.models.standing import Seat, Shift

__all__ = [
    "AddressedGroup",
    "Badge",
    "Call",
    "CallOut",
    "CallRules",
    "Occupation",
    "Responder",
    "ResponderRevision",
    "Seat",
    "Service",
    "Shift",
    "Skill",
    "Story",
    "TaskKind",
    "Thanks",
]

"""Every write of responders: keyword-only, one transaction, access checked here.

`enrolling`: who responds, with what, when and how often; verified or not. `addressing`: how many are addressed.
`calling`: a call-out begins and is stood down. `waves`: people are called, round by round. `answering`: what those who
are called say and do. `serving`: minutes served, as somebody else saw them; corrections; thanks.
"""

from youlin.apps.responders.services.addressing import count_addressed
from youlin.apps.responders.services.answering import (
    accept,
    arrive,
    decline,
    finish,
    share_position,
    withdraw,
)
from youlin.apps.responders.services.calling import CallFor, call_out, stand_down
from youlin.apps.responders.services.enrolling import change, consent_for, leave, register, register_many
from youlin.apps.responders.services.serving import confirm, correct, record, thank
from youlin.apps.responders.services.verifying import verify, withdraw_verification
from youlin.apps.responders.services.waves import run_due, send_wave

__all__ = [
    "CallFor",
    "accept",
    "arrive",
    "call_out",
    "change",
    "confirm",
    "consent_for",
    "correct",
    "count_addressed",
    "decline",
    "finish",
    "leave",
    "record",
    "register",
    "register_many",
    "run_due",
    "send_wave",
    "share_position",
    "stand_down",
    "thank",
    "verify",
    "withdraw",
    "withdraw_verification",
]

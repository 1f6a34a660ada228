"""Every write of responders: keyword-only, one transaction, access checked here.

`enrolling`: who responds, with what, when and how often; verified or not. `addressing`: how many are addressed.
`calling`: a call-out begins and is stood down. `waves`: people are called, round by round. `answering`: what those who
are called say and do. `serving`: minutes served, as somebody else saw them; corrections; thanks. `planning`: turns of
standing tasks, `seating`: their seats and waiting lists, `attending`: who came. `telling_stories`: stories of teams.
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
from youlin.apps.responders.services.attending import close, close_due, scan_pass, scan_place
from youlin.apps.responders.services.calling import CallFor, call_out, stand_down
from youlin.apps.responders.services.certifying import certify
from youlin.apps.responders.services.enrolling import change, consent_for, leave, register, register_many
from youlin.apps.responders.services.planning import Plan, cancel_shift, open_shifts
from youlin.apps.responders.services.seating import join
from youlin.apps.responders.services.seating import leave as give_back
from youlin.apps.responders.services.serving import confirm, correct, record, thank
from youlin.apps.responders.services.telling_stories import (
    Telling,
    decide_story,
    take_down_story,
    write_story,
)
from youlin.apps.responders.services.verifying import verify, withdraw_verification
from youlin.apps.responders.services.waves import run_due, send_wave

__all__ = [
    "CallFor",
    "Plan",
    "Telling",
    "accept",
    "arrive",
    "call_out",
    "certify",
    "cancel_shift",
    "change",
    "close",
    "close_due",
    "confirm",
    "consent_for",
    "correct",
    "count_addressed",
    "decide_story",
    "decline",
    "finish",
    "give_back",
    "join",
    "leave",
    "open_shifts",
    "record",
    "register",
    "register_many",
    "run_due",
    "scan_pass",
    "scan_place",
    "send_wave",
    "share_position",
    "stand_down",
    "take_down_story",
    "thank",
    "verify",
    "withdraw",
    "withdraw_verification",
    "write_story",
]

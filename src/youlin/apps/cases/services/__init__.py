"""Every write of cases: keyword-only, one transaction, one journal entry, access checked here.

`report` and `me_too` take in, `act` does what the case's table declares, `record_follow_up`, `rate` and
`reopen` are the petitioner's word, `begin_measure` and `take_step` what is done beside the workflow, `merge`,
`unmerge` and `split` what makes one case of several and several of one, `escalate_overdue` climbs, `bulk` is
the way of imports, `say_at_place` a visitor's word on a place. `hand_over`, `accept_arrival` and `refuse_arrival`
lead across a district line.
"""

from youlin.apps.cases.crossing.asking import hand_over
from youlin.apps.cases.crossing.deciding import accept as accept_arrival
from youlin.apps.cases.crossing.deciding import refuse as refuse_arrival
from youlin.apps.cases.services.acts import act
from youlin.apps.cases.services.at_places import say as say_at_place
from youlin.apps.cases.services.escalation import escalate_overdue
from youlin.apps.cases.services.follow_up import rate, record_follow_up, reopen
from youlin.apps.cases.services.intake import Receipt, report
from youlin.apps.cases.services.joining import me_too
from youlin.apps.cases.services.measures import answer_question, take_step, wake_measures
from youlin.apps.cases.services.measures import begin as begin_measure
from youlin.apps.cases.services.merging import merge, unmerge
from youlin.apps.cases.services.splitting import Part, split
from youlin.apps.cases.services.unmasking import unmask_reporter

__all__ = [
    "Part",
    "Receipt",
    "accept_arrival",
    "act",
    "answer_question",
    "begin_measure",
    "escalate_overdue",
    "hand_over",
    "me_too",
    "merge",
    "rate",
    "record_follow_up",
    "refuse_arrival",
    "reopen",
    "report",
    "say_at_place",
    "split",
    "take_step",
    "unmask_reporter",
    "unmerge",
    "wake_measures",
]

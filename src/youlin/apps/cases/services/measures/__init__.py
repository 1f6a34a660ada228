"""Measures on cases: begun, taken a step further, ended when the case goes on or when their time comes.

`begin` and `take_step` are what people do, `answer_question` what the reporter does on the tracking page,
`settle` what the case's own acts do to them, `wake_measures` what time does, `hand_over` what becomes of them when
a duty changes hands.
"""

from youlin.apps.cases.services.measures.answering import answer_question
from youlin.apps.cases.services.measures.beginning import begin
from youlin.apps.cases.services.measures.following import hand_over
from youlin.apps.cases.services.measures.settling import settle
from youlin.apps.cases.services.measures.stepping import take_step
from youlin.apps.cases.services.measures.waking import wake_measures

__all__ = ["answer_question", "begin", "hand_over", "settle", "take_step", "wake_measures"]

"""The reporter's answer to what they were asked: on the tracking page, by token or signed in."""

from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, texts
from youlin.apps.cases.measures import KINDS, RUNNING
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.services.measures import stepping
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.idempotency import once


def answer_question(
    *, actor: Actor, case_number: str, text: str, idempotency_key: str, token: str = ""
) -> Case:
    """Answer what the handler asked; the clocks run on. Raises `NotFound` alike for number and token."""
    reporter, known = lookup.reported(case_number, token=token, actor=actor)
    if reporter.kind != "reporter":
        raise lookup.no_report()
    payload = {"case": known.number, "reporter": str(reporter.id), "text": text.strip()}
    district = known.district
    with once(
        district=district, actor=actor, act="cases.answer_question", key=idempotency_key, payload=payload
    ) as asking:
        case = lookup.locked(district, reporter.case_id)
        if asking.prior is not None:
            return case
        measure = Measure.objects.filter(
            district=district, case=case, kind="pause", state=RUNNING, is_open=True
        ).first()
        if measure is None:
            raise Conflict(_("现在没有要您答复的问题"), remedy=_("请看最新进展"))
        step = KINDS["pause"].step("answer")
        assert step is not None
        if not text.strip():
            raise Invalid(_("请写下您的答复"), field="text")
        stepping.take(actor, case, measure, step, note=texts.without_personal(text.strip()))
        asking.save({"version": case.version})
    return case

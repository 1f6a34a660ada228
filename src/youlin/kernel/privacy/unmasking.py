"""Seeing a masked datum in full: for a reason, and on record."""

from django.db import models, transaction
from django.utils.translation import gettext as _

from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid
from youlin.kernel.privacy.masks import mask_text
from youlin.kernel.privacy.models import PrivacyAct

SHORTEST_REASON = 4
LONGEST_REASON = 500


def unmask(*, actor: Actor, district: str, subject: models.Model, field: str, reason: str) -> str:
    """The full value of `subject`'s field, after noting who wanted it and why.

    Whether the actor may see it at all is the caller's to check. `district` is the one the actor acts in;
    a subject of the whole city is journalled there. Raises `Invalid` without a reason.
    """
    why = checked_reason(reason)
    value = getattr(subject, field)
    with transaction.atomic():
        note(
            PrivacyAct.Act.UNMASKED, actor=actor, district=district, subject=subject, field=field, reason=why
        )
        journal.append(
            act="kernel.unmasked",
            actor=actor,
            subject=subject,
            district=district,
            after={"field": field},
            note=mask_text(why),
        )
    return "" if value is None else str(value)


def checked_reason(reason: str) -> str:
    """`reason` without blanks around it. Raises `Invalid` when it says nothing."""
    why = reason.strip()
    if len(why) < SHORTEST_REASON or len(set(why)) < 2:
        message = _("请写明原因，至少 %(count)s 个字") % {"count": SHORTEST_REASON}
        raise Invalid(message, field="reason", remedy=_("例如：电话核实上报地点"))
    return why[:LONGEST_REASON]


def note(
    act: PrivacyAct.Act, *, actor: Actor, district: str, subject: models.Model, field: str, reason: str
) -> PrivacyAct:
    """Put on record who looked at what."""
    return PrivacyAct.objects.create(
        act=act,
        district=district,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        field=field,
        reason=reason,
        actor_kind=actor.kind,
        actor_person=actor.person_id,
    )

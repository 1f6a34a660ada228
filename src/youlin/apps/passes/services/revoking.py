"""Revoking a code: at once for whoever asks the server, with the next list for those who do not."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.passes import permission
from youlin.apps.passes.models import Pass
from youlin.apps.passes.reasons import REVOKING
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

OWN = ("lost", "ended", "replaced")
"""What holders may say of their own codes."""


@transaction.atomic
def revoke(*, actor: Actor, district: str, pass_id: UUID, reason: str) -> Pass:
    """End a code before its time, for a declared reason (`REVOKING`). Done once; it never comes back.

    By whoever issues the kind, or by its holder. Raises `Invalid`, `NotAllowed`, `NotFound`.
    """
    found = Pass.objects.select_for_update(of=("self",)).select_related("kind", "place", "producer")
    row = found.filter(district=district, id=pass_id).first()
    if row is None:
        raise NotFound(_("没有这个码证"))
    if reason not in REVOKING:
        raise Invalid(_("请选停用的原因"), field="reason", remedy=_("请从列表里选"))
    if not (reason in OWN and is_own(actor, row)):
        demand_kept(actor, row)
    if row.revoked_at:
        return row
    row.revoked_at, row.revoked_why = clock.now(), reason
    row.save(update_fields=["revoked_at", "revoked_why"])
    after = {"number": row.number, "kind": row.kind.code, "reason": reason}
    journal.append(act="passes.revoked", actor=actor, subject=row, area=district, after=after)
    return row


def is_own(actor: Actor, row: Pass) -> bool:
    """Whether the code is the actor's own, also on record under their phone."""
    if actor.person_id is None or row.person_id is None:
        return False
    return row.person_id in people.same_phone(actor.person_id)


def demand_kept(actor: Actor, row: Pass) -> None:
    """Raise `NotAllowed` unless the actor issues codes like this one."""
    if row.place is not None:
        permission.demand_issue(actor, row.kind, area=row.place.area_now, organisation=row.place.keeper_id)
    elif row.producer is not None:
        permission.demand_issue(
            actor, row.kind, area=row.producer.area, organisation=row.producer.organisation_id
        )
    else:
        permission.demand_issue(actor, row.kind, organisation=row.organisation_id)

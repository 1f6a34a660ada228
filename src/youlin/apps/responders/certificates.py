"""What the page of a certificate shows: my record, or of it one service alone, and the code that was signed for it."""

from dataclasses import dataclass, replace
from uuid import UUID

from youlin.apps.passes import selectors as passes
from youlin.apps.passes.models import Pass
from youlin.apps.responders import mine
from youlin.apps.responders.mine import Record
from youlin.apps.responders.services import certifying
from youlin.apps.responders.services.voiding import KIND
from youlin.kernel.actors import Actor


@dataclass(frozen=True)
class Certificate:
    """`code` is None until it is signed; `offered` says whether it can be."""

    record: Record
    code: Pass | None
    offered: bool


def certificate(actor: Actor, district: str, service_id: UUID | None = None) -> Certificate | None:
    """My certificate as it stands now; None where there is no record, or no such service in it."""
    found = mine.record(actor, district)
    if found is None:
        return None
    if service_id is not None:
        rows = [one for one in found.rows if one.id == service_id]
        if not rows:
            return None
        found = replace(found, rows=rows, minutes=rows[0].minutes, times=1, stars=0, thanks=[], badges=[])
    offered = any(one.code == KIND for one in passes.kinds(district))
    code = certifying.issued(found.responder, found.rows, service_id)
    return Certificate(found, code, offered and bool(found.rows))

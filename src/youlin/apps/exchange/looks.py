"""Which outside systems and subscribers are alive, for whoever looks after the installation."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.exchange import selectors
from youlin.kernel import clock, operations

TITLE = _lazy("外部系统与事件订阅")
LATE = timedelta(hours=1)
"""A silence so long needs somebody; a shorter one may end by itself."""


def register() -> None:
    """Add the look to the operator's page, the doctor and the metrics."""
    operations.register("outside", TITLE, look)


def look() -> operations.Finding:
    """Who outside does not answer, since when, and what waits for them. Channels have a look of their own."""
    found = [one for one in selectors.alive() if one.kind in ("open311", "hook")]
    silent = [one for one in found if one.alive is False]
    late = [one for one in silent if one.failing_since and clock.now() - one.failing_since > LATE]
    waiting, given_up = sum(one.waiting for one in found), sum(one.given_up for one in found)
    seen = _("%(all)d 个，其中 %(silent)d 个没有应答；等待 %(waiting)d 件，不受理或放弃 %(given_up)d 件") % {
        "all": len(found),
        "silent": len(silent),
        "waiting": waiting,
        "given_up": given_up,
    }
    state: operations.State = "late" if late else "soon" if silent or given_up else "ok"
    return operations.Finding(
        "outside",
        TITLE,
        state,
        seen,
        _("在“对外交换”里看最近的错误，试一试，再转送或重新投递") if state != "ok" else "",
        {"silent": float(len(silent)), "waiting": float(waiting), "given_up": float(given_up)},
        [
            operations.Detail(title=f"{one.district} {one.name}", text=one.last_error, at=one.failing_since)
            for one in silent
        ],
    )

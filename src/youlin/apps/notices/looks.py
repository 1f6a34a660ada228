"""How messages go out, for whoever looks after the installation."""

from collections import Counter
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.notices.models import Delivery, Letter
from youlin.kernel import clock, operations

TITLE = _lazy("短信、邮件和推送")
LOOKED_BACK = timedelta(days=7)
LATE = timedelta(minutes=30)
SHOWN = 20


def register() -> None:
    """Add the look to the operator's page, the doctor and the metrics."""
    operations.register("deliveries", TITLE, look)


def look() -> operations.Finding:
    """What waits for longer than it should, and what was given up in the last week, by channel."""
    now = clock.now()
    overdue = sum(
        kind.objects.filter(state__in=["waiting", "sending"], not_before__lt=now - LATE).count()
        for kind in (Delivery, Letter)
    )
    given_up = [
        row
        for kind in (Delivery, Letter)
        for row in kind.objects.filter(state="failed", not_before__gt=now - LOOKED_BACK)
    ]
    channels = Counter(row.channel for row in given_up)
    failed = sum(channels.values())
    seen = _("超过半小时未发出 %(overdue)s 条；一周内发送失败 %(failed)s 条") % {
        "overdue": overdue,
        "failed": failed,
    }
    if channels:
        seen += "（" + "、".join(f"{name} {count}" for name, count in channels.most_common()) + "）"
    details = [
        operations.Detail(title=delivery.channel, text=delivery.last_error, at=delivery.not_before)
        for delivery in sorted(given_up, key=lambda row: row.not_before, reverse=True)[:SHOWN]
    ]
    state: operations.State = "late" if overdue else "soon" if failed else "ok"
    remedy = _("请检查短信、邮件网关的地址和密钥，见 docs/operator/settings.md") if state != "ok" else ""
    figures = {"overdue": float(overdue), "failed": float(failed)}
    return operations.Finding("deliveries", TITLE, state, seen, remedy, figures, details)

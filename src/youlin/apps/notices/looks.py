"""How messages go out, for whoever looks after the installation."""

from collections import Counter
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.notices.models import Delivery
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
    overdue = Delivery.objects.filter(state__in=["waiting", "sending"], not_before__lt=now - LATE).count()
    given_up = Delivery.objects.filter(state="failed", not_before__gt=now - LOOKED_BACK)
    channels = Counter(given_up.values_list("channel", flat=True))
    failed = sum(channels.values())
    seen = _("超过半小时未发出 %(overdue)s 条；一周内发送失败 %(failed)s 条") % {
        "overdue": overdue,
        "failed": failed,
    }
    if channels:
        seen += "（" + "、".join(f"{name} {count}" for name, count in channels.most_common()) + "）"
    details = [
        operations.Detail(title=delivery.channel, text=delivery.last_error, at=delivery.not_before)
        for delivery in given_up.order_by("-not_before")[:SHOWN]
    ]
    state: operations.State = "late" if overdue else "soon" if failed else "ok"
    remedy = _("请检查短信、邮件网关的地址和密钥，见 docs/operator/settings.md") if state != "ok" else ""
    figures = {"overdue": float(overdue), "failed": float(failed)}
    return operations.Finding("deliveries", TITLE, state, seen, remedy, figures, details)

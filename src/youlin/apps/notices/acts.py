"""What this app writes to the journal, with the words a timeline shows."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "notices.sent": _("发出通知"),
    "notices.written": _("发出短信或邮件"),
    "notices.preference_changed": _("修改通知偏好"),
    "notices.given_up": _("投递失败"),
}

"""What this app writes to the journal, with the words a timeline shows."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "duties.kind_declared": _("声明岗位种类"),
    "duties.kind_changed": _("修改岗位种类"),
    "duties.kind_retired": _("停用岗位种类"),
    "duties.assigned": _("定岗"),
    "duties.ended": _("销岗"),
    "duties.leave_begun": _("离岗"),
    "duties.leave_ended": _("返岗"),
    "duties.handed_over": _("岗位交接"),
    "duties.followed": _("随岗位交接事项"),
    "duties.recoded": _("随区划调整岗位范围"),
}

"""What this app writes to the journal, and its verbs."""

from django.utils.translation import gettext_lazy as _

READ = "cockpit.read"
ACTS = {
    "indicators.declared": _("声明指标"),
    "indicators.retired": _("停用指标"),
    "indicators.view_dropped": _("删除保存的看法"),
    "indicators.view_saved": _("保存驾驶舱的看法"),
}

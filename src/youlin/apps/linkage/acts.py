"""What this app writes to the journal, and the verbs for whoever keeps companies, consultations and tasks."""

from django.utils.translation import gettext_lazy as _

KEEP, CONSULT, TASK = "linkage.keep", "linkage.consult", "linkage.task"

VERBS = {
    KEEP: _("维护平台企业和站点"),
    CONSULT: _("组织会商走访"),
    TASK: _("下达任务清单"),
}

ACTS = {
    "linkage.contact_named": _("登记企业联系人"),
    "linkage.contact_ended": _("撤下企业联系人"),
    "linkage.post_given": _("给企业联系人定岗"),
    "linkage.post_ended": _("撤销企业联系人的岗位"),
    "linkage.contacted": _("联系企业站点"),
    "linkage.invited": _("邀请参加会商"),
    "linkage.attended": _("记录到会情况"),
}

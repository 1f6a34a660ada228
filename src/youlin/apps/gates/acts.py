"""What this app writes to the journal, and the verbs for whoever keeps a compound or checks at its gates."""

from django.utils.translation import gettext_lazy as _

KEEP, CHECK, ROSTER = "gate.keep", "gate.check", "gate.roster"

VERBS = {
    KEEP: _("维护小区的进门规则"),
    CHECK: _("在门口查验、登记进出"),
    ROSTER: _("导入平台企业名单，停用离岗人员的到访码"),
}

ACTS = {
    "gates.joined": _("小区接入到访码"),
    "gates.changed": _("修改小区的进门公示"),
    "gates.head_named": _("确定1号位"),
    "gates.rule_set": _("设定进门规则"),
    "gates.rule_retired": _("停用进门规则"),
    "gates.passed": _("登记进出"),
    "gates.refused": _("有效的码被拒"),
    "gates.vehicle_lent": _("借出小哥专车"),
    "gates.walked": _("记录从门到家门的时间"),
    "gates.roster_taken": _("导入离岗名单"),
    "gates.roster_undone": _("撤销离岗名单"),
}

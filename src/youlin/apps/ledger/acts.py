"""What this app writes to the journal, the verbs for whoever keeps the books, and why something is posted."""

from django.utils.translation import gettext_lazy as _

KEEP, READ, CLOSE = "ledger.keep", "ledger.read", "ledger.close"

VERBS = {
    KEEP: _("发放、调整和冲正积分等数量"),
    READ: _("查看账户和流水"),
    CLOSE: _("结账期"),
}

ACTS = {
    "ledger.unit_declared": _("声明计量单位"),
    "ledger.unit_retired": _("停用计量单位"),
    "ledger.kind_declared": _("声明账户种类"),
    "ledger.kind_retired": _("停用账户种类"),
    "ledger.rule_declared": _("声明获得规则"),
    "ledger.rule_retired": _("停用获得规则"),
    "ledger.account_opened": _("开立账户"),
    "ledger.account_ended": _("注销账户"),
    "ledger.transferred": _("转账"),
    "ledger.reversed": _("冲正"),
    "ledger.expired": _("过期退回"),
    "ledger.held": _("冻结"),
    "ledger.hold_settled": _("冻结转付"),
    "ledger.hold_released": _("解除冻结"),
    "ledger.period_closed": _("结账"),
}

WHYS = {
    "issued": _("发放"),
    "earned": _("获得"),
    "redeemed": _("兑换"),
    "moved": _("转账"),
    "settled": _("结算"),
    "reversed": _("冲正"),
    "expired": _("过期退回"),
    "merged": _("账户合并"),
    "unmerged": _("撤销合并退回"),
    "returned": _("销户退回"),
}
"""Why something was posted; a reader gets these words with what the entry itself says."""

"""What this app writes to the journal, and the verbs for whoever keeps offers, serves them, or says who may have them."""

from django.utils.translation import gettext_lazy as _

KEEP, SERVE, ENTITLE = "offer.keep", "offer.serve", "offer.entitle"

VERBS = {
    KEEP: _("维护供给和主题活动季"),
    SERVE: _("核销餐食、计服务人次"),
    ENTITLE: _("认定和终止享受资格"),
}

ACTS = {
    "offers.kind_declared": _("声明供给种类"),
    "offers.kind_retired": _("停用供给种类"),
    "offers.category_declared": _("声明服务类别"),
    "offers.category_retired": _("停用服务类别"),
    "offers.entitlement_kind_declared": _("声明资格种类"),
    "offers.entitlement_kind_retired": _("停用资格种类"),
    "offers.registered": _("登记供给"),
    "offers.changed": _("修改供给"),
    "offers.retired": _("停用供给"),
    "offers.restored": _("恢复供给"),
    "offers.placed": _("设置供给地点"),
    "offers.season_held": _("设置主题活动季"),
    "offers.season_retired": _("撤销主题活动季"),
    "offers.entitled": _("认定享受资格"),
    "offers.entitlement_changed": _("更新享受资格"),
    "offers.entitlement_ended": _("终止享受资格"),
    "offers.entitlement_restored": _("恢复享受资格"),
    "offers.number_drawn": _("换取餐号"),
    "offers.roster_taken": _("导入资格名单"),
    "offers.roster_undone": _("撤销资格名单"),
    "offers.redeemed": _("核销"),
    "offers.redemption_reversed": _("冲销核销"),
    "offers.tallied": _("计服务人次"),
    "offers.tally_undone": _("撤回服务人次"),
}

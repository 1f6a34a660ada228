"""What this app writes to the journal, and the verb for whoever looks after it."""

from django.utils.translation import gettext_lazy as _

MANAGE = "exchange.manage"
VERBS = {MANAGE: _("管理对外交换")}

ACTS = {
    "exchange.forward_asked": _("转送外部系统"),
    "exchange.acknowledged": _("外部系统已受理"),
    "exchange.refused": _("外部系统不受理"),
    "exchange.status_changed": _("外部系统进展"),
    "exchange.forward_retried": _("再次转送"),
    "exchange.system_added": _("登记外部系统"),
    "exchange.system_changed": _("修改外部系统"),
    "exchange.system_retired": _("停用外部系统"),
    "exchange.hook_added": _("登记事件订阅"),
    "exchange.hook_changed": _("修改事件订阅"),
    "exchange.hook_paused": _("暂停事件订阅"),
    "exchange.hook_resumed": _("恢复事件订阅"),
    "exchange.hook_rotated": _("更换订阅密钥"),
    "exchange.hook_retired": _("停用事件订阅"),
    "exchange.hook_gone": _("订阅方已退订"),
    "exchange.hook_replayed": _("重新投递事件"),
}

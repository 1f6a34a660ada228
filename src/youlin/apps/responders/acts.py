"""What this app writes to the journal, and the verbs for whoever verifies, calls and organises responders."""

from django.utils.translation import gettext_lazy as _

VERIFY, CALL, ORGANISE, COUNT = (
    "responder.verify",
    "responder.call",
    "responder.organise",
    "responder.count",
)

VERBS = {
    VERIFY: _("核实城市响应人"),
    CALL: _("召集城市响应人"),
    ORGANISE: _("组织志愿服务、确认时长"),
    COUNT: _("看城市响应人的数字"),
}

ACTS = {
    "responders.occupation_declared": _("声明响应人职业"),
    "responders.occupation_retired": _("停用响应人职业"),
    "responders.skill_declared": _("声明响应人技能"),
    "responders.skill_retired": _("停用响应人技能"),
    "responders.task_declared": _("声明响应场景"),
    "responders.task_retired": _("停用响应场景"),
    "responders.rules_declared": _("声明召集规则"),
    "responders.rules_retired": _("停用召集规则"),
    "responders.addressed": _("登记面向人数"),
    "responders.registered": _("登记为城市响应人"),
    "responders.changed": _("修改响应意愿"),
    "responders.consented": _("监护人同意"),
    "responders.verified": _("核实城市响应人"),
    "responders.verification_withdrawn": _("撤回核实"),
    "responders.left": _("退出城市响应人"),
    "responders.called_out": _("发起召集"),
    "responders.wave_sent": _("发出一轮召集"),
    "responders.accepted": _("接受召集"),
    "responders.declined": _("婉拒召集"),
    "responders.withdrew": _("接受后退出"),
    "responders.arrived": _("到达召集地点"),
    "responders.finished": _("完成召集任务"),
    "responders.stood_down": _("解除召集"),
    "responders.over": _("召集结束"),
    "responders.served": _("确认志愿服务"),
    "responders.service_corrected": _("更正志愿服务"),
    "responders.certified": _("出具带码的服务证明"),
    "responders.thanked": _("感谢响应人"),
    "responders.badge_declared": _("声明徽章"),
    "responders.badge_retired": _("停用徽章"),
    "responders.shift_opened": _("开放定期活动名额"),
    "responders.shift_cancelled": _("取消定期活动"),
    "responders.shift_closed": _("定期活动点名结束"),
    "responders.seat_taken": _("报名定期活动"),
    "responders.seat_waits": _("候补定期活动"),
    "responders.seat_moved_up": _("候补转正"),
    "responders.seat_left": _("取消报名"),
    "responders.seat_seen": _("到场或离场"),
    "responders.story_written": _("写团队故事"),
    "responders.story_shown": _("公开团队故事"),
    "responders.story_declined": _("团队故事未通过"),
    "responders.story_down": _("撤下团队故事"),
}

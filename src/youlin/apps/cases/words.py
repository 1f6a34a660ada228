"""The fixed words of cases: verbs that duties grant, journal acts, channels. Programmes choose among them."""

from typing import Literal

from django.utils.translation import gettext_lazy as _

Light = Literal["ok", "soon", "late", "none"]
"""Green, amber, red; `none` when no clock runs."""

SEARCH_KIND = "cases.case"
"""Under which kind cases stand in the search table."""

VERBS = {
    "case.read": _("看案件"),
    "case.file": _("立案"),
    "case.dispatch": _("派遣"),
    "case.handle": _("处置"),
    "case.verify": _("核查"),
    "case.close": _("结案"),
    "case.void": _("作废"),
    "case.follow_up": _("回访"),
    "case.import": _("导入案件"),
    "case.approve": _("审批延期、缓办、挂账、剔除、申诉"),
    "case.supervise": _("督办"),
    "case.whistle": _("吹哨"),
    "case.split": _("分办"),
    "case.read_confidential": _("看保密案件"),
    "case.see_reporter": _("看反映人"),
}

GUARDED = frozenset({"case.read_confidential"})
"""Verbs that who manages only a part of a district does not pass on."""

JOURNAL_ACTS = {
    "cases.reported": _("上报"),
    "cases.joined": _("同感"),
    "cases.filed": _("立案"),
    "cases.dispatched": _("派遣"),
    "cases.accepted": _("接单"),
    "cases.arrived": _("到场"),
    "cases.contacted": _("联系诉求人"),
    "cases.help_asked": _("请求支援"),
    "cases.transferred": _("转派"),
    "cases.handed_over": _("交接"),
    "cases.handled": _("处置"),
    "cases.replied": _("答复"),
    "cases.verified": _("核查"),
    "cases.closed": _("结案"),
    "cases.sent_back": _("退回"),
    "cases.reworked": _("返工"),
    "cases.voided": _("作废"),
    "cases.marked_duplicate": _("并案"),
    "cases.excluded": _("剔除"),
    "cases.recategorised": _("改类别"),
    "cases.noted": _("备注"),
    "cases.acted": _("办理"),
    "cases.followed_up": _("回访"),
    "cases.unreached": _("多次未接通"),
    "cases.rated": _("评价"),
    "cases.reopened": _("重开"),
    "cases.escalated": _("逾期上报"),
    "cases.recoded": _("区划变更"),
    "cases.unmasked": _("查看反映人"),
    "cases.split": _("分办"),
    "cases.gathered": _("分办汇总"),
    "cases.unmerged": _("撤销并案"),
    "cases.suggestions_trained": _("训练类别推荐"),
    "cases.suggestions_put_in_force": _("启用类别推荐模型"),
}

MEASURE_ACTS = {
    "cases.measure_passed_on": _("措施随岗位转交"),
    "cases.extension_asked": _("申请延期"),
    "cases.extension_granted": _("批准延期"),
    "cases.extension_refused": _("不批准延期"),
    "cases.extension_withdrawn": _("撤回延期申请"),
    "cases.extension_ended": _("延期申请失效"),
    "cases.deferral_asked": _("申请缓办"),
    "cases.deferral_granted": _("批准缓办"),
    "cases.deferral_refused": _("不批准缓办"),
    "cases.deferral_withdrawn": _("撤回缓办申请"),
    "cases.deferral_resumed": _("缓办后恢复办理"),
    "cases.deferral_ended": _("缓办结束"),
    "cases.pause_begun": _("请诉求人补充"),
    "cases.pause_answered": _("诉求人补充"),
    "cases.pause_resumed": _("不再等诉求人，恢复办理"),
    "cases.pause_ended": _("等诉求人结束"),
    "cases.carry_over_asked": _("申请挂账"),
    "cases.carry_over_granted": _("批准挂账"),
    "cases.carry_over_refused": _("不批准挂账"),
    "cases.carry_over_withdrawn": _("撤回挂账申请"),
    "cases.carry_over_reviewed": _("复核挂账"),
    "cases.carry_over_cleared": _("销账"),
    "cases.carry_over_ended": _("挂账结束"),
    "cases.whistle_called": _("吹哨"),
    "cases.whistle_arrived": _("报到"),
    "cases.whistle_reported": _("反馈协办结果"),
    "cases.whistle_declined": _("称不属职责"),
    "cases.whistle_released": _("解除吹哨"),
    "cases.whistle_ended": _("吹哨结束"),
    "cases.supervision_begun": _("督办"),
    "cases.supervision_answered": _("回复督办"),
    "cases.supervision_returned": _("退回督办回复"),
    "cases.supervision_lifted": _("解除督办"),
    "cases.exclusion_asked": _("申请剔除"),
    "cases.exclusion_granted": _("批准剔除"),
    "cases.exclusion_refused": _("不批准剔除"),
    "cases.exclusion_withdrawn": _("撤回剔除申请"),
    "cases.exclusion_revoked": _("撤销剔除"),
    "cases.appeal_asked": _("对评价申诉"),
    "cases.appeal_granted": _("申诉成立"),
    "cases.appeal_refused": _("申诉不成立"),
    "cases.appeal_withdrawn": _("撤回申诉"),
}
"""What is journalled of measures (`measures.py`); a workflow's table cannot record under these."""

SAID_TO_ALL = frozenset({"cases.replied", "cases.closed"})
"""Acts whose note is an answer to the petitioner; every other note is between colleagues."""

RECORDED_AS = {
    "file": "filed",
    "dispatch": "dispatched",
    "accept": "filed",
    "accept_task": "accepted",
    "arrive": "arrived",
    "contact": "contacted",
    "ask_help": "help_asked",
    "transfer": "transferred",
    "handle": "handled",
    "feedback": "handled",
    "reply": "replied",
    "verify": "verified",
    "close": "closed",
    "send_back": "sent_back",
    "rework": "reworked",
    "void": "voided",
    "mark_duplicate": "marked_duplicate",
    "exclude": "excluded",
    "recategorise": "recategorised",
    "note": "noted",
    "follow_up": "followed_up",
    "give_up_calling": "unreached",
    "answer_on_phone": "replied",
    "rate": "rated",
    "reopen": "reopened",
    "split": "split",
    "gather": "gathered",
}
"""Which journal act a workflow's act is recorded as when its table does not say (`records`)."""

CHANNELS = {
    "web": _("网页"),
    "portal": _("居民端"),
    "place": _("地点页"),
    "field": _("网格员上报"),
    "patrol": _("巡查"),
    "desk": _("坐席登记"),
    "hotline": _("热线"),
    "open311": _("开放接口"),
    "api": _("接口"),
    "import": _("导入"),
    "district": _("外区移交"),
    "linkage": _("联动"),
    "system": _("系统"),
}


def channel_name(channel: str) -> str:
    """The channel in words; one that nobody declared is shown as it is."""
    return str(CHANNELS.get(channel, channel))

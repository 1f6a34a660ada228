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
    "case.read_confidential": _("看保密案件"),
    "case.see_reporter": _("看反映人"),
}

GUARDED = frozenset({"case.read_confidential"})
"""Verbs that only those who hold them may pass on."""

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
    "cases.rated": _("评价"),
    "cases.reopened": _("重开"),
    "cases.escalated": _("逾期上报"),
    "cases.recoded": _("区划变更"),
    "cases.unmasked": _("查看反映人"),
}

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
    "rate": "rated",
    "reopen": "reopened",
}
"""Which journal act a workflow's act is recorded as when its table does not say (`records`)."""

CHANNELS = {
    "web": _("网页"),
    "portal": _("居民端"),
    "field": _("网格员上报"),
    "desk": _("坐席登记"),
    "hotline": _("热线"),
    "open311": _("开放接口"),
    "api": _("接口"),
    "import": _("导入"),
    "system": _("系统"),
}


def channel_name(channel: str) -> str:
    """The channel in words; one that nobody declared is shown as it is."""
    return str(CHANNELS.get(channel, channel))

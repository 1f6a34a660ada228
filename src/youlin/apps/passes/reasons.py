"""What a check may find, as declared words: a sentence for the checker, and what to do about it."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise


class Reason(StrEnum):
    """Why a code is good, or what it lacks. The values stand in tables and in the checker's script."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    REPLACED = "replaced"
    FORGED = "forged"
    WRONG_DISTRICT = "wrong_district"
    OLD_PICTURE = "old_picture"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_NUMBER = "unknown_number"
    NUMBER_ALONE = "number_alone"
    NOT_OURS = "not_ours"
    TOO_LONG = "too_long"


class Words(NamedTuple):
    """What is told of a reason, and what to do."""

    told: "Promise"
    advice: "Promise"


WORDS = {
    Reason.VALID: Words(_("有效"), _("可以放行。")),
    Reason.EXPIRED: Words(
        _("已过期"), _("请持码人联网打开“我的码”，会自动换新；证件过期的请到发证单位续期。")
    ),
    Reason.NOT_YET: Words(_("还没到生效时间"), _("请核对手机时间，或到生效那天再来。")),
    Reason.REVOKED: Words(_("已停用"), _("请不要放行，可请持码人联系发码单位。")),
    Reason.REPLACED: Words(_("已换到另一部手机"), _("请持码人出示正在使用的那部手机上的码。")),
    Reason.FORGED: Words(_("签名不符，是伪造的或被改过"), _("请不要放行，并告诉管理单位。")),
    Reason.WRONG_DISTRICT: Words(_("是别的区的码"), _("这个码在本区不通用。")),
    Reason.OLD_PICTURE: Words(_("是旧截图或照片"), _("请持码人当面打开“我的码”，码每半分钟变一次。")),
    Reason.UNKNOWN_KEY: Words(_("签发密钥不认识"), _("请联网更新后再查；更新后仍然如此，请不要放行。")),
    Reason.UNKNOWN_NUMBER: Words(_("没有这个号"), _("请核对号码，或扫一下二维码。")),
    Reason.NUMBER_ALONE: Words(
        _("号码在册，但只报号不能证明是本人"), _("请核对姓名，或请对方出示会变的码。")
    ),
    Reason.NOT_OURS: Words(_("不是友邻的码，或没有扫全"), _("请再扫一次。")),
    Reason.TOO_LONG: Words(_("内容太长，不是友邻的码"), _("请扫“我的码”上的二维码。")),
}
REVOKING = {
    "left": _("离岗、离开原单位"),
    "lost": _("遗失、被盗"),
    "misused": _("违规使用"),
    "replaced": _("换发新码"),
    "mistake": _("发错了"),
    "ended": _("资格终止"),
    "corrected": _("记录已更正"),
    "erased": _("本人要求删除"),
}
"""Why a code may be revoked."""

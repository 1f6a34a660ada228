"""What this app writes to the journal, with the words a timeline shows."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "parties.person_registered": _("登记人员"),
    "parties.person_changed": _("更正人员信息"),
    "parties.account_opened": _("开通账号"),
    "parties.admin_allowed": _("准许或不准进入配置后台"),
    "parties.account_closed": _("停用账号"),
    "parties.password_set": _("重设密码"),
    "parties.signed_in_by_code": _("验证码登录"),
    "parties.key_issued": _("发放接口密钥"),
    "parties.key_revoked": _("停用接口密钥"),
    "parties.identifier_added": _("登记证件"),
    "parties.contact_added": _("登记联系方式"),
    "parties.contact_removed": _("移除联系方式"),
    "parties.consent_given": _("同意"),
    "parties.consent_withdrawn": _("撤回同意"),
    "parties.guardian_set": _("设定监护人"),
    "parties.guardian_ended": _("终止监护"),
    "parties.persons_merged": _("合并人员"),
    "parties.merge_followed": _("随合并迁移记录"),
    "parties.merge_undone": _("撤销合并"),
    "parties.rows_returned": _("随撤销合并迁回记录"),
    "parties.organisation_registered": _("登记单位"),
    "parties.organisation_changed": _("更正单位信息"),
    "parties.organisation_closed": _("注销单位"),
    "parties.member_joined": _("加入"),
    "parties.member_left": _("退出"),
    "parties.household_registered": _("登记住户"),
    "parties.producer_registered": _("登记生产主体"),
    "parties.erased": _("删除个人信息"),
}

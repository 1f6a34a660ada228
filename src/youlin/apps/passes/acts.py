"""What this app writes to the journal, and the verbs for whoever issues, checks and revokes codes."""

from django.utils.translation import gettext_lazy as _

ISSUE, CHECK, KEYS, SUBJECTS = "pass.issue", "pass.check", "pass.keys", "subject.keep"

VERBS = {
    ISSUE: _("签发、续期和停用码与证件"),
    CHECK: _("查验码与证件"),
    KEYS: _("更换签发密钥"),
    SUBJECTS: _("登记住户、商户和生产主体"),
}

ACTS = {
    "passes.kind_declared": _("声明码证种类"),
    "passes.kind_retired": _("停用码证种类"),
    "passes.issued": _("签发码证"),
    "passes.extended": _("续期码证"),
    "passes.revoked": _("停用码证"),
    "passes.bound": _("绑定手机"),
    "passes.checked": _("查验码证"),
    "passes.subjects_imported": _("导入主体"),
    "passes.subjects_import_undone": _("撤销导入的主体"),
    "passes.key_made": _("生成签发密钥"),
    "passes.key_revoked": _("停用签发密钥"),
}

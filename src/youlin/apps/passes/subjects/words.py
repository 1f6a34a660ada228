"""Subjects as declared words: the sorts of them, the columns of a table, and what is asked of whoever keeps them."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from youlin.apps.duties.selectors import Fields

HOUSEHOLD = "household"
KINDS = {
    HOUSEHOLD: _("住户"),
    "shop": _("商户"),
    "producer": _("生产主体"),
}
"""Of a household the name is a person's, mostly: whoever scans its code sees it masked."""

FIELDS = Fields(area="area", category="", organisation="organisation_id", case="", place="")
"""The columns that a duty over subjects is compared with."""

HEADINGS = {
    "code": "主体编号",
    "kind": "类型",
    "name": "名称",
    "area": "街道或社区",
    "address": "地址",
    "contact": "联系人",
    "phone": "联系电话",
    "duty": "负责岗位",
}
"""Key → heading, in the order of the table."""
ENGLISH = {
    "code": "Subject number",
    "kind": "Kind",
    "name": "Name",
    "area": "Street or community",
    "address": "Address",
    "contact": "Contact",
    "phone": "Phone",
    "duty": "Responsible duty",
}
OTHER_HEADINGS = {
    "编号": "code",
    "代码": "code",
    "主体类型": "kind",
    "种类": "kind",
    "主体名称": "name",
    "户主": "name",
    "社区": "area",
    "街道": "area",
    "所在社区": "area",
    "住址": "address",
    "姓名": "contact",
    "手机号": "phone",
    "电话": "phone",
    "岗位": "duty",
}
NEEDED = ("kind", "name", "area")
OTHER_KINDS = {"户": HOUSEHOLD, "农户": HOUSEHOLD, "店铺": "shop", "商铺": "shop", "合作社": "producer"}
"""What else a table may call a kind."""


def heading(key: str) -> str:
    """The heading of a key in the language of whoever asks; what is no key stays as it is."""
    words = HEADINGS if (get_language() or "zh").startswith("zh") else ENGLISH
    return words.get(key, key)

"""What of linkage leaves for figures: companies, their partners and outlets, and how often they were spoken to."""

from django.db.models import QuerySet

from youlin.apps.linkage import words
from youlin.apps.linkage.models import Contacted
from youlin.apps.parties.models import Organisation
from youlin.kernel.datasets import Column, Dataset, by_words

_KINDS = by_words(words.KINDS)


def _bodies() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind__in=list(words.KINDS))


BODIES = Dataset(
    name="linkage.bodies",
    name_zh="平台企业和站点",
    name_en="Companies and outlets",
    rows=_bodies,
    area="area",
    follows={"parties.organisation": ""},
    columns=(
        Column("area", "所在区划", "Area", "code"),
        Column("code", "代码", "Code", "code"),
        Column("kind", "种类", "Kind", "code", named=_KINDS),
        Column("parent", "上级", "Parent", "code", "parent__code"),
        Column("closed_on", "注销日期", "Closed on", "day"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

CONTACTS = Dataset(
    name="linkage.contacts",
    name_zh="联系",
    name_en="Contacts",
    rows=Contacted.objects.all,
    month="at",
    area="area",
    follows={"parties.organisation": "organisation_id"},
    columns=(
        Column("area", "所在区划", "Area", "code", "organisation__area"),
        Column("kind", "种类", "Kind", "code", "organisation__kind", named=_KINDS),
        Column("body", "单位", "Body", "code", "organisation__code"),
        Column("way", "方式", "Way", "code"),
        Column("at", "时间", "When", "moment"),
        Column("is_demo", "演示", "Demonstration", "bool", "organisation__is_demo"),
    ),
)

DATASETS = (BODIES, CONTACTS)

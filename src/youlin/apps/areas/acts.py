"""The acts on areas as the journal names them."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "areas.imported": _("导入区划"),
    "areas.boundaries_imported": _("导入边界"),
    "areas.communities_synthesised": _("生成演示边界"),
    "areas.compounds_imported": _("导入专属网格"),
    "areas.divided": _("划分网格"),
    "areas.renamed": _("更名"),
    "areas.people_told": _("登记人口"),
    "areas.merged": _("合并"),
    "areas.split": _("拆分"),
    "areas.district_merged": _("区县合并"),
    "areas.closed": _("撤销"),
    "areas.recoded": _("改编代码"),
}

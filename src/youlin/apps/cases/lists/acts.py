"""The journal acts of lists."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "cases.filter_saved": _("保存筛选"),
    "cases.filter_dropped": _("删除筛选"),
    "cases.bulk_started": _("开始批量办理"),
    "cases.bulk_finished": _("批量办理完成"),
    "cases.undone": _("撤销"),
    "cases.printed": _("打印案卷"),
    "cases.list_printed": _("打印列表"),
    "cases.export_asked": _("要求导出"),
    "cases.export_made": _("导出完成"),
    "cases.export_fetched": _("下载导出"),
    "cases.exported": _("导出完整联系方式"),
    "cases.archived": _("归档"),
}

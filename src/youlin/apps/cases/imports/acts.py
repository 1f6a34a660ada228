"""The acts on imports as the journal names them."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "cases.import_started": _("开始导入"),
    "cases.rows_imported": _("导入一批"),
    "cases.import_finished": _("导入完成"),
    "cases.row_placed": _("人工定位"),
}

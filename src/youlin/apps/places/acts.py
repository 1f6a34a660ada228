"""What this app writes to the journal, and the verbs for whoever looks after places."""

from django.utils.translation import gettext_lazy as _

KEEP, LEND = "place.keep", "place.lend"

VERBS = {
    KEEP: _("维护地点"),
    LEND: _("借出和收回物品"),
}

ACTS = {
    "places.kind_declared": _("声明地点种类"),
    "places.kind_retired": _("停用地点种类"),
    "places.facility_declared": _("声明设施"),
    "places.facility_retired": _("停用设施"),
    "places.registered": _("登记地点"),
    "places.changed": _("修改地点"),
    "places.confirmed": _("核实地点"),
    "places.confirmation_asked": _("请管护人核实"),
    "places.closed": _("临时关闭"),
    "places.reopened": _("恢复开放"),
    "places.crowding_told": _("更新拥挤程度"),
    "places.retired": _("撤销地点"),
    "places.restored": _("恢复地点"),
    "places.recoded": _("地点随区划调整"),
    "places.voice_heard": _("访客反映"),
    "places.flagged": _("多人反映，存疑"),
    "places.voices_settled": _("访客反映已处理"),
    "places.lendable_set": _("设置可借物品"),
    "places.lent": _("借出"),
    "places.given_back": _("归还"),
    "places.loan_lost": _("确认未还"),
    "places.photo_added": _("上传地点照片"),
    "places.photo_described": _("修改照片说明"),
    "places.photos_ordered": _("调整照片次序"),
    "places.photo_removed": _("撤下地点照片"),
    "places.network_set": _("导入街道路网"),
    "places.network_removed": _("撤下街道路网"),
    "places.imported": _("导入地点表"),
    "places.import_undone": _("撤销导入"),
}

"""The words of this app that rows, forms and programmes share."""

from django.utils.translation import gettext_lazy as _

HEAD = "gate_head"
"""The kind of duty of a compound's No. 1 position (1号位)."""
CATEGORY = "gate.refused"
"""A programme that wants cases of refusals declares this category."""
CHANNEL = "place"
PLACE_KIND = "compound"
OFFICE_KIND = "property_office"
FIRM_KIND = "property_company"
BUREAU_KIND = "department"
VISIT = "visit"
"""The kind of code that riders show; the one that a company's roster ends."""
PROOF = "gate_proof"
"""The kind of code that proves a refusal, where a programme declares it."""
VEHICLE = "小哥专车"
"""What rider vehicles are called among the things that a place lends."""

VEHICLES = {
    "foot": _("步行"),
    "ebike": _("电动自行车"),
    "lent": _("小哥专车"),
    "car": _("汽车"),
}
DIRECTIONS = {"in": _("进"), "out": _("出")}
REASONS = {
    "unsure": _("不认识这个码，拿不准"),
    "order": _("接到通知，一律不让进"),
    "resident": _("住户不同意"),
    "vehicle": _("车辆不让进"),
    "register": _("要求另外登记、押证件"),
    "other": _("其他原因"),
}
"""What a guard says who refuses a valid code."""
BY = {"guard": _("门岗"), "rider": _("本人")}
RULES = {
    "admits": _("认哪些码证"),
    "hours": _("什么时间进"),
    "gate": _("走哪个门"),
    "vehicle": _("什么车不能进"),
    "speed": _("限速"),
    "parking": _("停放"),
}

"""One matter that somebody answers for until it is closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.declared import CaseType
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

MODERATION = [
    ("", _("不公开")),
    ("waiting", _("待审核，未显示")),
    ("unchecked", _("已显示，待审核")),
    ("more", _("已显示，有新内容待审核")),
    ("shown", _("已公开")),
    ("private", _("审核后不公开")),
]
"""How far the public side of a case has been decided; `public` alone says whether it shows."""

TO_MODERATE = ("waiting", "unchecked", "more")


class Case(DistrictModel):
    """One matter that somebody answers for until it is closed.

    `area_at_event` is for ever; `area_now` follows merges and splits while the case is open. Times are UTC.
    `holder` is the person whose turn it is; `lead_unit` the organisation that answers. `light_at` is when the
    clock turns amber, `due_at` when it turns red; both are None when no clock runs. `solved`, `satisfied` and
    `answered_at` are the petitioner's last word, by a follow-up call or their own rating; `answer_set_aside`
    says that an appeal against it was upheld. `parent` is the case this one was split from. `marks` are the
    codes of what stands open beside the workflow (`measures.MARKS`), so that a list shows them for nothing.
    `attributes` are answers to what the category asks besides, by code, as `attributes.read` leaves them.
    """

    number = models.CharField(_("编号"), max_length=24)
    case_type = DistrictForeignKey(CaseType, models.PROTECT, related_name="cases")
    category = models.CharField(_("类别"), max_length=128)
    state = models.CharField(_("状态"), max_length=32)
    is_open = models.BooleanField(_("未结"), default=True)
    title = models.CharField(_("标题"), max_length=120)
    description = models.TextField(_("内容"), blank=True)
    channel = models.CharField(_("渠道"), max_length=24, default="web")
    external_number = models.CharField(_("来源编号"), max_length=64, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    address = models.CharField(_("地址"), max_length=255, blank=True)
    area_at_event = models.CharField(_("发生时区划"), max_length=24)
    area_now = models.CharField(_("现区划"), max_length=24)
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="held_cases", db_index=False
    )
    holder_duty = models.CharField(_("承办岗位"), max_length=64, blank=True)
    handler = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="handled_cases", db_index=False
    )
    lead_unit = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="led_cases"
    )
    routing_reason = models.JSONField(_("派遣理由"), default=dict, blank=True)
    confidential = models.BooleanField(_("保密"), default=False)
    anonymous = models.BooleanField(_("匿名"), default=False)
    public = models.BooleanField(_("公开"), default=False)
    moderation = models.CharField(
        _("公开审核"), max_length=12, choices=MODERATION, blank=True, default="", db_default=""
    )
    reported_at = models.DateTimeField(_("反映时间"))
    filed_at = models.DateTimeField(_("立案时间"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("派遣时间"), null=True, blank=True)
    handled_at = models.DateTimeField(_("处置时间"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=32, blank=True)
    light_at = models.DateTimeField(_("将到期"), null=True, blank=True)
    due_at = models.DateTimeField(_("时限"), null=True, blank=True)
    escalation = models.PositiveSmallIntegerField(_("上报级数"), default=0)
    sent_back = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    reworked = models.PositiveSmallIntegerField(_("返工次数"), default=0)
    reopened = models.PositiveSmallIntegerField(_("重开次数"), default=0)
    excluded = models.BooleanField(_("剔除考核"), default=False)
    solved = models.BooleanField(_("诉求人称已解决"), null=True, blank=True)
    satisfied = models.BooleanField(_("诉求人满意"), null=True, blank=True)
    answered_at = models.DateTimeField(_("诉求人答复时间"), null=True, blank=True)
    me_too_count = models.PositiveIntegerField(_("同感人数"), default=0)
    duplicate_of = DistrictForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    archived = models.BooleanField(_("已归档"), default=False, db_default=False)
    parent = DistrictForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    marks = models.CharField(_("标记"), max_length=96, blank=True, default="", db_default="")
    attributes = models.JSONField(
        _("附加回答"), default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    answer_set_aside = models.BooleanField(_("评价不计"), default=False, db_default=False)
    may_repeat = models.BooleanField(_("疑似重复"), default=False, db_default=False)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("案件")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="case_point_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "area_now", "-reported_at"], name="case_area_reported"),
            models.Index(fields=["district", "holder", "is_open", "due_at"], name="case_holder"),
            models.Index(fields=["district", "handler"], name="case_handler"),
            models.Index(fields=["district", "category", "reported_at"], name="case_category"),
            models.Index(fields=["district", "-updated_at"], name="case_updated"),
            models.Index(fields=["district", "lat", "lon"], name="case_point"),
            models.Index(fields=["district", "external_number"], name="case_external"),
            models.Index(fields=["district", "case_type"], name="case_by_type"),
            models.Index(fields=["district", "lead_unit"], name="case_lead_unit"),
            models.Index(fields=["district", "duplicate_of"], name="case_duplicate_of"),
            models.Index(
                fields=["district", "reported_at"],
                condition=models.Q(moderation__in=TO_MODERATE),
                name="case_to_moderate",
            ),
            models.Index(fields=["district", "parent"], name="case_parent"),
            models.Index(
                fields=["district", "-closed_at"],
                condition=models.Q(is_open=False, archived=False),
                name="case_closed_lately",
            ),
            models.Index(
                fields=["district", "-reported_at", "id", "area_now", "confidential", "is_open"],
                name="case_newest",
            ),
            models.Index(
                fields=["district", "area_now", "confidential", "due_at", "light_at", "holder"],
                condition=models.Q(is_open=True),
                name="case_open_place",
            ),
            models.Index(
                fields=["district", "due_at", "-reported_at", "id", "area_now", "confidential"],
                condition=models.Q(is_open=True),
                name="case_open_in_time",
            ),
            models.Index(
                fields=["district", "lat", "lon", "area_now", "confidential", "due_at"],
                condition=models.Q(is_open=True),
                name="case_open_map",
            ),
            models.Index(
                fields=["district", "area_now"],
                condition=models.Q(is_open=True, may_repeat=True),
                name="case_may_repeat",
            ),
            models.Index(
                fields=["district", "area_now"],
                condition=models.Q(is_open=True, holder__isnull=True),
                name="case_unheld",
            ),
        ]

    def __str__(self) -> str:
        return self.number

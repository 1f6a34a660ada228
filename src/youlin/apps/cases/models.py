"""A case is a promise with a clock: declared types, one append-only history (the journal), many workflows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel
from youlin.kernel.media.models import MediaFile


class CaseType(DistrictModel):
    """A type of case with its workflow, one row per version; a case keeps the version it was born with.

    `workflow` is the transition table: see `apps/cases/workflow.py` for its shape.
    """

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    workflow = models.JSONField(_("流程"))
    confidential = models.BooleanField(_("保密"), default=False)
    public = models.BooleanField(_("可公开显示"), default=True)
    is_current = models.BooleanField(_("现行"), default=True)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("案件类型")
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "version"], name="case_type_version_once"),
            models.UniqueConstraint(
                fields=["district", "code"],
                condition=models.Q(is_current=True),
                name="case_type_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Category(DistrictModel):
    """What a case is about: a dotted code (`event.sanitation.exposed_garbage`), so a class is a prefix."""

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=128)
    official_code = models.CharField(_("标准代码"), max_length=32, blank=True)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    case_type = models.CharField(_("案件类型"), max_length=64)
    duty = models.CharField(_("主责岗位"), max_length=64, blank=True)
    routing = models.JSONField(_("派遣例外"), default=list, blank=True)
    limits = models.JSONField(_("时限"), default=dict, blank=True)
    keywords = models.JSONField(_("识别词"), default=list, blank=True)
    description = models.TextField(_("说明"), blank=True)
    description_en = models.TextField(_("英文说明"), blank=True)
    reportable = models.BooleanField(_("居民可选"), default=True)
    approximate_place = models.BooleanField(_("公开时模糊位置"), default=False)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("案件类别")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="category_code_once")]

    def __str__(self) -> str:
        return self.name


class Case(DistrictModel):
    """One matter that somebody answers for until it is closed.

    `area_at_event` is for ever; `area_now` follows merges and splits while the case is open. Times are UTC.
    `holder` is the person whose turn it is; `lead_unit` the organisation that answers. `light_at` is when the
    clock turns amber, `due_at` when it turns red; both are None when no clock runs. `solved`, `satisfied` and
    `answered_at` are the petitioner's last word, by a follow-up call or their own rating.
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
            models.Index(fields=["district", "is_open", "area_now", "due_at"], name="case_open_area"),
            models.Index(fields=["district", "area_now", "-reported_at"], name="case_area_reported"),
            models.Index(fields=["district", "holder", "is_open", "due_at"], name="case_holder"),
            models.Index(fields=["district", "handler"], name="case_handler"),
            models.Index(fields=["district", "category", "reported_at"], name="case_category"),
            models.Index(fields=["district", "is_open", "due_at"], name="case_due"),
            models.Index(fields=["district", "-updated_at"], name="case_updated"),
            models.Index(fields=["district", "lat", "lon"], name="case_point"),
            models.Index(fields=["district", "external_number"], name="case_external"),
            models.Index(fields=["district", "case_type"], name="case_by_type"),
            models.Index(fields=["district", "lead_unit"], name="case_lead_unit"),
            models.Index(fields=["district", "duplicate_of"], name="case_duplicate_of"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseReporter(DistrictModel):
    """Somebody who reported the case or said "me too". Anonymous ones have only a token.

    `token_digest` opens the tracking page; `protected` hides the person from handlers (举报).
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="reporters")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="reports", db_index=False
    )
    kind = models.CharField(
        _("方式"), max_length=16, choices=[("reporter", _("反映人")), ("me_too", _("同感"))]
    )
    token_digest = models.CharField(max_length=64)
    contact = EncryptedTextField(_("联系方式"), blank=True)
    note = models.TextField(_("补充"), blank=True)
    protected = models.BooleanField(_("保护身份"), default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("反映人")
        indexes = [
            models.Index(fields=["district", "case"], name="reporter_case"),
            models.Index(fields=["district", "person"], name="reporter_person"),
            models.Index(fields=["district", "token_digest"], name="reporter_token"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseMedia(DistrictModel):
    """A photo or sound that belongs to a case, with the step it was taken at."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="media")
    file = DistrictForeignKey(MediaFile, models.PROTECT, related_name="+")
    step = models.CharField(_("环节"), max_length=32)
    public = models.BooleanField(_("公开"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("案件影像")
        indexes = [
            models.Index(fields=["district", "case"], name="case_media_case"),
            models.Index(fields=["district", "file"], name="case_media_file"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseClock(DistrictModel):
    """One promise in time: a step of a case, when it began, when it is due, when it was kept."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="clocks")
    name = models.CharField(_("环节"), max_length=32)
    limit = models.CharField(_("时限"), max_length=32)
    started_at = models.DateTimeField()
    amber_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=16, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("案件时钟")
        indexes = [
            models.Index(fields=["district", "case"], name="clock_case"),
            models.Index(fields=["district", "stopped_at", "due_at"], name="clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%F %R}"


class FollowUpCall(DistrictModel):
    """A follow-up with the petitioner (回访): reached, solved, satisfied; None where not answered."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="follow_ups")
    caller = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(_("方式"), max_length=16, default="phone")
    at = models.DateTimeField(default=clock.now)
    reached = models.BooleanField(_("接通"))
    solved = models.BooleanField(_("已解决"), null=True)
    satisfied = models.BooleanField(_("满意"), null=True)
    note = models.TextField(_("备注"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("回访")
        indexes = [models.Index(fields=["district", "case"], name="follow_up_case")]

    def __str__(self) -> str:
        return str(self.id)


class Rating(DistrictModel):
    """The reporter's own word on a closed case: solved or not, one to five stars, in their words."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="ratings")
    reporter = DistrictForeignKey(CaseReporter, models.CASCADE, related_name="ratings")
    solved = models.BooleanField(_("已解决"))
    stars = models.PositiveSmallIntegerField(_("满意度"))
    comment = models.TextField(_("意见"), blank=True)
    round = models.PositiveSmallIntegerField(_("第几次"), default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case", "reporter", "round"], name="rating_once_a_round"
            ),
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
        indexes = [models.Index(fields=["district", "reporter"], name="rating_reporter")]

    def __str__(self) -> str:
        return str(self.id)


class ImportRun(DistrictModel):
    """One import of real requests from a file: what it read, took, refused and could not place.

    `digest` names file and mapping together (SHA-256), so the same command run again goes on with the same
    run; `position` is the last line whose chunk is committed.
    """

    source = models.CharField(_("来源"), max_length=255)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(_("对应"))
    position = models.PositiveIntegerField(_("读到的行"), default=0)
    rows_read = models.PositiveIntegerField(default=0)
    rows_taken = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField(default=0)
    rows_unplaced = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        constraints = [models.UniqueConstraint(fields=["district", "digest"], name="import_run_once")]
        indexes = [models.Index(fields=["district", "-started_at"], name="import_run_started")]

    def __str__(self) -> str:
        return self.source


class ImportedRow(DistrictModel):
    """One row of a file: its key (number + row hash), the case it became, or why it waits in the inbox."""

    run = DistrictForeignKey(ImportRun, models.CASCADE, related_name="rows")
    key = models.CharField(max_length=160)
    line = models.PositiveIntegerField(_("行号"))
    case = DistrictForeignKey(Case, models.CASCADE, null=True, related_name="imported_rows")
    state = models.CharField(
        _("状态"),
        max_length=16,
        choices=[("taken", _("已入库")), ("no_place", _("缺位置")), ("error", _("有误"))],
    )
    problem = models.JSONField(_("问题"), default=dict, blank=True)
    raw = EncryptedTextField(_("原文"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="imported_row_once")]
        indexes = [
            models.Index(fields=["district", "run", "state"], name="imported_row_state"),
            models.Index(fields=["district", "case"], name="imported_row_case"),
        ]

    def __str__(self) -> str:
        return self.key

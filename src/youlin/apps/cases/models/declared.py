"""What programmes declare for cases: types with their workflows, and categories."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import DistrictModel

_EMPTY = models.Value({}, models.JSONField())


class CaseType(DistrictModel):
    """A type of case with its workflow, one row per version; a case keeps the version it was born with.

    `workflow` is the transition table: see `apps/cases/workflow.py` for its shape. `moderation` says whether a
    public case waits for a person before it shows, or shows and is looked at after. `script` is what a
    follow-up caller says.
    """

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    version = models.PositiveIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    workflow = models.JSONField(_("流程"))
    confidential = models.BooleanField(_("保密"), default=False)
    public = models.BooleanField(_("可公开显示"), default=True)
    moderation = models.CharField(
        _("公开前审核"),
        max_length=12,
        choices=[("required", _("先审后显")), ("after", _("先显后审"))],
        default="required",
        db_default="required",
    )
    script = models.TextField(_("回访话术"), blank=True, default="", db_default="")
    script_en = models.TextField(_("英文回访话术"), blank=True, default="", db_default="")
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
    measures = models.JSONField(_("措施限度"), default=dict, blank=True, db_default=_EMPTY)
    keywords = models.JSONField(_("识别词"), default=list, blank=True)
    attributes = models.JSONField(
        _("附加问题"), default=list, blank=True, db_default=models.Value([], models.JSONField())
    )
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

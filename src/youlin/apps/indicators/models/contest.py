"""Figures that somebody contests, and what became of them: both values are kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models import Case
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Contest(DistrictModel):
    """What a case of type `figure_appeal` is about: a figure as it was then, and the cases it should not rest on.

    `rows` are ids of cases, `choice` why they are to be left out. `settled_at`: when what was decided was done.
    """

    case = DistrictForeignKey(Case, models.PROTECT, related_name="contests")
    indicator = models.CharField(_("指标"), max_length=64)
    version = models.PositiveIntegerField(_("口径版本"))
    area = models.CharField(_("区域"), max_length=24)
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    value = models.FloatField(_("当时的值"), null=True, blank=True)
    numerator = models.FloatField(_("当时的分子"), default=0)
    denominator = models.FloatField(_("当时的分母"), null=True, blank=True)
    rows = models.JSONField(_("涉及的案件"), default=list)
    choice = models.CharField(_("情形"), max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("指标申诉")
        constraints = [models.UniqueConstraint(fields=["district", "case"], name="contest_case_once")]
        indexes = [
            models.Index(fields=["district", "indicator", "area", "-created_at"], name="contest_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.first_day}"


class Restatement(DistrictModel):
    """A figure that is another since an appeal was upheld: the value before, and after the next refresh the new one.

    `left_out` cases were excluded, `kept` were not, each of these with its reason in `kept_why`.
    """

    contest = DistrictForeignKey(Contest, models.PROTECT, related_name="restatements")
    indicator = models.CharField(_("指标"), max_length=64)
    version = models.PositiveIntegerField(_("口径版本"))
    area = models.CharField(_("区域"), max_length=24)
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"))
    before = models.FloatField(_("原值"), null=True, blank=True)
    after = models.FloatField(_("新值"), null=True, blank=True)
    left_out = models.PositiveIntegerField(_("剔除件数"))
    kept = models.PositiveIntegerField(_("未剔除件数"), default=0)
    kept_why = models.JSONField(_("未剔除的原因"), default=list)
    why = models.CharField(_("理由"), max_length=500, blank=True)
    number = models.CharField(_("申诉案件"), max_length=32)
    decided_at = models.DateTimeField(_("决定时间"), default=clock.now)
    recalculated_at = models.DateTimeField(_("重算时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("指标更正")
        constraints = [models.UniqueConstraint(fields=["district", "contest"], name="restatement_once")]
        indexes = [
            models.Index(fields=["district", "indicator", "area", "first_day"], name="restatement_figure"),
            models.Index(fields=["district", "recalculated_at"], name="restatement_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.before} → {self.after}"

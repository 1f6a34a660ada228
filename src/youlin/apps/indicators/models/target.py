"""What a district aims at: a value of an indicator for an area and a period, proposed by one, approved by another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictModel

PROPOSED, APPROVED, REFUSED, REPLACED = "proposed", "approved", "refused", "replaced"
STATES = {
    PROPOSED: _("待批准"),
    APPROVED: _("已批准"),
    REFUSED: _("未批准"),
    REPLACED: _("已被取代"),
}
PERIODS = {"year": _("年"), "half": _("半年"), "quarter": _("季度"), "month": _("月")}


class Target(DistrictModel):
    """One version of a target. Of those for one indicator, area and period at most one is proposed and one approved.

    `value` is in the unit of the indicator, a share as 0 to 1. `replaced_at`: when another version took its place, so
    that what was aimed at on a day can be told later. Never changed but for its state, never deleted.
    """

    indicator = models.CharField(_("指标"), max_length=64)
    area = models.CharField(_("区域"), max_length=24)
    period_kind = models.CharField(_("周期"), max_length=8, choices=list(PERIODS.items()))
    period_start = models.DateField(_("起始日"))
    value = models.FloatField(_("目标值"))
    version = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=8, choices=list(STATES.items()), default=PROPOSED)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    decision = models.CharField(_("批示"), max_length=500, blank=True)
    replaced_at = models.DateTimeField(_("取代时间"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("指标目标")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "indicator", "area", "period_kind", "period_start", "version"],
                name="target_version_once",
            ),
            models.UniqueConstraint(
                fields=["district", "indicator", "area", "period_kind", "period_start"],
                condition=Q(state=PROPOSED),
                name="target_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["district", "indicator", "area", "period_kind", "period_start"],
                condition=Q(state=APPROVED),
                name="target_approved_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[APPROVED, REFUSED])
                | Q(decided_by=None)
                | Q(proposed_by=None)
                | ~Q(decided_by=F("proposed_by")),
                name="target_by_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "state", "indicator", "area"], name="target_state"),
            models.Index(fields=["district", "area", "-period_start"], name="target_area"),
            models.Index(fields=["district", "proposed_by"], name="target_proposer"),
            models.Index(fields=["district", "decided_by"], name="target_decider"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.period_start} {self.version}"

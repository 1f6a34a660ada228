"""What is done beside a case's own workflow: extensions, deferrals, pauses, whistles, supervision, appeals …"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.attached import CaseClock
from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Measure(DistrictModel):
    """One measure on a case, of a kind that `apps/cases/measures.py` knows; its steps are in the journal.

    `until` is what it waits for: the new deadline, the day it wakes, the time to arrive, the day of review.
    `requested_by` asked for it, `decider` was asked to decide (督办: supervises), `decided_by` did. `assignee` is
    the one called (吹哨). `duty` is that of the decider or assignee: when it changes hands, the measure follows.
    `outcome` says whether the called one came in time. `due_before` keeps the deadline that was moved.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="measures")
    kind = models.CharField(_("种类"), max_length=16)
    state = models.CharField(_("状态"), max_length=16)
    is_open = models.BooleanField(_("未了"), default=True)
    batch = models.UUIDField(null=True, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    choice = models.CharField(_("情形"), max_length=64, blank=True)
    plan = models.TextField(_("计划"), blank=True)
    until = models.DateTimeField(_("至"), null=True, blank=True)
    requested_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField(default=clock.now)
    decider = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("批示"), blank=True)
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    duty = models.CharField(_("岗位"), max_length=64, blank=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=16, blank=True)
    result = models.TextField(_("答复"), blank=True)
    clock = DistrictForeignKey(CaseClock, models.CASCADE, null=True, blank=True, related_name="measures")
    due_before = models.DateTimeField(_("原时限"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("办案措施")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case", "kind"],
                condition=models.Q(is_open=True) & ~models.Q(kind="whistle"),
                name="measure_one_open_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["district", "case", "assignee"],
                condition=models.Q(is_open=True, kind="whistle"),
                name="measure_called_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "case"], name="measure_case"),
            models.Index(fields=["district", "kind", "is_open", "until"], name="measure_kind"),
            models.Index(fields=["district", "decider", "is_open"], name="measure_decider"),
            models.Index(fields=["district", "assignee", "is_open"], name="measure_assignee"),
            models.Index(fields=["district", "unit"], name="measure_unit"),
            models.Index(fields=["district", "clock"], name="measure_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

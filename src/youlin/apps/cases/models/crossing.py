"""A case on its way across a district line: what the one district sent, and what the other received."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

WAITING, ACCEPTED, RETURNED = "waiting", "accepted", "returned"


class Crossing(DistrictModel):
    """The outbox: a case of this district that another is asked to take over.

    `waiting` until the other district has answered, then `accepted` or `returned`. `delivered_at` is when the case
    lay there under `to_number`. Its id is that of the `Arrival` there, so that it is filed once.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="crossings")
    to_district = models.CharField(_("移交到"), max_length=12)
    to_category = models.CharField(_("对方类别"), max_length=128)
    to_number = models.CharField(_("对方编号"), max_length=24, blank=True)
    reason = models.TextField(_("移交理由"))
    state = models.CharField(
        _("状态"),
        max_length=12,
        default=WAITING,
        choices=[(WAITING, _("待对方答复")), (ACCEPTED, _("对方已接收")), (RETURNED, _("对方已退回"))],
    )
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(_("移交于"), default=clock.now)
    promised_at = models.DateTimeField(_("原承诺时限"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达于"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复于"), null=True, blank=True)
    answer = models.TextField(_("对方说明"), blank=True)
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(_("下次"), default=clock.now)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("跨区移交")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case"],
                condition=models.Q(state=WAITING),
                name="crossing_one_waiting",
            )
        ]
        indexes = [
            models.Index(fields=["district", "case"], name="crossing_case"),
            models.Index(
                fields=["district", "not_before"],
                condition=models.Q(state=WAITING, delivered_at__isnull=True),
                name="crossing_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_district} {self.state}"


class Arrival(DistrictModel):
    """The inbox: a case of another district that this one is asked to take over.

    `offered` until a dispatcher has decided, then `accepted` or `refused`; `told_at` is when the other district
    knew. `history` and `promised_at` are what was done and promised there, without anybody's name.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="arrivals")
    from_district = models.CharField(_("移交自"), max_length=12)
    from_number = models.CharField(_("来区编号"), max_length=24)
    reason = models.TextField(_("移交理由"))
    history = models.JSONField(_("来区经过"), default=list, blank=True)
    promised_at = models.DateTimeField(_("原承诺时限"), null=True, blank=True)
    purpose = models.CharField(_("个人信息用途"), max_length=64, default="case.handling")
    state = models.CharField(
        _("状态"),
        max_length=12,
        default="offered",
        choices=[("offered", _("待接收")), ("accepted", _("已接收")), ("refused", _("已退回"))],
    )
    arrived_at = models.DateTimeField(_("到件于"), default=clock.now)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("决定于"), null=True, blank=True)
    decision = models.TextField(_("说明"), blank=True)
    told_at = models.DateTimeField(_("告知来区于"), null=True, blank=True)
    not_before = models.DateTimeField(_("下次"), default=clock.now)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("外区来件")
        constraints = [models.UniqueConstraint(fields=["district", "case"], name="arrival_case_once")]
        indexes = [
            models.Index(
                fields=["district", "not_before"],
                condition=models.Q(told_at__isnull=True) & ~models.Q(state="offered"),
                name="arrival_to_answer",
            ),
            models.Index(fields=["district", "state"], name="arrival_state"),
        ]

    def __str__(self) -> str:
        return f"{self.from_district} {self.state}"

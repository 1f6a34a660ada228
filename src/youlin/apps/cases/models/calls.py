"""Telephone work: calls taken at the hotline, and rounds of calling back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.attached import CaseReporter
from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class HotlineCall(DistrictModel):
    """One call taken: who took it, from when to when, and what became of it.

    `phone` and its blind index stay empty for a caller who wants to be anonymous. A call without `outcome` is
    not over: its operator may have set it aside to take the next one.
    """

    class Outcome(models.TextChoices):
        REPORTED = "reported", _("新登记")
        REPEATED = "repeated", _("并入已有诉求")
        ANSWERED = "answered", _("当场答复")
        NOTHING = "nothing", _("无需登记")

    operator = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(_("接起"), default=clock.now)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    phone = EncryptedTextField(_("来电号码"), blank=True)
    phone_blind = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome.choices, blank=True)
    case = DistrictForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="calls")
    reporter = DistrictForeignKey(CaseReporter, models.SET_NULL, null=True, blank=True, related_name="calls")

    class Meta:
        verbose_name = verbose_name_plural = _("来电")
        indexes = [
            models.Index(fields=["district", "operator", "-started_at"], name="hotline_call_operator"),
            models.Index(fields=["district", "started_at"], name="hotline_call_started"),
            models.Index(fields=["district", "case"], name="hotline_call_case"),
            models.Index(fields=["district", "reporter"], name="hotline_call_reporter"),
            models.Index(
                fields=["district", "phone_blind"],
                condition=~models.Q(phone_blind=""),
                name="hotline_call_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%F %R} {self.outcome}"


class FollowUpRound(DistrictModel):
    """Calling back about one answer: who is at it now, how often nobody was reached, when to try again.

    A case that is reworked or reopened begins another round. `unreachable` is an end of its own: after three
    calls that reached nobody the petitioner is neither satisfied nor not, and the matter neither solved nor not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待回访")
        REACHED = "reached", _("已接通")
        UNREACHABLE = "unreachable", _("多次未接通")

    case = DistrictForeignKey(Case, models.CASCADE, related_name="follow_up_rounds")
    number = models.PositiveSmallIntegerField(_("第几轮"), default=0)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("未接通次数"), default=0)
    call_at = models.DateTimeField(_("约定再拨"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_until = models.DateTimeField(_("占用到"), null=True, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("回访轮次")
        constraints = [
            models.UniqueConstraint(fields=["district", "case", "number"], name="follow_up_round_once")
        ]
        indexes = [
            models.Index(fields=["district", "state", "call_at"], name="follow_up_round_state"),
            models.Index(fields=["district", "settled_at"], name="follow_up_round_settled"),
            models.Index(fields=["district", "claimed_by"], name="follow_up_round_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.state}"

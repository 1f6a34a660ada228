"""Call-outs, and the calls to people they consist of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models import Case
from youlin.apps.parties.models import Person
from youlin.apps.places.models import Place
from youlin.apps.responders.models.declared import TaskKind
from youlin.apps.responders.models.responder import Responder
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel

STATES = [
    ("calling", _("召集中")),
    ("going", _("响应人在办")),
    ("over", _("已结束")),
    ("stood_down", _("已解除")),
]
ANSWERS = [
    ("called", _("等待回应")),
    ("accepted", _("已接受")),
    ("arrived", _("已到达")),
    ("finished", _("已完成")),
    ("declined", _("已婉拒")),
    ("released", _("已解除")),
]
COMING = ("accepted", "arrived", "finished")
OPEN = ("called", "accepted", "arrived")
"""Answers that count as one of those wanted; and those with which somebody is still asked something."""


class CallOut(DistrictModel):
    """Somebody needs `wanted` people at a place. `accepted` never passes `wanted`; a check holds it there.

    `what` and `where` are the caller's words for those who are called. `calling` until enough accept or `closes_at`,
    `going` while they are at it, then `over`; or `stood_down`. Wave number `wave` was the last, the next is due at
    `next_wave_at`.
    """

    number = models.CharField(_("编号"), max_length=24)
    kind = DistrictForeignKey(TaskKind, models.PROTECT, related_name="call_outs")
    case = DistrictForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    place = DistrictForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(_("请大家做什么"), max_length=200)
    where = models.CharField(_("地点"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    area_at_event = models.CharField(_("发起时区划"), max_length=24)
    area_now = models.CharField(_("现区划"), max_length=24)
    wanted = models.PositiveSmallIntegerField(_("需要几人"))
    accepted = models.PositiveSmallIntegerField(_("接受几人"), default=0)
    skills = models.JSONField(_("需要的技能"), default=list)
    language = models.CharField(_("语言"), max_length=16, blank=True)
    emergency = models.BooleanField(_("紧急"), default=False)
    why = models.CharField(_("紧急的理由"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=STATES, default="calling")
    wave = models.PositiveSmallIntegerField(_("第几轮"), default=0)
    next_wave_at = models.DateTimeField(_("下一轮"), null=True, blank=True)
    closes_at = models.DateTimeField(_("最晚"))
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(_("发起"), default=clock.now)
    first_accepted_at = models.DateTimeField(_("首次接受"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("召集")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="call_out_number_once"),
            models.CheckConstraint(
                condition=Q(accepted__lte=models.F("wanted")) & Q(wanted__gte=1),
                name="call_out_never_too_many",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "kind"], name="call_out_kind"),
            models.Index(fields=["district", "case"], name="call_out_case"),
            models.Index(fields=["district", "place"], name="call_out_place"),
            models.Index(fields=["district", "-made_at"], name="call_out_newest"),
            models.Index(
                fields=["district", "state", "next_wave_at"],
                condition=Q(ended_at=None),
                name="call_out_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Call(DistrictModel):
    """One person called for a call-out. `metres` is from where they usually are. `position` is what they share of
    where they are now, for this call alone: `lon,lat`, encrypted, erased when it ends."""

    call_out = DistrictForeignKey(CallOut, models.CASCADE, related_name="calls")
    responder = DistrictForeignKey(Responder, models.PROTECT, related_name="calls")
    wave = models.PositiveSmallIntegerField(_("第几轮"))
    metres = models.PositiveIntegerField(_("距离（米）"))
    answer = models.CharField(_("回应"), max_length=12, choices=ANSWERS, default="called")
    position = EncryptedTextField(blank=True)
    called_at = models.DateTimeField(_("召集于"), default=clock.now)
    answered_at = models.DateTimeField(_("回应于"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到达于"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("召集到人")
        constraints = [
            models.UniqueConstraint(fields=["district", "call_out", "responder"], name="call_once"),
            models.UniqueConstraint(
                fields=["district", "responder"], condition=Q(answer__in=OPEN), name="call_open_once"
            ),
        ]
        indexes = [models.Index(fields=["district", "responder", "-called_at"], name="call_responder")]

    def __str__(self) -> str:
        return str(self.id)

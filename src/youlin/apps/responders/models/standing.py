"""Standing tasks: a watch on a day, with seats, a waiting list, and how it was seen who came."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models import Place
from youlin.apps.responders.models.declared import TaskKind
from youlin.apps.responders.models.responder import Responder
from youlin.apps.responders.models.service import Service
from youlin.kernel import clock, ids
from youlin.kernel.db import DistrictForeignKey, DistrictModel

SEAT_STATES = [
    ("seated", _("已报名")),
    ("waiting", _("候补")),
    ("left", _("已取消")),
    ("dropped", _("活动取消")),
    ("came", _("已到场")),
    ("absent", _("未到场")),
]
HELD = ("seated", "came")
"""States that take one of the seats."""
EVIDENCE = [("code", _("现场码")), ("pass", _("扫码")), ("organiser", _("组织者确认"))]


class Shift(DistrictModel):
    """One turn of a standing task: `seats` people from `starts_at` to `ends_at`. `taken` never passes `seats`; a check
    holds it there. Turns that were planned together share a `series`. `closed_at` is when the roll was called and the
    hours written; `cancelled_at` when it was called off (`why`)."""

    number = models.CharField(_("编号"), max_length=24)
    series = models.UUIDField(default=ids.uuid7)
    kind = DistrictForeignKey(TaskKind, models.PROTECT, related_name="shifts")
    place = DistrictForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(_("做什么"), max_length=200)
    where = models.CharField(_("在哪里集合"), max_length=200)
    area_at_event = models.CharField(_("发起时区划"), max_length=24)
    area_now = models.CharField(_("现区划"), max_length=24)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    seats = models.PositiveSmallIntegerField(_("名额"))
    taken = models.PositiveSmallIntegerField(_("已报名"), default=0)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(_("发起"), default=clock.now)
    closed_at = models.DateTimeField(_("点名结束"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取消于"), null=True, blank=True)
    why = models.CharField(_("取消的原因"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("定期活动")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="shift_number_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats")) & Q(seats__gte=1), name="shift_never_too_many"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["district", "starts_at"], name="shift_by_time"),
            models.Index(fields=["district", "kind"], name="shift_kind"),
            models.Index(fields=["district", "place"], name="shift_place"),
            models.Index(
                fields=["district", "ends_at"],
                condition=Q(closed_at=None, cancelled_at=None),
                name="shift_to_close",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Seat(DistrictModel):
    """A responder's seat in a turn, or their place in the waiting list (`joined_at`, then `id`).

    `in_at` and `out_at` are when they were seen to come and go, `seen` by what, `seen_by` by whom. `service` is what
    was credited; `problem` says why nothing could be.
    """

    shift = DistrictForeignKey(Shift, models.CASCADE, related_name="roll")
    responder = DistrictForeignKey(Responder, models.PROTECT, related_name="seats")
    state = models.CharField(_("状态"), max_length=8, choices=SEAT_STATES, default="seated")
    joined_at = models.DateTimeField(_("报名于"), default=clock.now)
    in_at = models.DateTimeField(_("到场"), null=True, blank=True)
    out_at = models.DateTimeField(_("离场"), null=True, blank=True)
    seen = models.CharField(_("依据"), max_length=12, choices=EVIDENCE, blank=True)
    seen_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    service = DistrictForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="+")
    problem = models.CharField(_("没有记时长的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("名额")
        constraints = [
            models.UniqueConstraint(fields=["district", "shift", "responder"], name="seat_once"),
            models.UniqueConstraint(
                fields=["district", "service"],
                condition=Q(service__isnull=False),
                name="seat_credited_once",
            ),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(in_at__isnull=False, out_at__gte=F("in_at")),
                name="seat_out_after_in",
            ),
        ]
        indexes = [models.Index(fields=["district", "responder", "state"], name="seat_responder")]

    def __str__(self) -> str:
        return str(self.id)

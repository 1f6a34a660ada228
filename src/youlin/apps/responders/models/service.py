"""What was served, as it happened, and thanks for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models import Place
from youlin.apps.responders.models.calling import Call
from youlin.apps.responders.models.declared import TaskKind
from youlin.apps.responders.models.responder import Responder
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Service(DistrictModel):
    """Minutes that a responder really served, without the way there, as somebody else saw or a code at the place
    showed (`evidence`). Written once and never changed: a row that `corrects` another takes its place.
    """

    responder = DistrictForeignKey(Responder, models.PROTECT, related_name="services")
    kind = DistrictForeignKey(TaskKind, models.PROTECT, related_name="+")
    call = DistrictForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="services")
    corrects = DistrictForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    place = DistrictForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.CharField(_("区划"), max_length=24)
    began_at = models.DateTimeField(_("开始"))
    minutes = models.PositiveSmallIntegerField(_("分钟"))
    evidence = models.CharField(
        _("依据"),
        max_length=12,
        choices=[("organiser", _("组织者确认")), ("code", _("现场码")), ("pass", _("扫码"))],
    )
    organiser = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("记录于"), default=clock.now)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("志愿服务")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "corrects"],
                condition=Q(corrects__isnull=False),
                name="service_corrected_once",
            ),
            models.UniqueConstraint(
                fields=["district", "call"],
                condition=Q(call__isnull=False, corrects=None),
                name="service_once_for_a_call",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1) | Q(corrects__isnull=False), name="service_of_some_minutes"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "responder", "began_at"], name="service_responder"),
            models.Index(fields=["district", "kind", "began_at"], name="service_kind"),
            models.Index(fields=["district", "call"], name="service_call"),
            models.Index(fields=["district", "corrects"], name="service_corrects"),
            models.Index(fields=["district", "place"], name="service_place"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Thanks(DistrictModel):
    """A word of thanks for a service, to the one who gave it."""

    service = DistrictForeignKey(Service, models.CASCADE, related_name="thanks")
    words = models.CharField(_("感谢"), max_length=120)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("感谢")
        constraints = [models.UniqueConstraint(fields=["district", "service"], name="thanks_once")]

    def __str__(self) -> str:
        return str(self.id)

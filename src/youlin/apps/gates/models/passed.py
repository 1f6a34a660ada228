"""What happens at gates: entries and exits, refusals of valid codes, minutes from gate to door."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.gates.models.compound import Compound
from youlin.apps.gates.words import BY, DIRECTIONS, REASONS, VEHICLES
from youlin.apps.parties.models import Person
from youlin.apps.passes.models import Pass
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Passage(DistrictModel):
    """Somebody went in or out. `ref` stands for their code at this compound on this day alone; it is forgotten with
    the gate, the vehicle and the time of day, and the row stays as a figure. `late`: told after a time without network,
    by keys and a list that the phone had at `known_at`; `valid`: whether the code held at that moment by the books."""

    compound = DistrictForeignKey(Compound, models.CASCADE, related_name="passages")
    gate = models.CharField(_("门"), max_length=64, blank=True)
    direction = models.CharField(_("方向"), max_length=4, choices=list(DIRECTIONS.items()))
    vehicle = models.CharField(_("车辆"), max_length=8, choices=list(VEHICLES.items()), blank=True)
    ref = models.CharField(max_length=32, blank=True)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"), null=True, blank=True)
    late = models.BooleanField(_("后来补报"), default=False)
    known_at = models.DateTimeField(_("密钥和名单更新于"), null=True, blank=True)
    valid = models.BooleanField(_("码有效"), default=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("进出")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "compound", "ref", "direction", "at"],
                condition=~Q(ref=""),
                name="passage_once",
            )
        ]
        indexes = [
            models.Index(fields=["district", "compound", "day"], name="passage_day"),
            models.Index(fields=["district", "day"], name="passage_newest"),
            models.Index(fields=["district", "ref"], name="passage_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.day}"


class Refusal(DistrictModel):
    """A valid code that a gate refused. `number` is what the visitor shows; `case` the number of the case that came of
    it; `checked_at` when the code was last found to hold at this gate, None where that is the visitor's word alone."""

    compound = DistrictForeignKey(Compound, models.PROTECT, related_name="refusals")
    number = models.CharField(_("编号"), max_length=24)
    gate = models.CharField(_("门"), max_length=64, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    ref = models.CharField(max_length=32, blank=True)
    by = models.CharField(_("谁说的"), max_length=8, choices=list(BY.items()))
    reason = models.CharField(_("门岗的理由"), max_length=16, choices=list(REASONS.items()), blank=True)
    checked_at = models.DateTimeField(_("查验有效于"), null=True, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    case = models.CharField(_("案件"), max_length=24, blank=True)
    proof = DistrictForeignKey(Pass, models.SET_NULL, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("被拒")
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="refusal_number_once")]
        indexes = [
            models.Index(fields=["district", "compound", "-at"], name="refusal_compound"),
            models.Index(fields=["district", "person", "-at"], name="refusal_person"),
            models.Index(fields=["district", "-at"], name="refusal_newest"),
            models.Index(fields=["district", "proof"], name="refusal_proof"),
        ]

    def __str__(self) -> str:
        return self.number


class Walk(DistrictModel):
    """Seconds from a gate to a door, told by whoever walked them; of nobody. The id is the phone's."""

    compound = DistrictForeignKey(Compound, models.CASCADE, related_name="walks")
    day = models.DateField(_("日期"))
    seconds = models.PositiveIntegerField(_("秒"))
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("从门到家门")
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gte=1, seconds__lte=7200), name="walk_of_some_time")
        ]
        indexes = [models.Index(fields=["district", "compound", "day"], name="walk_day")]

    def __str__(self) -> str:
        return str(self.seconds)

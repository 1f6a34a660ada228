"""Compounds: places whose gates take visit codes, and what they ask of visitors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.gates.words import RULES
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

EFFECTS = [("refuse", _("不让进")), ("tell", _("提醒"))]


class Compound(DistrictModel):
    """A place with gates. Its keeper is the property firm's office there; whoever holds the duty over that office is
    its No. 1 position. `joined_on` is the first day on which it takes visit codes; None: not yet."""

    place = DistrictForeignKey(Place, models.PROTECT, related_name="+")
    firm = DistrictForeignKey(Organisation, models.PROTECT, related_name="+")
    bureau = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    joined_on = models.DateField(_("接入日期"), null=True, blank=True)
    duties = models.TextField(_("物业公司的职责"), blank=True)
    duties_en = models.TextField(_("职责的英文"), blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("小区")
        constraints = [models.UniqueConstraint(fields=["district", "place"], name="compound_once")]
        indexes = [
            models.Index(fields=["district", "firm"], name="compound_firm"),
            models.Index(fields=["district", "bureau"], name="compound_bureau"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class GateRule(DistrictModel):
    """One rule: when `condition` (CEL) holds, visitors are refused, or told. `form` is what was chosen when it was
    written; the reason is for the visitor, in both languages."""

    compound = DistrictForeignKey(Compound, models.CASCADE, related_name="rules")
    kind = models.CharField(_("种类"), max_length=16, choices=list(RULES.items()))
    form = models.JSONField(default=dict)
    condition = models.TextField(_("条件"))
    effect = models.CharField(_("结果"), max_length=8, choices=EFFECTS, default="refuse")
    reason = models.CharField(_("理由"), max_length=200)
    reason_en = models.CharField(_("理由的英文"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    created_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("进门规则")
        indexes = [models.Index(fields=["district", "compound", "position"], name="gate_rule_order")]

    def __str__(self) -> str:
        return self.reason

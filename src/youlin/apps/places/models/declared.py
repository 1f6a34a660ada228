"""What programmes declare: kinds of places, and what a place can have for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel.db import DistrictModel

ROLES = [
    ("point", _("服务点")),
    ("scene", _("场景")),
    ("spot", _("停歇位")),
]
"""`point` serves people, `scene` is a friendly surrounding that holds points (街区、商圈、楼宇 …), `spot` is a
place of a square metre or so that has no more than its position."""


class Declared(DistrictModel):
    """A word of the district's map, from a programme. Retired, never deleted."""

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    icon = models.CharField(_("图标"), max_length=32, blank=True)
    position = models.PositiveIntegerField(_("次序"), default=0)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class PlaceKind(Declared):
    """A kind of place: who keeps it, and for how many days a confirmation holds (0: for ever)."""

    role = models.CharField(_("性质"), max_length=8, choices=ROLES, default="point")
    steward_duty = models.CharField(_("管护岗位"), max_length=64, blank=True)
    confirm_days = models.PositiveSmallIntegerField(_("多少天核实一次"), default=0)
    makeup_days = models.BooleanField(_("调休上班日照常开放"), default=False)
    description = models.TextField(_("说明"), blank=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("地点种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="place_kind_once")]


class Facility(Declared):
    """Something a place has for people: water, microwave, charging, toilet. `need` is what one can ask for."""

    need = models.BooleanField(_("可按它查找"), default=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("设施")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="facility_once")]

"""Areas by their codes, their successors, and their dated boundaries."""

from datetime import date

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from youlin.apps.areas import names, profiles
from youlin.kernel.db import DistrictForeignKey, DistrictModel

UNKNOWN_START = date(1900, 1, 1)
"""`valid_from` of what has been there for longer than anybody recorded."""


def holds_on(day: date | models.Expression) -> models.Q:
    """The condition that a dated row holds on `day`: from `valid_from` to the day before `valid_to`."""
    return models.Q(valid_from__lte=day) & (models.Q(valid_to=None) | models.Q(valid_to__gt=day))


class Area(DistrictModel):
    """One area. The code is its path and is never given to another; `district` is the code it was born in.

    `extra` holds what a district knows besides, by agreed names: `households`, `population`, `population_source`.
    """

    code = models.CharField(_("区划代码"), max_length=24)
    level = models.CharField(_("级别"), max_length=16, choices=list(profiles.LEVEL_NAMES.items()))
    name = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=150, blank=True)
    valid_from = models.DateField(_("生效日期"), default=UNKNOWN_START)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    extra = models.JSONField(_("其他信息"), default=dict, blank=True)

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="area_code_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="area_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["district", "level", "code"], name="area_level")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def parent_code(self) -> str:
        """The code one level up, "" at the top."""
        return profiles.active().parent(self.code)

    @property
    def short_name(self) -> str:
        """The name as it is said, in the language of the page."""
        return spoken(self.name, self.name_en)


def spoken(name: str, name_en: str) -> str:
    """A name as it is said, in the language of the page: without its office, or in Latin letters."""
    return name_en if name_en and (get_language() or "").startswith("en") else names.short(name)


class AreaSuccession(DistrictModel):
    """What became of a code: `share` of `old_code` went to `new_code`.

    The shares of a code that ended sum to 1; one that goes on without a part keeps the rest.
    """

    old_code = models.CharField(_("原代码"), max_length=24)
    new_code = models.CharField(_("新代码"), max_length=24)
    share = models.DecimalField(_("占比"), max_digits=9, decimal_places=8, default=1)
    on = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("区域沿革")
        verbose_name_plural = _("区域沿革")
        ordering = ["on", "old_code", "new_code"]
        constraints = [
            models.UniqueConstraint(fields=["district", "old_code", "new_code"], name="succession_once"),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="succession_share_is_a_share"
            ),
        ]
        indexes = [models.Index(fields=["district", "new_code"], name="succession_new")]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class Boundary(DistrictModel):
    """The outline of an area for a time: a Polygon or MultiPolygon in WGS84, and what follows from it."""

    area = DistrictForeignKey(Area, models.CASCADE, related_name="boundaries", verbose_name=_("区域"))
    wkb = models.BinaryField(_("几何"))
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()
    label_lon = models.FloatField(_("标注经度"))
    label_lat = models.FloatField(_("标注纬度"))
    area_m2 = models.FloatField(_("面积（平方米）"))
    source = models.CharField(_("来源"), max_length=200, blank=True)
    synthesised = models.BooleanField(_("演示边界"), default=False)
    valid_from = models.DateField(_("生效日期"), default=UNKNOWN_START)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("边界")
        verbose_name_plural = _("边界")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "area"],
                condition=models.Q(valid_to=None),
                name="boundary_one_open_per_area",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="boundary_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["district", "area"], name="boundary_area")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.valid_from}"


class AreaRevision(DistrictModel):
    """Grows with every change of a district's areas or boundaries, so that processes know what to reload."""

    revision = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("区划版本")
        verbose_name_plural = _("区划版本")
        constraints = [models.UniqueConstraint(fields=["district"], name="area_revision_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.revision}"

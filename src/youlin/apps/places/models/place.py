"""A place people go to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.apps.places.models.declared import PlaceKind
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

CROWDING = [("", _("不详")), ("free", _("空闲")), ("busy", _("较忙")), ("full", _("已满"))]
CONFIRMED = [
    ("", _("尚未核实")),
    ("steward", _("管护人核实")),
    ("visit", _("到场核实")),
    ("voices", _("多人反映一致")),
]
PROFILES = ("wheelchair", "low_vision", "pram")
"""For whom it is said how far a place can be used without barriers."""

LEVELS = ("yes", "limited", "no")


class Place(DistrictModel):
    """A point or an outline on the map with all that its visitors need to know.

    WGS84 degrees. `area_at_event` is the area it was entered in, `area_now` follows merges and splits. `hours`
    is an OSM `opening_hours` value, "" when unknown. `accessibility` says for each of `PROFILES` how far it can
    be used and what falls short: `{"wheelchair": {"level": "limited", "note": "门口一级台阶"}}`. `source_ref` is
    its key where it came from. `revision` is the district's count of changes when this row last changed.
    """

    number = models.CharField(_("编号"), max_length=24)
    kind = DistrictForeignKey(PlaceKind, models.PROTECT, related_name="places")
    within = DistrictForeignKey("self", models.PROTECT, null=True, blank=True, related_name="points")
    keeper = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="kept_places"
    )
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    outline = models.BinaryField(_("轮廓"), null=True, blank=True)
    area_at_event = models.CharField(_("登记时区划"), max_length=24)
    area_now = models.CharField(_("现区划"), max_length=24)
    address = models.CharField(_("地址"), max_length=255, blank=True)
    phone = models.CharField(_("电话"), max_length=64, blank=True)
    hours = models.CharField(_("开放时间"), max_length=500, blank=True)
    makeup_days = models.BooleanField(_("调休上班日照常开放"), default=False)
    capacity = models.PositiveIntegerField(_("容量（人）"), null=True, blank=True)
    crowding = models.CharField(_("拥挤程度"), max_length=8, choices=CROWDING, blank=True)
    crowding_at = models.DateTimeField(null=True, blank=True)
    accessibility = models.JSONField(_("无障碍"), default=dict, blank=True)
    description = models.TextField(_("介绍"), blank=True)
    description_en = models.TextField(_("英文介绍"), blank=True)
    public = models.BooleanField(_("公开"), default=True)
    confirmed_at = models.DateTimeField(_("最近核实"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    confirmed_how = models.CharField(_("核实方式"), max_length=8, choices=CONFIRMED, blank=True)
    asked_at = models.DateTimeField(_("请管护人核实于"), null=True, blank=True)
    flagged_at = models.DateTimeField(_("存疑自"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=64, blank=True)
    source_ref = models.CharField(_("来源编号"), max_length=128, blank=True)
    licence = models.CharField(_("许可"), max_length=64, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    retired_at = models.DateTimeField(_("撤销于"), null=True, blank=True)
    revision = models.BigIntegerField(_("修订号"), default=0)
    version = models.PositiveIntegerField(_("版次"), default=1)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("地点")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="place_number_once"),
            models.UniqueConstraint(
                fields=["district", "source", "source_ref"],
                condition=~models.Q(source_ref=""),
                name="place_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="place_point_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "revision"], name="place_revision"),
            models.Index(fields=["district", "area_now", "name"], name="place_area"),
            models.Index(fields=["district", "kind", "name"], name="place_by_kind"),
            models.Index(fields=["district", "within"], name="place_within"),
            models.Index(fields=["district", "keeper"], name="place_keeper"),
            models.Index(fields=["district", "lat", "lon"], name="place_point"),
            models.Index(
                fields=["district", "confirmed_at"],
                condition=models.Q(retired_at__isnull=True),
                name="place_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceRevision(DistrictModel):
    """How often the places of a district were changed. Who changes one takes the next number and so waits for
    others who do, so that the numbers become visible in their order."""

    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district"], name="place_revision_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.revision}"

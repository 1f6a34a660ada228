"""Who responds, and how many are addressed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.apps.responders.models.declared import Occupation
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

MOST_AREAS = 3
KEPT_CALLS = 8
"""So many of somebody's latest calls stand in their row: no more can be allowed in a week."""


class AddressedGroup(DistrictModel):
    """How many people of an occupation somebody counted, and in whose list: a figure, not people.

    Those who enrol are rows of `Responder`; the two are never added up.
    """

    occupation = DistrictForeignKey(Occupation, models.PROTECT, related_name="addressed")
    source = models.CharField(_("出自"), max_length=120)
    number = models.PositiveIntegerField(_("人数"))
    counted_on = models.DateField(_("统计日期"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("面向人数")
        constraints = [
            models.UniqueConstraint(fields=["district", "occupation", "source"], name="addressed_group_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class Responder(DistrictModel):
    """A person who has enrolled, with what they can do and when, where and how often they may be called.

    `areas` are up to three area codes where they usually are; `stands` the middles of these (lon, lat): no position
    of the person. `windows` are `[weekday, from, to]` in half hours of local time (Monday is 0), none for any time;
    `quiet` is `HH:MM-HH:MM`; `slots` is both, a bit for each half hour of the week, hexadecimal. `kinds` are scenes
    they want, none for all. They are called at most `most_week` times in seven days, at least `rest_hours` apart, no
    farther than `reach_m` metres. `called` are the latest calls, newest first, in seconds since the epoch. `busy`
    while a call to them is open. Whoever is under age counts from `consented_at` on.
    """

    number = models.CharField(_("编号"), max_length=24)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    occupation = DistrictForeignKey(Occupation, models.PROTECT, related_name="responders")
    organisation = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    area_now = models.CharField(_("现区划"), max_length=24)
    areas = models.JSONField(_("常在区域"), default=list)
    stands = models.JSONField(default=list)
    skills = models.JSONField(_("技能"), default=list)
    languages = models.JSONField(_("语言"), default=list)
    kinds = models.JSONField(_("愿意参加的场景"), default=list)
    windows = models.JSONField(_("可召集时段"), default=list)
    quiet = models.CharField(_("免打扰"), max_length=11, blank=True)
    slots = models.CharField(max_length=84)
    most_week = models.PositiveSmallIntegerField(_("每周最多几次"), default=2)
    rest_hours = models.PositiveSmallIntegerField(_("两次之间至少几小时"), default=12)
    reach_m = models.PositiveIntegerField(_("最远多少米"), default=3000)
    emergencies = models.BooleanField(_("紧急时随时可召集"), default=True)
    consented_at = models.DateTimeField(_("同意于"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核实于"), null=True, blank=True)
    verified_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    paused_until = models.DateTimeField(_("暂停至"), null=True, blank=True)
    ended_at = models.DateTimeField(_("退出于"), null=True, blank=True)
    called = models.JSONField(default=list)
    busy = models.BooleanField(_("正被召集"), default=False)
    rested_from = models.DateTimeField(_("上次结束"), null=True, blank=True)
    revision = models.BigIntegerField(default=0)
    is_demo = models.BooleanField(_("演示"), default=False)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("城市响应人")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="responder_number_once"),
            models.UniqueConstraint(
                fields=["district", "person"], condition=Q(ended_at=None), name="responder_once"
            ),
            models.CheckConstraint(
                condition=Q(most_week__gte=1, most_week__lte=KEPT_CALLS - 1), name="responder_most_week"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "person"], name="responder_person"),
            models.Index(fields=["district", "revision"], name="responder_revision"),
            models.Index(fields=["district", "area_now"], name="responder_area"),
            models.Index(fields=["district", "occupation"], name="responder_occupation"),
            models.Index(fields=["district", "organisation"], name="responder_organisation"),
        ]

    def __str__(self) -> str:
        return self.number


class ResponderRevision(DistrictModel):
    """How often the responders of a district were changed; see `youlin.kernel.revisions`."""

    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district"], name="responder_revision_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.revision}"

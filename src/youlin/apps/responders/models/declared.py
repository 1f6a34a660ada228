"""What programmes declare: occupations, skills, scenes as kinds of tasks, and the rules by which people are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.places.models.declared import Declared


class Occupation(Declared):
    """What somebody does for a living, among those whom the city addresses."""

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("响应人职业")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="occupation_once")]


class Skill(Declared):
    """Something a responder can do that a task may need: first aid, sign language, carrying."""

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("响应人技能")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="skill_once")]


class TaskKind(Declared):
    """A scene in which responders help. `way` is how it happens: `call` (people are called out), `report` (they tell
    what they saw), `session` (dated, with seats). A call needs all of `skills`, reaches people within `within_m`
    metres, only `verified` ones where it says so, and may be an emergency only where `emergency` says so. `named`
    says whether the published source names the scene, or the pack has added it."""

    way = models.CharField(
        _("方式"),
        max_length=8,
        default="call",
        choices=[("call", _("召集")), ("report", _("随手报")), ("session", _("定期活动"))],
    )
    what = models.CharField(_("做什么"), max_length=200, blank=True)
    what_en = models.CharField(_("做什么（英文）"), max_length=240, blank=True)
    skills = models.JSONField(_("需要的技能"), default=list, blank=True)
    verified = models.BooleanField(_("只召集已核实的人"), default=True)
    within_m = models.PositiveIntegerField(_("范围（米）"), default=3000)
    emergency = models.BooleanField(_("可作为紧急召集"), default=False)
    named = models.BooleanField(_("来源列出"), default=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("响应场景")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="task_kind_once")]


class CallRules(Declared):
    """How people are called in a district: `night` (nobody is called, but for emergencies), waves of `wave_factor`
    people for each one missing, every `wave_minutes`, at most `most_waves`, nobody longer than `open_minutes`.

    Who is chosen costs least: a metre is 1, each call of the last 30 days `call_cost`, not verified `unverified_cost`.
    Below `adult_age` a guardian has to consent. `stars` are hours of service for one star each.
    """

    night = models.CharField(_("夜间"), max_length=11, default="22:00-07:00", blank=True)
    wave_factor = models.PositiveSmallIntegerField(_("每缺一人叫几人"), default=2)
    wave_minutes = models.PositiveSmallIntegerField(_("几分钟一轮"), default=3)
    most_waves = models.PositiveSmallIntegerField(_("最多几轮"), default=4)
    open_minutes = models.PositiveSmallIntegerField(_("最长召集多久（分钟）"), default=60)
    call_cost = models.PositiveIntegerField(_("近 30 天每次召集折合米数"), default=400)
    unverified_cost = models.PositiveIntegerField(_("未核实折合米数"), default=1000)
    adult_age = models.PositiveSmallIntegerField(_("成年年龄"), default=18)
    stars = models.JSONField(_("星级时长（小时）"), default=list)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("召集规则")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="call_rules_once")]

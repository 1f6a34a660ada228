"""What programmes declare of codes: a kind says who issues, for whom, what is inside and what a checker sees."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.passes.acts import CHECK, ISSUE
from youlin.apps.places.models.declared import Declared

HOLDERS = [
    ("person", _("人")),
    ("place", _("地点")),
    ("organisation", _("单位")),
    ("producer", _("主体")),
]
PAPERS = [("", _("不印")), ("card", _("卡片")), ("sticker", _("标签"))]
INSIDE = ("label",)
"""What may stand in a code beside its number, kind and dates."""
SHOWN = ("name", "body", "label", "area", "since")
"""What a checker may be shown, each `full` or `masked`; area and since are of what a card comes with."""


class PassKind(Declared):
    """A kind of code. `rotates` seconds a step (0: stands still); `skew` is how far two clocks may differ; a phone
    goes on for `offline_hours` without a network. `by_holder`: people take it themselves; `by_number`: its number
    alone suffices; `public`: whoever scans it learns what it stands for. Of a person's code whoever scans it learns what
    `anyone` says and no more. `comes_with` is what a card ends with: `duty:<kind>`, or what another app knows."""

    holder = models.CharField(_("发给"), max_length=16, choices=HOLDERS, default="person")
    issue_verb = models.CharField(_("谁签发"), max_length=64, default=ISSUE)
    check_verb = models.CharField(_("谁查验"), max_length=64, default=CHECK)
    days = models.PositiveSmallIntegerField(_("有效天数"), default=365)
    rotates = models.PositiveSmallIntegerField(_("几秒一变"), default=0)
    skew = models.PositiveSmallIntegerField(_("时钟可差几秒"), default=30)
    offline_hours = models.PositiveSmallIntegerField(_("无网络可用几小时"), default=0)
    inside = models.JSONField(_("码里有什么"), default=list, blank=True)
    shows = models.JSONField(_("查验人看到什么"), default=dict, blank=True)
    anyone = models.JSONField(_("谁扫都看到什么"), default=dict, blank=True)
    comes_with = models.CharField(_("随什么发"), max_length=96, blank=True)
    by_holder = models.BooleanField(_("本人可领"), default=False)
    by_number = models.BooleanField(_("报号即可"), default=False)
    public = models.BooleanField(_("谁扫都能看"), default=False)
    paper = models.CharField(_("印成"), max_length=8, choices=PAPERS, blank=True)
    description = models.TextField(_("说明"), blank=True)
    description_en = models.TextField(_("英文说明"), blank=True)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("码证种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="pass_kind_once")]

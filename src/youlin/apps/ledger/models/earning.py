"""Rules by which something is earned, and what came of each act they were asked about: granted, or refused and why."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.ledger.models.declared import Declared
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictModel


class EarningRule(Declared):
    """For acts of the journal for which a condition holds, so much goes from a pot to whoever earned it.

    Texts in CEL over the entry: `condition`; `who` (a person's id), `amount` (a whole number), `at` (when it was done),
    `pair` (who it was done with), `place`, `instead_of` (an earlier row this one corrects), and `facts` by name, which
    `words` may name in braces. Caps are amounts by this rule; 0 in a count or a pause is none.
    """

    when = models.JSONField(_("何时"), default=list)
    condition = models.TextField(_("条件"), blank=True)
    pot = models.CharField(_("从哪个发放池"), max_length=64)
    account = models.CharField(_("到哪种账户"), max_length=64)
    who = models.CharField(_("谁得"), max_length=300)
    amount = models.CharField(_("得多少"), max_length=600)
    at = models.CharField(_("何时做的"), max_length=300, blank=True)
    pair = models.CharField(_("和谁一起"), max_length=300, blank=True)
    place = models.CharField(_("在哪里"), max_length=300, blank=True)
    instead_of = models.CharField(_("更正哪一条"), max_length=300, blank=True)
    facts = models.JSONField(_("依据"), default=dict)
    words = models.CharField(_("说明"), max_length=200)
    words_en = models.CharField(_("说明（英文）"), max_length=260, blank=True)
    most_day = models.BigIntegerField(_("每天最多"), null=True, blank=True)
    most_month = models.BigIntegerField(_("每月最多"), null=True, blank=True)
    pause_minutes = models.PositiveIntegerField(_("两次至少相隔（分钟）"), default=0)
    same_pair_month = models.PositiveIntegerField(_("同一对人每月最多几次"), default=0)
    same_place_day = models.PositiveIntegerField(_("同一地点每天最多几次"), default=0)
    fastest_kmh = models.PositiveIntegerField(_("最快时速（公里）"), default=0)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("获得规则")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="ledger_rule_once")]


class Earning(DistrictModel):
    """What a rule said of one entry of the journal (`entry`, of the row `subject`): once, however often it is asked.

    `asked` is what the rule comes to, `given` what was posted after caps; nothing where it was refused, with `reason`.
    `pair`, `place` and the position are forgotten after a time.
    """

    rule = models.CharField(_("规则"), max_length=64)
    entry = models.UUIDField(_("日志条目"))
    subject = models.UUIDField(_("对象"))
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    asked = models.BigIntegerField(_("应得"))
    given = models.BigIntegerField(_("实得"), default=0)
    transfer = models.UUIDField(_("转账"), null=True, blank=True)
    reason = models.CharField(_("未得的原因"), max_length=32, blank=True)
    words = models.CharField(_("说明"), max_length=300)
    words_en = models.CharField(_("说明（英文）"), max_length=300, blank=True)
    pair = models.CharField(_("和谁一起"), max_length=64, blank=True)
    place = models.CharField(_("在哪里"), max_length=64, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    at = models.DateTimeField(_("做的时间"))
    taken_back_at = models.DateTimeField(_("收回于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("获得记录")
        constraints = [
            models.UniqueConstraint(fields=["district", "entry", "rule"], name="ledger_earning_once"),
            models.CheckConstraint(condition=Q(given__gte=0), name="ledger_earning_not_below_nothing"),
        ]
        indexes = [
            models.Index(fields=["district", "person", "-at"], name="ledger_earning_person"),
            models.Index(fields=["district", "subject"], name="ledger_earning_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.given}"

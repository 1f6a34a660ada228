"""Tables of the reactions: declared rules, how far each district was read, and what went wrong."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel
from youlin.kernel.journal.models import START, JournalEntry, Position


class ReactionRule(DistrictModel):
    """One declared "when … and … do …" of a programme in a district. Retired, never deleted."""

    programme = models.CharField(_("专题"), max_length=40)
    name = models.CharField(_("名称"), max_length=80)
    when = models.JSONField(_("何时"), help_text=_("行为的列表，可用 *"))
    condition = models.TextField(_("条件"), blank=True, help_text=_("CEL 表达式"))
    do = models.CharField(_("动作"), max_length=80)
    params = models.JSONField(_("参数"), default=dict, blank=True)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("联动规则")
        constraints = [
            models.UniqueConstraint(fields=["district", "programme", "name"], name="reaction_rule_name")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name under which failures are kept: `programme.name`."""
        return f"{self.programme}.{self.name}"


class ReactionCursor(DistrictModel):
    """How far the reactions of a district have read its journal."""

    epoch = models.BigIntegerField(_("纪元"), default=START.epoch)
    seq = models.BigIntegerField(_("序号"), default=START.seq)
    moved_at = models.DateTimeField(_("移动时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("联动进度")
        constraints = [models.UniqueConstraint(fields=["district"], name="reaction_cursor_district")]

    def __str__(self) -> str:
        return f"{self.district} {self.epoch}/{self.seq}"

    @property
    def position(self) -> Position:
        """The last position that was read."""
        return Position(self.epoch, self.seq)


class ReactionFailure(DistrictModel):
    """A reaction that did not succeed on an entry: tried again with growing pauses, never dropped."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待重试")
        STUCK = "stuck", _("需要处理")
        SOLVED = "solved", _("已解决")

    reaction = models.CharField(_("联动"), max_length=124)
    entry = DistrictForeignKey(JournalEntry, models.DO_NOTHING, related_name="+", verbose_name=_("日志条目"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("次数"), default=1)
    last_error = models.TextField(_("最近的错误"))
    failed_at = models.DateTimeField(_("首次失败"), default=clock.now)
    next_at = models.DateTimeField(_("下次重试"))

    class Meta:
        verbose_name = verbose_name_plural = _("联动失败")
        constraints = [
            models.UniqueConstraint(fields=["district", "entry", "reaction"], name="reaction_failure_once")
        ]
        indexes = [models.Index(fields=["district", "state", "next_at"], name="reaction_failure_due")]

    def __str__(self) -> str:
        return f"{self.reaction}: {self.last_error.splitlines()[0] if self.last_error else ''}"

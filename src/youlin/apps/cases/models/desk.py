"""What the desk keeps beside the cases: saved filters, acts on many cases, sheets printed, who is looking."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class SavedFilter(DistrictModel):
    """A list that somebody named: what the desk's address says behind the question mark.

    `shared_with` is a kind of duty whose holders see it too; it grants nothing, each sees their own cases in it.
    """

    owner = models.ForeignKey(Person, models.CASCADE, related_name="saved_filters", db_index=False)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("筛选"), max_length=1000)
    shared_with = models.CharField(_("共享给岗位"), max_length=64, blank=True)
    is_default = models.BooleanField(_("打开派遣台时先看"), default=False)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("保存的筛选")
        constraints = [
            models.UniqueConstraint(fields=["district", "owner", "name"], name="saved_filter_name_once"),
            models.UniqueConstraint(
                fields=["district", "owner"],
                condition=models.Q(is_default=True),
                name="saved_filter_one_default",
            ),
        ]
        indexes = [models.Index(fields=["district", "shared_with"], name="saved_filter_shared")]

    def __str__(self) -> str:
        return self.name


class BulkRun(DistrictModel):
    """One act done on many cases, each by itself, or the undoing of such a run (`undoes`)."""

    class State(models.TextChoices):
        RUNNING = "running", _("正在办")
        DONE = "done", _("办完了")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(_("动作"), max_length=64)
    act_name = models.CharField(_("动作名称"), max_length=64)
    given = models.JSONField(_("填写的内容"), default=dict)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField(_("件数"), default=0)
    undoes = DistrictForeignKey("self", models.CASCADE, null=True, blank=True, related_name="undone_by")
    created_at = models.DateTimeField(_("开始"), default=clock.now)
    finished_at = models.DateTimeField(_("完成"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("批量办理")
        indexes = [
            models.Index(fields=["district", "person", "-created_at"], name="bulk_run_person"),
            models.Index(fields=["district", "created_at"], name="bulk_run_age"),
            models.Index(fields=["district", "undoes"], name="bulk_run_undoes"),
        ]

    def __str__(self) -> str:
        return f"{self.act_name} × {self.total}"


class BulkItem(DistrictModel):
    """One case of a run: the version that was seen, what came of it, and how the case was before (for undo)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        DONE = "done", _("办好了")
        REFUSED = "refused", _("没有办")

    run = DistrictForeignKey(BulkRun, models.CASCADE, related_name="items")
    case = DistrictForeignKey(Case, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(_("看到的版次"))
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.WAITING)
    problem = models.CharField(_("原因"), max_length=300, blank=True)
    version_after = models.PositiveIntegerField(_("办后的版次"), null=True, blank=True)
    before = models.JSONField(_("办前"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("批量办理的案件")
        constraints = [models.UniqueConstraint(fields=["district", "run", "case"], name="bulk_item_once")]
        indexes = [
            models.Index(fields=["district", "run", "state", "position"], name="bulk_item_state"),
            models.Index(fields=["district", "case"], name="bulk_item_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.state}"


class PrintSheet(DistrictModel):
    """Paper that left the desk: who printed which case or list, and when."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    case = DistrictForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+")
    filters = models.JSONField(_("筛选"), default=dict, blank=True)
    numbers = models.JSONField(_("编号"), default=list, blank=True)
    created_at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("打印")
        indexes = [
            models.Index(fields=["district", "case"], name="print_sheet_case"),
            models.Index(fields=["district", "created_at"], name="print_sheet_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CasePresence(DistrictModel):
    """Who has a case open just now. Forgotten after a minute and never journalled: nobody is watched by it."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    writing = models.BooleanField(_("正在写"), default=False)
    seen_at = models.DateTimeField(_("最近"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("正在查看")
        constraints = [
            models.UniqueConstraint(fields=["district", "case", "person"], name="case_presence_once")
        ]
        indexes = [models.Index(fields=["district", "seen_at"], name="case_presence_age")]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.person_id}"

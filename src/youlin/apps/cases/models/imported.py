"""Real requests from files: runs and their rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.case import Case
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class ImportRun(DistrictModel):
    """One import of real requests from a file: what it read, took, refused and could not place.

    `digest` names file and mapping together (SHA-256), so the same command run again goes on with the same
    run; `position` is the last line whose chunk is committed.
    """

    source = models.CharField(_("来源"), max_length=255)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(_("对应"))
    position = models.PositiveIntegerField(_("读到的行"), default=0)
    rows_read = models.PositiveIntegerField(default=0)
    rows_taken = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField(default=0)
    rows_unplaced = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        constraints = [models.UniqueConstraint(fields=["district", "digest"], name="import_run_once")]
        indexes = [models.Index(fields=["district", "-started_at"], name="import_run_started")]

    def __str__(self) -> str:
        return self.source


class ImportedRow(DistrictModel):
    """One row of a file: its key (number + row hash), the case it became, or why it waits in the inbox."""

    run = DistrictForeignKey(ImportRun, models.CASCADE, related_name="rows")
    key = models.CharField(max_length=160)
    line = models.PositiveIntegerField(_("行号"))
    case = DistrictForeignKey(Case, models.CASCADE, null=True, related_name="imported_rows")
    state = models.CharField(
        _("状态"),
        max_length=16,
        choices=[("taken", _("已入库")), ("no_place", _("缺位置")), ("error", _("有误"))],
    )
    problem = models.JSONField(_("问题"), default=dict, blank=True)
    raw = EncryptedTextField(_("原文"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="imported_row_once")]
        indexes = [
            models.Index(fields=["district", "run", "state"], name="imported_row_state"),
            models.Index(fields=["district", "case"], name="imported_row_case"),
        ]

    def __str__(self) -> str:
        return self.key

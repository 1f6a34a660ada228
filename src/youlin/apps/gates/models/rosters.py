"""Rosters of platform companies: who works there this month, and whose codes ended because they left."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.apps.passes.models import Pass
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel

STATES = [("listed", _("在名单上")), ("ended", _("已停用")), ("unclear", _("分不清是谁，未停用"))]


class Roster(DistrictModel):
    """A body's list of a month. `content` holds it from preview to import, encrypted; then it is gone."""

    organisation = DistrictForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(_("文件"), max_length=200)
    content = EncryptedTextField(blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    made_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("上传"), default=clock.now)
    taken_at = models.DateTimeField(_("导入"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("平台名单")
        indexes = [
            models.Index(fields=["district", "organisation", "-created_at"], name="gate_roster_newest")
        ]

    def __str__(self) -> str:
        return self.name


class RosterRow(DistrictModel):
    """What a roster says of one person on record: still there, or their code ended (`held`, until `valid_to`)."""

    run = DistrictForeignKey(Roster, models.CASCADE, related_name="rows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(_("结果"), max_length=8, choices=STATES)
    held = DistrictForeignKey(Pass, models.SET_NULL, null=True, blank=True, related_name="+")
    valid_to = models.DateTimeField(_("原有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("平台名单的行")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "run", "held"],
                condition=models.Q(held__isnull=False),
                name="gate_roster_row_once",
            )
        ]
        indexes = [
            models.Index(fields=["district", "person"], name="gate_roster_person"),
            models.Index(fields=["district", "held"], name="gate_roster_held"),
        ]

    def __str__(self) -> str:
        return self.state

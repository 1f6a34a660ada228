"""Who looked at, took out or removed personal data, and why: the record a person may ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictModel


class PrivacyAct(DistrictModel):
    """One act upon personal data. `district` is the acting district, empty for the whole installation."""

    class Act(models.TextChoices):
        UNMASKED = "unmasked", _("查看完整信息")
        EXPORTED = "exported", _("导出个人信息")
        ERASED = "erased", _("删除个人信息")
        EXPIRED = "expired", _("按保存期限清理")

    act = models.CharField(_("操作"), max_length=12, choices=Act.choices)
    subject_kind = models.CharField(_("对象种类"), max_length=60, blank=True)
    subject_id = models.UUIDField(_("对象"), null=True, blank=True)
    field = models.CharField(_("字段"), max_length=60, blank=True)
    reason = EncryptedTextField(_("原因"), blank=True)
    counts = models.JSONField(_("数量"), default=dict, blank=True)
    actor_kind = models.CharField(_("操作方"), max_length=12)
    actor_person = models.UUIDField(_("操作人"), null=True, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("个人信息操作记录")
        indexes = [
            models.Index(fields=["district", "subject_kind", "subject_id"], name="privacy_act_by_subject"),
            models.Index(fields=["district", "at"], name="privacy_act_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_kind} {self.subject_id or ''}".strip()

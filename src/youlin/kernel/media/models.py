"""What the database knows of a photo or a recording; the bytes lie in the storage, stripped of metadata."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import DistrictModel


class MediaFile(DistrictModel):
    """One photo or short recording as it was received. Its original is never public."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        AUDIO = "audio", _("录音")

    class State(models.TextChoices):
        RECEIVED = "received", _("已接收")
        READY = "ready", _("可查看")
        FAILED = "failed", _("无法处理")
        REMOVED = "removed", _("已删除")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    purpose = models.CharField(_("用途"), max_length=32)
    content_type = models.CharField(_("内容类型"), max_length=40)
    size = models.PositiveIntegerField(_("字节数"))
    width = models.PositiveIntegerField(_("宽"), null=True, blank=True)
    height = models.PositiveIntegerField(_("高"), null=True, blank=True)
    seconds = models.FloatField(_("时长（秒）"), null=True, blank=True)
    orientation = models.PositiveSmallIntegerField(_("方向"), default=1)
    sha256 = models.CharField(_("内容摘要"), max_length=64)
    stored = models.CharField(_("原件"), max_length=200, blank=True)
    thumb = models.CharField(_("缩略图"), max_length=200, blank=True)
    full = models.CharField(_("大图"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.RECEIVED)
    uploaded_by = models.UUIDField(_("上传人"), null=True, blank=True)
    created_at = models.DateTimeField(_("接收时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("照片和录音")
        indexes = [
            models.Index(fields=["district", "state", "created_at"], name="media_by_state"),
            models.Index(fields=["district", "sha256"], name="media_by_content"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

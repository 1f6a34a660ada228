"""Messages to people: one notice, the channels it went through, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.kernel import clock, crypto
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Notice(DistrictModel):
    """One message to one person. No personal data of others in its words; the link leads to who may know."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(_("种类"), max_length=64)
    key = models.CharField(max_length=128)
    title = models.CharField(_("标题"), max_length=160)
    body = models.TextField(_("正文"), blank=True)
    link = models.CharField(_("链接"), max_length=255, blank=True)
    urgent = models.BooleanField(_("紧急"), default=False)
    subject_kind = models.CharField(max_length=64, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        constraints = [models.UniqueConstraint(fields=["district", "person", "key"], name="notice_once")]
        indexes = [models.Index(fields=["district", "person", "-created_at"], name="notice_inbox")]

    def __str__(self) -> str:
        return self.title


class Outgoing(DistrictModel):
    """Something that leaves the house through a channel: waits for quiet hours to end, tries, records."""

    channel = models.CharField(_("通道"), max_length=16)
    state = models.CharField(_("状态"), max_length=16, default="waiting")
    not_before = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Delivery(Outgoing):
    """One notice through one channel (SMS, mail, web push, WeCom)."""

    notice = DistrictForeignKey(Notice, models.CASCADE, related_name="deliveries")

    class Meta:
        verbose_name = verbose_name_plural = _("投递")
        constraints = [
            models.UniqueConstraint(fields=["district", "notice", "channel"], name="delivery_once")
        ]
        indexes = [models.Index(fields=["district", "state", "not_before"], name="delivery_due")]


class Letter(Outgoing):
    """A message to somebody who left an address and has no account. The address goes as soon as it is sent."""

    key = models.CharField(max_length=128)
    address = crypto.EncryptedTextField(_("地址"), blank=True)
    blind = models.CharField(max_length=64)
    title = models.CharField(_("标题"), max_length=160)
    text = models.TextField(_("正文"))
    subject_kind = models.CharField(max_length=64, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("短信和邮件")
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="letter_once")]
        indexes = [
            models.Index(fields=["district", "state", "not_before"], name="letter_due"),
            models.Index(fields=["district", "blind", "created_at"], name="letter_address"),
        ]


class Preference(DistrictModel):
    """What a person wants to hear through which channel, and their own quiet hours."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    channels = models.JSONField(_("通道"), default=dict, blank=True)
    quiet_hours = models.CharField(_("免打扰"), max_length=16, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知偏好")
        constraints = [models.UniqueConstraint(fields=["district", "person"], name="preference_once")]

    def __str__(self) -> str:
        return str(self.id)

"""The table behind `kernel.idempotency`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictModel


class IdempotencyRecord(DistrictModel):
    """One act that was asked for under a key, and the answer it got.

    The answer is encrypted: it may hold the token that opens a reporter's page.
    """

    scope = models.CharField(_("范围"), max_length=160)
    key = models.CharField(_("幂等键"), max_length=200)
    payload_digest = models.CharField(_("请求摘要"), max_length=64)
    response = EncryptedTextField(_("答复"), blank=True)
    created_at = models.DateTimeField(_("时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("幂等记录")
        constraints = [models.UniqueConstraint(fields=["district", "scope", "key"], name="idempotency_key")]
        indexes = [models.Index(fields=["district", "created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"

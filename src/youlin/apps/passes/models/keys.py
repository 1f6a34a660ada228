"""The keys that sign a district's codes, sealed by the kernel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictModel


class SigningKey(DistrictModel):
    """An Ed25519 key pair of a district. `public` and `secret` are `x` and `d` of RFC 8037.

    It is published from the moment it is made, signs from `signs_from` until a younger one does, and what it signed
    holds until `verifies_until` (None: it still signs). A revoked key is as one that never was.
    """

    kid = models.CharField(_("密钥名"), max_length=16)
    public = models.CharField(_("公钥"), max_length=43)
    secret = EncryptedTextField()
    made_at = models.DateTimeField(_("生成于"), default=clock.now)
    signs_from = models.DateTimeField(_("启用于"), default=clock.now)
    verifies_until = models.DateTimeField(_("验签至"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用于"), null=True, blank=True)
    revoked_why = models.CharField(_("停用原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("签发密钥")
        constraints = [models.UniqueConstraint(fields=["district", "kid"], name="pass_key_once")]
        indexes = [models.Index(fields=["district", "-signs_from"], name="pass_key_newest")]

    def __str__(self) -> str:
        return self.kid

"""What the database keeps about keys: check values, and the wrapped key of each person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.db import CityModel


class KeyCheck(CityModel):
    """Proof that a key of the key file is the one this database was written with; tells nothing about it."""

    key_id = models.CharField(_("密钥编号"), max_length=40, unique=True)
    value = models.CharField(_("校验值"), max_length=64)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("密钥校验值")

    def __str__(self) -> str:
        return self.key_id


class PersonKey(CityModel):
    """The data key of one person, wrapped by the data-protection key. Empty and dated once destroyed."""

    person_id = models.UUIDField(_("人员"), unique=True)
    wrapped = models.TextField(_("封装的密钥"), blank=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now, editable=False)
    destroyed_at = models.DateTimeField(_("销毁时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("个人数据密钥")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped=""),
                name="person_key_destroyed_is_empty",
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)

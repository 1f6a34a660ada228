"""What a place lends: umbrellas, chargers, a wheelchair."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.apps.places.models.place import Place
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Lendable(DistrictModel):
    """Things of one kind that a place lends; `lent` of `total` are out now."""

    place = DistrictForeignKey(Place, models.CASCADE, related_name="lendables")
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    total = models.PositiveIntegerField(_("总数"))
    lent = models.PositiveIntegerField(_("借出"), default=0)
    hours_allowed = models.PositiveSmallIntegerField(_("可借几小时"), default=24)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("可借物品")
        constraints = [
            models.UniqueConstraint(fields=["district", "place", "name"], name="lendable_once"),
            models.CheckConstraint(
                condition=models.Q(lent__lte=models.F("total")), name="lendable_no_more_than_is"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Loan(DistrictModel):
    """One thing lent to somebody: to a person who is signed in, or to a contact noted at the counter.

    The contact is forgotten when the thing is back.
    """

    lendable = DistrictForeignKey(Lendable, models.PROTECT, related_name="loans")
    borrower = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="loans", db_index=False
    )
    contact = EncryptedTextField(_("联系方式"), blank=True)
    lent_at = models.DateTimeField(_("借出"), default=clock.now)
    due_at = models.DateTimeField(_("应还"))
    returned_at = models.DateTimeField(_("归还"), null=True, blank=True)
    lost_at = models.DateTimeField(_("确认未还"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("借还")
        indexes = [
            models.Index(fields=["district", "lendable", "returned_at"], name="loan_lendable"),
            models.Index(fields=["district", "borrower"], name="loan_borrower"),
            models.Index(
                fields=["district", "due_at"],
                condition=models.Q(returned_at__isnull=True, lost_at__isnull=True),
                name="loan_out",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

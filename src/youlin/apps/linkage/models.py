"""What the house did not know yet of companies and outlets: who sat at a consultation, and when one was spoken to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models import Case
from youlin.apps.linkage.words import WAYS
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Attendance(DistrictModel):
    """A body, or a person with a duty, at a consultation. `came` is empty until the consultation was held.

    `duty` is the kind of duty by which the person sits there.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="attendances")
    organisation = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    duty = models.CharField(_("岗位"), max_length=64, blank=True)
    came = models.BooleanField(_("到会"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("参会")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) ^ models.Q(person__isnull=False),
                name="attendance_of_one",
            )
        ]
        indexes = [
            models.Index(fields=["district", "case"], name="attendance_case"),
            models.Index(fields=["district", "organisation"], name="attendance_organisation"),
            models.Index(fields=["district", "person"], name="attendance_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Contacted(DistrictModel):
    """That a body was spoken to: by phone, on a visit, at a consultation. What was said is in cases."""

    organisation = DistrictForeignKey(Organisation, models.CASCADE, related_name="contacted")
    way = models.CharField(_("方式"), max_length=8, choices=WAYS)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("联系记录")
        indexes = [
            models.Index(fields=["district", "organisation", "-at"], name="contacted_organisation"),
            models.Index(fields=["district", "by"], name="contacted_by"),
        ]

    def __str__(self) -> str:
        return str(self.id)

"""The petitioner's word: follow-up calls and ratings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.attached import CaseReporter
from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class FollowUpCall(DistrictModel):
    """A follow-up with the petitioner (回访): reached, solved, satisfied; None where not answered."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="follow_ups")
    caller = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(_("方式"), max_length=16, default="phone")
    at = models.DateTimeField(default=clock.now)
    reached = models.BooleanField(_("接通"))
    solved = models.BooleanField(_("已解决"), null=True)
    satisfied = models.BooleanField(_("满意"), null=True)
    note = models.TextField(_("备注"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("回访")
        indexes = [models.Index(fields=["district", "case"], name="follow_up_case")]

    def __str__(self) -> str:
        return str(self.id)


class Rating(DistrictModel):
    """The reporter's own word on a closed case: solved or not, one to five stars, in their words."""

    case = DistrictForeignKey(Case, models.CASCADE, related_name="ratings")
    reporter = DistrictForeignKey(CaseReporter, models.CASCADE, related_name="ratings")
    solved = models.BooleanField(_("已解决"))
    stars = models.PositiveSmallIntegerField(_("满意度"))
    comment = models.TextField(_("意见"), blank=True)
    round = models.PositiveSmallIntegerField(_("第几次"), default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "case", "reporter", "round"], name="rating_once_a_round"
            ),
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
        indexes = [models.Index(fields=["district", "reporter"], name="rating_reporter")]

    def __str__(self) -> str:
        return str(self.id)

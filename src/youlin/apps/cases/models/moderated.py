"""What a moderator let the public read of a case, in the words that are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class PublishedWords(DistrictModel):
    """The public's version of a case: title, text, address and the answers given, as a person approved them.

    `notes` is keyed by journal entry: the published words of each answer; an answer that is not there is not
    shown. `redacted` says that these are not the words of the case itself.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="published")
    title = models.CharField(_("标题"), max_length=120)
    description = models.TextField(_("内容"), blank=True)
    address = models.CharField(_("地址"), max_length=255, blank=True)
    notes = models.JSONField(_("答复"), default=dict, blank=True)
    redacted = models.BooleanField(_("有删改"), default=False)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("审核时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("公开内容")
        constraints = [models.UniqueConstraint(fields=["district", "case"], name="published_words_once")]

    def __str__(self) -> str:
        return self.title

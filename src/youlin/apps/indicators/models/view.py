"""What a leader named to come back to: a page of the cockpit, and whether it is told to them each week or month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictModel

EVERY = {"": _("不用"), "week": _("每周一"), "month": _("每月一日")}


class SavedView(DistrictModel):
    """An area of the cockpit with what its address says; `every` has three figures of it told regularly."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(_("名称"), max_length=40)
    area = models.CharField(_("区域"), max_length=24)
    query = models.CharField(_("时段和看法"), max_length=200, blank=True)
    every = models.CharField(_("提醒"), max_length=8, choices=list(EVERY.items()), blank=True)
    created_at = models.DateTimeField(_("保存时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("保存的看法")
        constraints = [
            models.UniqueConstraint(fields=["district", "owner", "name"], name="saved_view_name_once"),
            models.CheckConstraint(condition=models.Q(every__in=list(EVERY)), name="saved_view_every"),
        ]

    def __str__(self) -> str:
        return self.name

"""Who may have an offer, and the rosters that say so month by month."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.offers.models.declared import EntitlementKind
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class Roster(DistrictModel):
    """A body's table of people entitled as one kind. `content` holds it from preview to import, encrypted; then it is
    gone. `problems` name lines and columns, never people."""

    kind = DistrictForeignKey(EntitlementKind, models.PROTECT, related_name="+")
    organisation = DistrictForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(_("文件"), max_length=200)
    content = EncryptedTextField(blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    problems = models.JSONField(_("问题"), default=list)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("上传"), default=clock.now)
    taken_at = models.DateTimeField(_("导入"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("资格名单")
        indexes = [
            models.Index(fields=["district", "-created_at"], name="roster_newest"),
            models.Index(fields=["district", "kind"], name="roster_kind"),
            models.Index(fields=["district", "organisation"], name="roster_organisation"),
        ]

    def __str__(self) -> str:
        return self.name


class Entitlement(DistrictModel):
    """A person may have what is offered to a kind of people, from a day to a day, for a body or on their own.

    `number` is what is told at a counter: it says nothing of the person and can be drawn anew. `tail` is the blind index
    of the last four digits of the phone with the first character of the name, for those who have no number at hand.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = DistrictForeignKey(EntitlementKind, models.PROTECT, related_name="+")
    organisation = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    roster = DistrictForeignKey(Roster, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("取餐号"), max_length=24)
    tail = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField(_("自"), default=clock.today)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    ended_at = models.DateTimeField(_("终止于"), null=True, blank=True)
    ended_why = models.CharField(_("终止原因"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("享受资格")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="entitlement_number_once"),
            models.UniqueConstraint(
                fields=["district", "person", "kind", "organisation"],
                condition=Q(ended_at=None, organisation__isnull=False),
                name="entitlement_once_in_a_body",
            ),
            models.UniqueConstraint(
                fields=["district", "person", "kind"],
                condition=Q(ended_at=None, organisation=None),
                name="entitlement_once_alone",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "person"], name="entitlement_person"),
            models.Index(fields=["district", "tail"], name="entitlement_tail"),
            models.Index(fields=["district", "kind", "organisation"], name="entitlement_kind"),
            models.Index(fields=["district", "organisation"], name="entitlement_organisation"),
            models.Index(fields=["district", "roster"], name="entitlement_roster"),
        ]

    def __str__(self) -> str:
        return self.number


class RosterRow(DistrictModel):
    """What a roster did to an entitlement: made it, changed it (`before` has what it was) or ended it.

    `valid_to` is the last day as the roster left it: an entitlement with another one was changed since.
    """

    run = DistrictForeignKey(Roster, models.CASCADE, related_name="rows")
    entitlement = DistrictForeignKey(Entitlement, models.CASCADE, related_name="+")
    state = models.CharField(_("结果"), max_length=8)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("资格名单的行")
        constraints = [
            models.UniqueConstraint(fields=["district", "run", "entitlement"], name="roster_row_once")
        ]
        indexes = [models.Index(fields=["district", "entitlement"], name="roster_row_entitlement")]

    def __str__(self) -> str:
        return self.state

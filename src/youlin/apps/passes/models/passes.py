"""Codes that were issued, the phones that show them, and what checkers found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person, Producer
from youlin.apps.passes.models.declared import PassKind
from youlin.apps.passes.reasons import REVOKING, Reason
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel

_LIVE = Q(revoked_at=None)
_ALONE = Q(person=None, place=None, producer=None, organisation__isnull=False)


class Pass(DistrictModel):
    """A code for one holder, or a body's code for a person. `number` says nothing of the holder; `slot` is its place
    in the district's list of revoked codes and follows from the number. `about` is what a certificate certifies: of such
    codes somebody may have several."""

    kind = DistrictForeignKey(PassKind, models.PROTECT, related_name="passes")
    number = models.CharField(_("编号"), max_length=24)
    slot = models.PositiveIntegerField()
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    organisation = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    place = DistrictForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    producer = DistrictForeignKey(Producer, models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(_("说明"), max_length=24, blank=True)
    about = models.UUIDField(_("证明什么"), null=True, blank=True)
    valid_from = models.DateTimeField(_("自"), default=clock.now)
    valid_to = models.DateTimeField(_("至"))
    issued_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    is_demo = models.BooleanField(_("演示"), default=False)
    revoked_at = models.DateTimeField(_("停用于"), null=True, blank=True)
    revoked_why = models.CharField(_("停用原因"), max_length=16, blank=True, choices=list(REVOKING.items()))
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("码证")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="pass_number_once"),
            models.UniqueConstraint(fields=["district", "slot"], name="pass_slot_once"),
            models.UniqueConstraint(
                fields=["district", "kind", "person", "organisation"],
                condition=_LIVE & Q(person__isnull=False, organisation__isnull=False, about=None),
                name="pass_once_in_a_body",
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "person"],
                condition=_LIVE & Q(organisation=None, about=None),
                name="pass_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "person", "about"],
                condition=_LIVE & Q(about__isnull=False),
                name="pass_once_about",
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "place", "label"], condition=_LIVE, name="pass_once_a_place"
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "producer"], condition=_LIVE, name="pass_once_a_producer"
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "organisation"],
                condition=_LIVE & _ALONE,
                name="pass_once_a_body",
            ),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="pass_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["district", "person"], name="pass_person"),
            models.Index(fields=["district", "organisation"], name="pass_organisation"),
            models.Index(fields=["district", "place"], name="pass_place"),
            models.Index(fields=["district", "producer"], name="pass_producer"),
            models.Index(fields=["district", "kind", "-created_at"], name="pass_newest"),
            models.Index(fields=["district", "revoked_at"], name="pass_revoked"),
        ]

    def __str__(self) -> str:
        return self.number


class Binding(DistrictModel):
    """A chain that a phone made for a code: its end, and from when to when it serves. The beginning stays there."""

    held = DistrictForeignKey(Pass, models.CASCADE, related_name="bindings")
    device = models.CharField(_("手机"), max_length=32)
    anchor = models.CharField(_("链尾"), max_length=20)
    starts_at = models.DateTimeField(_("自"))
    ends_at = models.DateTimeField(_("至"))
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("绑定的手机")
        constraints = [
            models.UniqueConstraint(fields=["district", "held", "anchor"], name="pass_binding_once")
        ]
        indexes = [models.Index(fields=["district", "held", "-created_at"], name="pass_binding_newest")]

    def __str__(self) -> str:
        return str(self.id)


class Check(DistrictModel):
    """One look at a code: what was found, where and when. `held` and `checker` are forgotten after a time; the row
    stays as a figure. `told` is what a phone without a network said of it, by keys and a list that it had at
    `known_at`; `step` is the step of a code that moves."""

    held = DistrictForeignKey(Pass, models.SET_NULL, null=True, blank=True, related_name="checks")
    kind = models.CharField(_("种类"), max_length=64, blank=True)
    reason = models.CharField(_("结果"), max_length=16, choices=[(one.value, one.value) for one in Reason])
    told = models.CharField(_("无网络时的结果"), max_length=16, blank=True)
    known_at = models.DateTimeField(_("密钥和名单更新于"), null=True, blank=True)
    place = DistrictForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="+")
    checker = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    step = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("查验")
        indexes = [
            models.Index(fields=["district", "held", "-at"], name="pass_check_held"),
            models.Index(fields=["district", "place", "-at"], name="pass_check_place"),
            models.Index(fields=["district", "-at"], name="pass_check_newest"),
        ]

    def __str__(self) -> str:
        return str(self.id)

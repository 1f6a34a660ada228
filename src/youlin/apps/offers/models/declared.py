"""What programmes declare: kinds and categories of offers, and what people can be entitled as."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.places.models.declared import Declared

COUNTED = [
    ("person", _("按人核销")),
    ("tally", _("只计人次")),
]
"""`person`: an entitled person takes it, once for each redemption, within limits. `tally`: the host counts
person-times, nobody is named."""


class OfferKind(Declared):
    """A kind of offer, and how what is taken of it is counted."""

    counted = models.CharField(_("计法"), max_length=8, choices=COUNTED, default="tally")

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("供给种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="offer_kind_once")]


class OfferCategory(Declared):
    """A class of the catalogue."""

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("服务类别")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="offer_category_once")]


class EntitlementKind(Declared):
    """As what somebody may have an offer, how one proves it, and for how many days it holds at most (0: no end)."""

    proof = models.CharField(_("凭什么认定"), max_length=200, blank=True)
    proof_en = models.CharField(_("凭什么认定（英文）"), max_length=240, blank=True)
    most_days = models.PositiveSmallIntegerField(_("最长有效天数"), default=0)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("资格种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="entitlement_kind_once")]

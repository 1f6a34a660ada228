"""What the form that takes a compound in chooses from: the place, the property company, the bureau above it."""

from django.utils.translation import gettext as _

from youlin.apps.gates.words import BUREAU_KIND, FIRM_KIND
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.kernel import ids
from youlin.kernel.errors import Invalid


def place_of(district: str, number: str) -> Place:
    """The place of this number. Raises `Invalid`."""
    wanted = ids.normalise_number(number)
    found = Place.objects.defer("outline").filter(district=district, number=wanted, retired_at=None).first()
    if found is None:
        raise Invalid(_("没有这个地点"), field="place", remedy=_("请先登记地点，再写它的编号"))
    return found


def firms(district: str) -> list[Organisation]:
    """The property companies on record, by name."""
    return _of_kind(district, FIRM_KIND)


def bureaus(district: str) -> list[Organisation]:
    """The departments on record, by name."""
    return _of_kind(district, BUREAU_KIND)


def _of_kind(district: str, kind: str) -> list[Organisation]:
    every = [one for one in parties.organisations(district=district) if one.closed_on is None]
    return sorted((one for one in every if one.kind == kind), key=lambda one: one.name)

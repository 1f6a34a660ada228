"""The count of a district's changes of places: who changes one takes the next number."""

from youlin.apps.places.models import PlaceRevision
from youlin.kernel.revisions import Revisions

_revisions = Revisions(PlaceRevision)

take, latest, open_here = _revisions.take, _revisions.latest, _revisions.open_here

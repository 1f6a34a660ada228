"""The count of a district's changes of responders."""

from youlin.apps.responders.models import ResponderRevision
from youlin.kernel.revisions import Revisions

_revisions = Revisions(ResponderRevision)

take, latest, open_here = _revisions.take, _revisions.latest, _revisions.open_here

"""Who looks after the installation: by a duty held over all of it, or as a superuser of the configuration admin."""

from django.http import HttpRequest

from youlin.apps.duties import selectors as duties
from youlin.apps.parties.sign_in import actor_for
from youlin.kernel.actors import Actor

OPERATE = "installation.operate"


def operator_of(request: HttpRequest) -> Actor | None:
    """Who acts, if they may look after the installation.

    The page shows what all districts share, so a duty counts only when it is held over every one of them. A
    superuser acts as the system with their name on the entry, as in the admin.
    """
    user = request.user
    if user.is_authenticated and user.is_active and user.is_superuser:
        return Actor("system", person_id=user.person_id, via="operations", label=user.get_username())
    actor = actor_for(user, via="operations")
    access = duties.access(actor)
    districts = duties.all_districts() if access.holds_any(OPERATE) else ()
    everywhere = all(access.may(OPERATE, district=code, area=code) for code in districts)
    return actor if districts and everywhere else None

"""Who answers for a body on its own side: the post of somebody of the company."""

from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment
from youlin.apps.linkage import words
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock


def posts(body: Organisation) -> list[Assignment]:
    """The assignments in force in which what is addressed to the body is seen and answered."""
    rows = Assignment.objects.filter(
        in_force(clock.now()), district=body.district, kind__code=words.ANSWERER, organisation=body
    )
    return list(rows.select_related("kind", "holder").order_by("id"))

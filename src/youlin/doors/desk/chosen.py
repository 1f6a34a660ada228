"""Which cases of a list were chosen: ticked rows, or all that match, up to what one go may hold."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.doors.desk import filtering
from youlin.kernel.actors import Actor


@dataclass(frozen=True)
class Chosen:
    """The list and, unless all of it was meant, the numbers ticked in it."""

    query: str
    filters: CaseFilters
    numbers: tuple[str, ...]
    all: bool


def chosen_in(request: HttpRequest, actor: Actor) -> Chosen:
    """What a form about many cases was sent for."""
    sent = request.POST if request.method == "POST" else request.GET
    query = sent.get("query", "") if request.method == "POST" else request.GET.urlencode()
    asked = filtering.asked(QueryDict(query), actor)
    ticked = tuple(dict.fromkeys(number[:24] for number in sent.getlist("number")[: lists.BULK_MOST]))
    everything = bool(sent.get("all")) or not ticked
    return Chosen(asked.query, asked.filters, () if everything else ticked, everything)

"""Cases follow what they hang on: the duty that changes hands, the area that is merged or split."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.areas.services import Heirs
from youlin.apps.cases import routing
from youlin.apps.cases.models import Case
from youlin.apps.cases.services.measures import following as measures
from youlin.apps.duties import selectors as duties
from youlin.apps.parties.models import Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

HANDLE = "case.handle"
_BATCH = 500


@transaction.atomic
def hand_over(
    *,
    district: str,
    from_person: Person,
    to_person: Person | None,
    kind: str,
    areas: tuple[str, ...],
    actor: Actor,
) -> None:
    """Open cases that `from_person` holds under a duty in these areas go to `to_person`.

    None means that each is answered anew by who holds the duty then; where nobody does, it waits for one.
    """
    rows = Case.objects.select_for_update().filter(
        _inside(areas), district=district, holder=from_person, holder_duty=kind, is_open=True
    )
    changed, items = [], []
    for case in rows.order_by("id"):
        decision = None if to_person else _anew(case, kind, from_person)
        person = to_person or (decision.holder if decision else None)
        before = {"holder": str(case.holder_id), "duty": case.holder_duty}
        case.holder = person
        case.holder_duty = decision.duty if decision else kind
        steps = list(decision.steps) if decision else [_("随岗位交接")]
        case.routing_reason = {"duty": case.holder_duty, "steps": steps}
        case.version += 1
        case.updated_at = clock.now()
        changed.append(case)
        items.append(
            journal.Item(
                act="cases.handed_over",
                actor=actor,
                subject=case,
                area=case.area_now,
                before=before,
                after={"holder": str(person.id) if person else "", "duty": case.holder_duty},
            )
        )
    _save(changed, items, ["holder", "holder_duty", "routing_reason", "version", "updated_at"])
    measures.held_anew(changed)


@transaction.atomic
def recode(*, district: str, mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime) -> int:
    """Move the cases of a district from old area codes to new ones; how many. Again changes nothing.

    `area_at_event` stays. Open cases tell it in their history; closed ones move silently, so that access and
    figures need one column only: the areas' own journal says what became of their code.
    """
    moved = 0
    rows = Case.objects.select_for_update().filter(district=district, area_now__in=list(mapping))
    changed, items = [], []
    for case in rows.filter(is_open=True).order_by("id").iterator(chunk_size=_BATCH):
        before = case.area_now
        case.area_now = _heir(mapping[before], case)
        if case.area_now == before:
            continue
        case.version += 1
        changed.append(case)
        items.append(
            journal.Item(
                act="cases.recoded",
                actor=actor,
                subject=case,
                area=case.area_now,
                before={"area": before},
                after={"area": case.area_now},
                at=at,
            )
        )
    moved += len(changed)
    _save(changed, items, ["area_now", "version"])
    return moved + _recode_closed(district, mapping)


def _recode_closed(district: str, mapping: Mapping[str, str | Heirs]) -> int:
    moved = 0
    for old, heir in mapping.items():
        rows = Case.objects.filter(district=district, is_open=False, area_now=old)
        if isinstance(heir, str):
            moved += 0 if heir == old else rows.update(area_now=heir)
            continue
        by_place = list(rows.only("id", "district", "area_now", "lon", "lat"))
        kept = [case for case in by_place if _heir(heir, case) != old]
        for case in kept:
            case.area_now = _heir(heir, case)
        Case.objects.bulk_update(kept, ["area_now"], batch_size=_BATCH)
        moved += len(kept)
    return moved


def _heir(heir: str | Heirs, case: Case) -> str:
    return heir if isinstance(heir, str) else heir(case.lon, case.lat)


def _anew(case: Case, kind: str, not_person: Person) -> routing.Decision:
    """Who answers now. Where the duty itself is no more, whoever handles such cases now comes first."""
    if HANDLE in duties.retired_verbs(district=case.district, kind=kind):
        try:
            return routing.explain(
                district=case.district,
                category=case.category,
                area=case.area_now,
                facts=routing.facts_of(case),
                confidential=case.confidential,
            )
        except NotFound:  # the category is retired too: those above the duty answer
            return routing.for_duty(
                district=case.district,
                duty=kind,
                area=case.area_now,
                category=case.category,
                confidential=case.confidential,
            )
    return routing.for_duty(
        district=case.district,
        duty=kind,
        area=case.area_now,
        category=case.category,
        not_person=not_person.id,
        confidential=case.confidential,
    )


def _inside(areas: Iterable[str]) -> Q:
    inside = Q(pk__in=[])
    for code in areas:
        inside |= Q(area_now__startswith=code)
    return inside


def _save(cases: list[Case], items: list[journal.Item], fields: list[str]) -> None:
    Case.objects.bulk_update(cases, fields, batch_size=_BATCH)
    for start in range(0, len(items), _BATCH):
        journal.append_many(items[start : start + _BATCH])

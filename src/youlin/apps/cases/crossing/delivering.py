"""Filing a case in the district it was handed to: once, however often a worker begins and dies."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup, routing
from youlin.apps.cases.crossing import package, places, standing
from youlin.apps.cases.models import Arrival, Case, CaseReporter, Category, Crossing
from youlin.apps.cases.models.crossing import WAITING
from youlin.apps.cases.services import intake
from youlin.apps.cases.words import SEARCH_KIND
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import services as parties
from youlin.kernel import clock, ids, jobs, journal, rows, search
from youlin.kernel.actors import SYSTEM

log = logging.getLogger(__name__)

AT_ONCE = 100
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


@jobs.job(name="cases.deliver_crossings", attempts=3)
def deliver_due() -> int:
    """File what waits, district by district; how many. One that fails waits and keeps nobody else from going."""
    done = 0
    for district in duties.all_districts():
        due = Crossing.objects.filter(
            district=district, state=WAITING, delivered_at__isnull=True, not_before__lte=clock.now()
        )
        for id in due.order_by("not_before", "id").values_list("id", flat=True)[:AT_ONCE]:
            done += _try(district, id)
    return done


@jobs.every(minutes=1, name="cases.deliver_all_crossings")
def deliver_all_due() -> int:
    """File whatever has become due meanwhile: after a failure, after a crash."""
    return deliver_due()


def _try(district: str, id: UUID) -> int:
    try:
        deliver(district, id)
    except Exception as error:
        log.exception("crossing %s of %s could not be delivered", id, district)
        _later(district, id, error)
        return 0
    return 1


def deliver(district: str, id: UUID) -> None:
    """File one case there, then note it here; two transactions, each of which may be done again."""
    crossing = Crossing.objects.filter(district=district, id=id).select_related("case__case_type").first()
    if crossing is None or crossing.state != WAITING or crossing.delivered_at is not None:
        return
    _note_here(district, id, _filed_there(crossing))


def _filed_there(crossing: Crossing) -> str:
    """The number there; files the case unless it is filed already."""
    there = _arrival(crossing)
    if there is not None:
        return str(there.case.number)
    case: Case = crossing.case
    pictures = package.copy_pictures(crossing, case)
    with transaction.atomic():
        kind = _category(crossing)
        to = _new_case(crossing, case, kind)
        if rows.insert_if_new(_new_arrival(crossing, case, to)):
            to.save(force_insert=True)
            _fill(crossing, case, to, kind, package.keep_pictures(to, to.state, pictures))
    there = _arrival(crossing)
    assert there is not None
    return str(there.case.number)


def _arrival(crossing: Crossing) -> Arrival | None:
    rows_there = Arrival.objects.filter(district=crossing.to_district, id=crossing.id)
    return rows_there.select_related("case").first()


def _category(crossing: Crossing) -> Category:
    """Their category, or what stands for it by now."""
    code = places.matter(crossing.to_district, crossing.to_category, confidential=crossing.case.confidential)
    return routing.category_of(crossing.to_district, code or crossing.to_category)


def _new_case(crossing: Crossing, case: Case, kind: Category) -> Case:
    """The case there: the time of the report is kept, no promise runs, and nobody outside sees it yet."""
    case_type = intake.type_of(kind)
    area = places.area_in(crossing.to_district, case)
    return Case(
        district=crossing.to_district,
        number=ids.new_number(intake.prefix_of(crossing.to_district)),
        case_type=case_type,
        category=kind.code,
        state=lookup.table_of(case_type).initial,
        title=case.title,
        description=case.description,
        channel=package.CHANNEL,
        external_number=case.number,
        attributes=package.attributes(case, kind),
        lon=case.lon,
        lat=case.lat,
        address=case.address,
        area_at_event=area,
        area_now=area,
        confidential=case.confidential or case_type.confidential,
        anonymous=case.anonymous,
        reported_at=case.reported_at,
        me_too_count=case.me_too_count,
        marks=standing.IN,
        is_demo=case.is_demo,
        updated_at=clock.now(),
    )


def _new_arrival(crossing: Crossing, case: Case, to: Case) -> Arrival:
    return Arrival(
        id=crossing.id,
        district=to.district,
        case=to,
        from_district=crossing.district,
        from_number=case.number,
        reason=crossing.reason,
        history=package.history(case),
        promised_at=crossing.promised_at,
    )


def _fill(crossing: Crossing, case: Case, to: Case, kind: Category, photos: list[UUID]) -> None:
    """The people with what they agreed to, the words that find it, and the first entry of its history."""
    brought = package.bring_reporters(crossing, to, package.reporters(case))
    for one in brought:
        if one.person_id is not None:
            parties.carry_consents(
                person_id=one.person_id, from_district=case.district, to_district=to.district
            )
    contacts = {
        one.person_id: {"contact": one.contact}
        for one in brought
        if one.person_id is not None and _may_name(to, one)
    }
    journal.append(
        act="cases.crossing_arrived",
        actor=SYSTEM,
        subject=to,
        area=to.area_now,
        after={
            **intake.report_facts(to, kind.code),
            "from_district": case.district,
            "from_number": case.number,
            "reported_at": case.reported_at.isoformat(),
            "reporters": len(brought),
            "photos": [str(one) for one in photos],
        },
        note=crossing.reason,
        personal=contacts or None,
        first=True,
    )
    text = intake.search_text(to, kind.name)
    marks = search.marks.of(to.area_now, is_open=to.is_open)
    search.index(district=to.district, kind=SEARCH_KIND, object_id=to.id, text=text, marks=marks)


def _may_name(to: Case, one: CaseReporter) -> bool:
    """A protected or anonymous reporter is not named in the journal either."""
    return bool(one.contact) and not one.protected and not to.anonymous


@transaction.atomic
def _note_here(district: str, id: UUID, number: str) -> None:
    crossing = Crossing.objects.select_for_update(of=("self",)).get(district=district, id=id)
    if crossing.delivered_at is not None:
        return
    crossing.delivered_at, crossing.to_number, crossing.last_error = clock.now(), number, ""
    crossing.save(update_fields=["delivered_at", "to_number", "last_error"])
    case = lookup.locked(district, crossing.case_id)
    journal.append(
        act="cases.crossing_delivered",
        actor=SYSTEM,
        subject=case,
        area=case.area_now,
        after={
            "crossing": str(id),
            "to_district": crossing.to_district,
            "to_name": areas.short_name(crossing.to_district),
            "to_number": number,
        },
    )


@transaction.atomic
def _later(district: str, id: UUID, error: Exception) -> None:
    crossing = Crossing.objects.select_for_update(of=("self",)).filter(district=district, id=id).first()
    if crossing is None:
        return
    crossing.attempts += 1
    crossing.not_before = clock.now() + min(FIRST_PAUSE * 2 ** min(crossing.attempts, 10), LONGEST_PAUSE)
    crossing.last_error = f"{type(error).__name__}: {error}"[:255]
    crossing.save(update_fields=["attempts", "not_before", "last_error"])

"""What a case takes along: its words, place, people and pictures, and what was done and promised so far.

Read from the district it leaves, where it stands still meanwhile; written in the one it comes to.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup
from youlin.apps.cases.models import Case, CaseMedia, CaseReporter, Category, Crossing
from youlin.apps.cases.selectors import timeline
from youlin.kernel import rows
from youlin.kernel.media import copying
from youlin.kernel.media.models import MediaFile

CHANNEL = "district"
"""The channel of a case that another district handed over."""


def history(case: Case) -> list[dict[str, str]]:
    """What was done, oldest first: acts and times, nobody's name; answers to the reporter unless it is secret."""
    told = timeline.for_public(case, lookup.table_of(case.case_type))
    return [
        {"at": one.at.isoformat(), "what": one.what, "text": "" if case.confidential else one.text}
        for one in told
    ]


def reporters(case: Case) -> list[CaseReporter]:
    """Everybody who reported the case or joined it, the first one first."""
    found = CaseReporter.objects.filter(district=case.district, case=case)
    return list(found.order_by("created_at", "id"))


def bring_reporters(crossing: Crossing, to: Case, found: Sequence[CaseReporter]) -> list[CaseReporter]:
    """Give `to` those reporters that it has not got yet, each with their own token; the new ones.

    Whoever reported another case that was merged is, over there, one who joined: the first words are not theirs.
    """
    made = [_over_there(crossing, to, one) for one in found]
    return [one for one in made if rows.insert_if_new(one)]


def _over_there(crossing: Crossing, to: Case, one: CaseReporter) -> CaseReporter:
    return CaseReporter(
        id=uuid5(crossing.id, one.id.hex),
        district=to.district,
        case=to,
        person_id=one.person_id,
        kind="me_too" if one.came_from_id else one.kind,
        token_digest=one.token_digest,
        contact=one.contact,
        contact_blind=one.contact_blind,
        on_behalf_of=one.on_behalf_of,
        note=one.note,
        protected=one.protected,
        created_at=one.created_at,
    )


def copy_pictures(crossing: Crossing, case: Case) -> list[tuple[MediaFile, str]]:
    """The files copied into the other district's folder, each with the step it was taken at; no row is written yet."""
    found = CaseMedia.objects.filter(district=case.district, case=case, copy_of__isnull=True)
    initial = lookup.table_of(case.case_type).initial
    made = []
    for one in found.select_related("file").order_by("created_at", "position", "id"):
        id = uuid5(crossing.id, one.file_id.hex)
        day = timezone.localdate(crossing.asked_at, timezone.get_default_timezone())
        if copied := copying.copied(one.file, district=crossing.to_district, id=id, day=day):
            made.append((copied, "initial" if one.step == initial else "origin"))
    return made


def keep_pictures(to: Case, initial: str, made: Sequence[tuple[MediaFile, str]]) -> list[UUID]:
    """Write the rows of copied files and make them the case's; the ids of those that were taken when reporting."""
    for position, (file, step) in enumerate(made):
        copying.keep(file)
        where = initial if step == "initial" else step
        CaseMedia.objects.create(
            district=to.district,
            case=to,
            file=file,
            step=where,
            position=position,
            created_at=file.created_at,
        )
    return [file.id for file, step in made if step == "initial"]


def attributes(case: Case, category: Category) -> dict[str, Any]:
    """The answers that the other district asks for too, by the code of the question."""
    asked = {str(one.get("code", "")) for one in category.attributes}
    return {code: value for code, value in case.attributes.items() if code in asked}


def name_of(district: str) -> str:
    """The district as it is said."""
    return areas.short_name(district)

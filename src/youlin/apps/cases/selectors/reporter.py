"""What those who reported may see of their own cases: by number and token, or signed in."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission, workflow
from youlin.apps.cases.crossing import selectors as crossings
from youlin.apps.cases.measures import RUNNING
from youlin.apps.cases.models import Case, CaseMedia, CaseReporter, Measure, Rating
from youlin.apps.cases.selectors import answers, page, public, timeline
from youlin.apps.cases.selectors.rows import MyCase, PublicCase, Question, Track
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.media.models import MediaFile

MOST = 200


def track(number: str, token: str) -> Track:
    """One's own report behind number and token. `NotFound` alike for a wrong number and a wrong token."""
    return _track(number, token=token)


def my_track(actor: Actor, number: str) -> Track:
    """One's own report, signed in."""
    return _track(number, actor=actor)


def my_cases(actor: Actor) -> tuple[MyCase, ...]:
    """The cases the signed-in person reported or joined, newest first."""
    if actor.person_id is None:
        return ()
    rows = list(
        CaseReporter.objects.filter(district__in=duties.all_districts(), person_id=actor.person_id)
        .exclude(case__outcome="transferred")
        .select_related("case")
        .order_by("-created_at")[:MOST]
    )
    mine = {row.case_id for row in rows if row.kind == "reporter" and row.came_from_id is None}
    shown = public.cases([row.case for row in rows], own=mine)
    rated = _rated(rows)
    now = clock.now()
    return tuple(
        MyCase(
            case=case,
            kind="me_too" if row.kind == "me_too" else "reporter",
            light=clocks.light(row.case, now),
            may_rate=not row.case.is_open and row.case.outcome != "void" and row.id not in rated,
        )
        for row, case in zip(rows, shown, strict=True)
    )


def sent_case(actor: Actor, number: str, *, district: str) -> PublicCase | None:
    """A case that this machine client reported, told as to the public whatever has become of it; else None."""
    case = lookup.by_number(number, district=district).select_related("case_type").first()
    if case is None or actor.client_id is None:
        return None
    first = next(iter(journal.entries_for(case)), None)
    sent = first is not None and first.actor_client == actor.client_id
    return public.cases([case])[0] if sent else None


def media_of(actor: Actor, media_id: UUID, *, token: str = "") -> MediaFile:
    """A photo or sound that the actor may see: public ones anybody, the others with the case.

    The reporter sees those of their own case by `token` or signed in. Raises `NotFound`.
    """
    row = (
        CaseMedia.objects.filter(district__in=duties.all_districts(), file_id=media_id)
        .select_related("file", "case__case_type")
        .first()
    )
    if row is None:
        raise NotFound(_("没有这个文件"))
    file: MediaFile = row.file
    if row.public and row.case.public:
        return file
    reporter = lookup.reporter_of(row.case, token=token, actor=actor)
    if reporter is not None and (
        reporter.came_from_id == row.case_id or _own(reporter, row.step, lookup.table_of(row.case.case_type))
    ):
        return file
    if permission.may_know(permission.access(actor), row.case):
        return file
    raise NotFound(_("没有这个文件"))


def _track(number: str, *, token: str = "", actor: Actor | None = None) -> Track:
    reporter, own = lookup.reported(number, token=token, actor=actor)
    reporter = crossings.reporter_at(reporter)
    case = reporter.case
    table = lookup.table_of(case.case_type)
    photos = tuple(one for one in timeline.photos_of(case) if one.public or _own(reporter, one.step, table))
    rating = Rating.objects.filter(
        district=case.district, case=case, reporter=reporter, round=case.reopened
    ).first()
    until = case.closed_at + timedelta(days=settings.REOPEN_DAYS) if case.closed_at else None
    reopens = table.role("reopen", case.state) is not None and lookup.may_reopen(case)
    return Track(
        case=public.cases([case], own=[case.id] if _first_hand(reporter) else [])[0],
        timeline=timeline.for_public(case, table, photos),
        steps=timeline.steps(case, table),
        photos=photos,
        light=clocks.light(case, clock.now()),
        contact_masked=page.masked_contact(reporter.contact),
        kind="me_too" if reporter.kind == "me_too" else "reporter",
        may_rate=rating is None and table.role("rate", case.state) is not None,
        may_reopen=reopens,
        reopen_until=until if reopens else None,
        answer=answers.of_rating(rating) if rating else None,
        question=_question(case) if reporter.kind == "reporter" else None,
        merged_from=own.number if own.id != case.id and own.district == case.district else "",
        moved_from=own.number if own.district != case.district else "",
        moving_to=crossings.moving_to(case),
        parts=_parts(case),
    )


def _question(case: Case) -> Question | None:
    """What the reporter is asked now."""
    if "paused" not in case.marks.split():
        return None
    asked = Measure.objects.filter(
        district=case.district, case=case, kind="pause", state=RUNNING, is_open=True
    ).first()
    return Question(asked.reason, asked.requested_at, asked.until) if asked else None


def _parts(case: Case) -> tuple[str, ...]:
    """How the parts of a case stand that was split, in words."""
    if "divided" not in case.marks.split():
        return ()
    rows = Case.objects.filter(district=case.district, parent=case).select_related("case_type")
    names = [lookup.table_of(one.case_type).state(one.state).title() for one in rows.order_by("id")]
    return tuple(names)


def _first_hand(reporter: CaseReporter) -> bool:
    """Whether the case is the one they wrote themselves, not one that theirs was merged into."""
    return reporter.kind == "reporter" and reporter.came_from_id is None


def _own(reporter: CaseReporter, step: str, table: workflow.Workflow) -> bool:
    """Whether a photo taken at `step` came with this reporter's own report."""
    return _first_hand(reporter) and step == table.initial


def _rated(rows: Sequence[CaseReporter]) -> set[UUID]:
    """Those of these reporters who rated the present round."""
    rounds: dict[int, list[UUID]] = {}
    for row in rows:
        rounds.setdefault(row.case.reopened, []).append(row.id)
    wanted = Q(pk__in=[])
    for number, ids in rounds.items():
        wanted |= Q(round=number, reporter_id__in=ids)
    districts = {row.district for row in rows}
    found = Rating.objects.filter(wanted, district__in=districts).values_list("reporter_id", flat=True)
    return set(found)

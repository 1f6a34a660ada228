"""Who may know and do what with cases: duties decide, a confidential case asks for one verb more."""

from functools import lru_cache
from uuid import UUID

from django.db.models import Q, UUIDField
from django.utils.translation import gettext as _

from youlin.apps.cases import workflow
from youlin.apps.cases.crossing import standing
from youlin.apps.cases.models import Case, Measure
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access, Holding
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.prepared import Given, Prepared

READ, READ_CONFIDENTIAL, HANDLE, SEE_REPORTER = (
    "case.read",
    "case.read_confidential",
    "case.handle",
    "case.see_reporter",
)


def access(actor: Actor) -> Access:
    """What the actor may do now; made once and handed on."""
    return duties.access(actor)


def visible(access: Access, *, area: str = "area_now", district: str = "district") -> Q:
    """The cases the actor may know, ready for `.filter()`; `area` and `district` name the columns of where they lie."""
    if access.actor.kind == "system":
        return Q()
    fields = duties.Fields(area=area, district=district)
    readable = access.scope(READ, fields=fields)
    if not access.holds_any(READ_CONFIDENTIAL):
        return readable & Q(confidential=False)
    return readable & (Q(confidential=False) | access.scope(READ_CONFIDENTIAL, fields=fields))


def shards(access: Access) -> tuple[str, ...]:
    """The districts in whose shards the cases lie that the actor may know; also those merged into theirs."""
    if access.actor.kind == "system":
        return access.districts(READ)
    return tuple(sorted({one for held in access.held if READ in held.verbs for one in held.reach}))


def by_place_alone(access: Access) -> bool:
    """Whether the actor may know a case is decided by where it lies, and whether it is confidential, and nothing else."""
    if "" in (*access.prefixes(READ), *access.prefixes(READ_CONFIDENTIAL)):  # everywhere, or single cases
        return False
    granting = [one for one in access.held if one.verbs & {READ, READ_CONFIDENTIAL}]
    return not any(one.category or one.organisation_id or one.case or one.place for one in granting)


def may(access: Access, verb: str, case: Case) -> bool:
    """Whether the actor may do `verb` on this case."""
    return access.may(
        verb,
        district=case.district,
        area=case.area_now,
        category=case.category,
        organisation=case.lead_unit_id,
        case=case.id,
    )


def may_know(access: Access, case: Case) -> bool:
    """Whether the actor may know the case at all."""
    return may(access, READ, case) and (not case.confidential or may(access, READ_CONFIDENTIAL, case))


def demand_knowledge(access: Access, case: Case) -> None:
    """Raise `NotFound`, as if there were none, unless the actor may know the case."""
    if not may_know(access, case):
        raise NotFound(_("没有这个案件"))


def why_not(access: Access, case: Case, act: workflow.Act, *, arriving: bool = False) -> str:
    """Why the actor may not do `act` on the case; "" when they may.

    Who was made the holder may do what the table leaves to the holder, also where their own kind of duty does
    not grant the verb: a vacancy that climbed must not end in a case that nobody can handle. `arriving` asks
    about a case that waits to be accepted from another district; nothing else is done to it before.
    """
    actor = access.actor
    if actor.kind == "system":
        return ""
    if act.actor == "reporter":
        return _("这一步由反映人自己来做")
    if act.role in ("gather", "take_back"):
        return _("分办的各件办结后由系统来做")
    if not arriving and (still := standing.why_still(case)):
        return still
    holds = actor.person_id is not None and actor.person_id == case.holder_id
    if act.actor == "holder" and case.holder_id is not None and not holds:
        return _("这一步由承办人来做")
    if act.actor == "not_handler" and actor.person_id is not None and actor.person_id == case.handler_id:
        return _("不能核查自己处置的案件，请由另一位同事来做")
    if may(access, act.verb, case) or (act.actor == "holder" and holds and may_know(access, case)):
        return ""
    return explain(access, act.verb, case)


def explain(access: Access, verb: str, case: Case) -> str:
    """Why the actor may or may not do `verb` on this case, in one sentence."""
    return access.explain(
        verb,
        district=case.district,
        area=case.area_now,
        category=case.category,
        organisation=case.lead_unit_id,
        case=case.id,
    )


def duty_for(access: Access, case: Case, verb: str = HANDLE) -> str | None:
    """The code of the actor's duty that lets them handle this case, or do `verb`; None when they may not."""
    if case.confidential and not may(access, READ_CONFIDENTIAL, case):
        return None
    for held in access.held:
        if verb in held.verbs and held.covers(
            district=case.district,
            area=case.area_now,
            category=case.category,
            organisation=case.lead_unit_id,
            case=case.id,
        ):
            return held.kind_code
    return None


def sees_reporter(access: Access, case: Case, *, protected: bool) -> bool:
    """Whether the actor may know who reported.

    A protected informant (举报) is hidden from everybody who handles the case or could come to handle it.
    """
    if access.actor.kind == "system":
        return True
    handles: set[UUID | None] = {case.holder_id, case.handler_id}
    if protected and (access.actor.person_id in handles or may(access, HANDLE, case)):
        return False
    return may(access, SEE_REPORTER, case)


def called(actor: Actor) -> list[Holding]:
    """What being called to a case (吹哨) grants while it is open: to read it, wherever one's duties end."""
    if actor.person_id is None:
        return []
    rows = _called_to(duties.all_districts()).values(person=actor.person_id)
    return [
        Holding(
            district=district,
            kind_code="called",
            kind_name=_("被叫到的单位"),
            verbs=frozenset({READ}),
            areas=duties.EVERYWHERE,
            case=case_id,
        )
        for district, case_id in rows
    ]


@lru_cache(maxsize=16)
def _called_to(districts: tuple[str, ...]) -> Prepared[Measure]:
    """The open cases that a person was called to: asked on every page that anybody on duty opens."""
    return Prepared(
        lambda: (
            Measure.objects.filter(
                district__in=districts,
                assignee=Given("person", UUIDField()),
                kind="whistle",
                case__is_open=True,
                case__confidential=False,
            )
            .exclude(state__in=("declined", "released"))
            .values_list("district", "case_id")
            .distinct()
        )
    )

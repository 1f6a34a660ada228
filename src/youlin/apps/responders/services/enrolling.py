"""Enrolling as a responder: asked once, agreed to, changed at will, left at will."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person
from youlin.apps.passes import services as passes
from youlin.apps.responders import cards, declarations, revisions, words
from youlin.apps.responders.choosing import times
from youlin.apps.responders.models import Responder
from youlin.apps.responders.services import checking, closing, writing
from youlin.kernel import clock, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

PREFIX = "R"
NEEDED = ("occupation", "areas")


@transaction.atomic
def register(
    *,
    actor: Actor,
    district: str,
    values: Mapping[str, Any],
    born_on: date | None = None,
    is_demo: bool = False,
) -> Responder:
    """Enrol the actor, with `checking.FIELDS` as far as they are said. Enrolling twice answers the same row.

    Whoever is under age is called only once a guardian has agreed (`consent_for`). `born_on` is asked once: it is not
    overwritten where it is known. Raises `Invalid` with everything that is wrong.
    """
    if actor.kind != "person" or actor.person_id is None:
        raise NotAllowed(_("请先登录"))
    person = people.canonical(actor.person_id)
    if person is None:
        raise NotFound()
    standing = mine(district, person.id)
    if standing is not None:
        return standing
    if person.born_on is None and born_on is not None:
        _check_birth(born_on)
        person = parties.change_person(actor=actor, person_id=person.id, district=district, born_on=born_on)
    return register_many(actor=actor, district=district, said=[(person, values)], is_demo=is_demo)[0]


@transaction.atomic
def register_many(
    *,
    actor: Actor,
    district: str,
    said: Sequence[tuple[Person, Mapping[str, Any]]],
    is_demo: bool = False,
) -> list[Responder]:
    """`register` for many people, who all agreed; by the system, or for the actor alone."""
    if actor.kind != "system" and [person.id for person, _values in said] != [actor.person_id]:
        raise NotAllowed()
    known, rules = checking.known(district), declarations.rules_of(district)
    made = []
    for person, values in said:
        problems = [problem for name in NEEDED if not values.get(name) for problem in _missing(name)]
        if person.born_on is None:
            problems += Invalid(_("请填写出生日期"), field="born_on").problems
        if problems:
            raise Invalid(problems=problems)
        row = Responder(district=district, number=ids.new_number(PREFIX), person=person, is_demo=is_demo)
        _put(row, checking.check(values, known))
        assert person.born_on is not None
        if _years(person.born_on) >= rules.adult_age:
            parties.give_consent(
                actor=actor, district=district, person=person, purpose=words.PURPOSE, wording=words.WORDING
            )
            row.consented_at = clock.now()
        made.append(row)
    revision = revisions.take(district)
    for row in made:
        row.revision = revision
    if len(made) == 1:
        if not rows.insert_if_new(made[0]):
            raise Conflict(_("您已经登记过了"))
    else:
        rows.insert_many(made)
    journal.append_many(
        [writing.item("responders.registered", actor, row, after=_facts(row), first=True) for row in made]
    )
    return made


@transaction.atomic
def consent_for(*, actor: Actor, district: str, responder_id: UUID) -> Responder:
    """A guardian agrees for a ward who has enrolled. Raises `NotAllowed` for anybody else."""
    row = writing.locked(district, responder_id)
    if actor.person_id is None:
        raise NotAllowed(_("请先登录"))
    giver = people.canonical(actor.person_id)
    parties.give_consent(
        actor=actor,
        district=district,
        person=row.person,
        purpose=words.PURPOSE,
        wording=words.WORDING,
        given_by=giver,
    )
    if giver is not None and giver.id == row.person_id:
        raise NotAllowed(_("只有监护人可以代为同意"))
    if row.consented_at is None:
        row.consented_at = clock.now()
        writing.save([row], ["consented_at"])
        journal.append_many([writing.item("responders.consented", actor, row)])
    return row


@transaction.atomic
def change(
    *,
    actor: Actor,
    district: str,
    values: Mapping[str, Any],
    paused_until: datetime | None = None,
    resume: bool = False,
) -> Responder:
    """Change the actor's own times, limits, areas, skills; rest until a day, or take up again.

    Another occupation or body has to be verified anew. Raises `Invalid` with everything that is wrong.
    """
    row = writing.locked(district, _standing(actor, district).id)
    before = _told(row)
    checked = checking.check(values, checking.known(district))
    _put(row, checked)
    if paused_until is not None or resume:
        row.paused_until = None if resume else paused_until
    after = _told(row)
    if any(before[name] != after[name] for name in ("occupation_id", "organisation_id")):
        row.verified_at, row.verified_by = None, None
    writing.save([row], _COLUMNS)
    changed = sorted(name for name, value in after.items() if value != before[name])
    if changed:
        journal.append_many([writing.item("responders.changed", actor, row, after={"changed": changed})])
        passes.end_with(district=district, person_id=row.person_id, comes_with=cards.SOURCE)
    return row


@transaction.atomic
def leave(*, actor: Actor, district: str) -> None:
    """The actor is a responder no more: at once, without a reason. What they served stays theirs."""
    standing = _standing(actor, district)
    _give_back_seats(actor, standing)
    closing.release_all_of(actor, standing)
    row = writing.locked(district, standing.id)
    row.ended_at = clock.now()
    writing.save([row], ["ended_at"])
    journal.append_many([writing.item("responders.left", actor, row)])
    passes.end_with(district=district, person_id=row.person_id, comes_with=cards.SOURCE)


def _give_back_seats(actor: Actor, standing: Responder) -> None:
    from youlin.apps.responders.services import seating

    seating.leave_all(actor, standing)


def mine(district: str, person_id: UUID) -> Responder | None:
    """Somebody's enrolment in a district that has not ended."""
    rows = Responder.objects.select_related("occupation", "organisation", "person")
    return rows.filter(district=district, person=person_id, ended_at=None).first()


_COLUMNS = (
    "occupation_id",
    "organisation_id",
    "area_now",
    "areas",
    "stands",
    "skills",
    "languages",
    "kinds",
    "windows",
    "quiet",
    "slots",
    "most_week",
    "rest_hours",
    "reach_m",
    "emergencies",
    "paused_until",
    "verified_at",
    "verified_by_id",
)


def _standing(actor: Actor, district: str) -> Responder:
    row = mine(district, actor.person_id) if actor.person_id else None
    if row is None:
        raise NotFound(_("您还没有登记为城市响应人"))
    return row


def _put(row: Responder, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.slots = times.bits(row.windows, row.quiet)


def _told(row: Responder) -> dict[str, Any]:
    """All that one can change, for comparison; the journal names what changed, never where somebody is when."""
    plain = {name: getattr(row, name) for name in _COLUMNS if name not in ("verified_at", "verified_by_id")}
    return plain | {"occupation_id": row.occupation.id}


def _facts(row: Responder) -> dict[str, Any]:
    """What the journal says of somebody new."""
    return {
        "number": row.number,
        "occupation": row.occupation.code,
        "organisation": row.organisation.code if row.organisation else "",
        "agreed": row.consented_at is not None,
    }


def _missing(name: str) -> Sequence[Any]:
    message = _("请选择职业") if name == "occupation" else _("请选一到三个常在的区域")
    return Invalid(message, field=name).problems


def _check_birth(born_on: date) -> None:
    if not 0 <= _years(born_on) <= 120:
        raise Invalid(_("请核对出生日期"), field="born_on", remedy=_("例如 1996-05-20"))


def _years(born: date) -> int:
    today = clock.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

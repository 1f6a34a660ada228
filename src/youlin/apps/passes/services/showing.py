"""What is seen of a code that holds: what its kind declares, in full or masked, and nothing else."""

from collections.abc import Mapping

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import sources
from youlin.apps.passes.models import Pass
from youlin.apps.passes.models.declared import SHOWN
from youlin.apps.passes.subjects.words import HOUSEHOLD
from youlin.kernel import clock, privacy


def shown(held: Pass) -> dict[str, str]:
    """What a checker sees, by name of the field (`SHOWN`): its text. Fields that are empty are left out."""
    return _told(held, held.kind.shows)


def told_to_anyone(held: Pass) -> dict[str, str]:
    """The same for whoever scans the code with any camera."""
    return _told(held, held.kind.shows if held.kind.public else held.kind.anyone)


def _told(held: Pass, declared: Mapping[str, str]) -> dict[str, str]:
    found = {name: _text(held, name, how) for name, how in declared.items() if name not in ("area", "since")}
    if "area" in declared or "since" in declared:
        found |= {name: text for name, text in _place_and_time(held).items() if name in declared}
    return {name: found[name] for name in SHOWN if found.get(name)}


def _place_and_time(held: Pass) -> dict[str, str]:
    """Where, and since when: as what the card comes with says at this moment; of a subject or a place, where it is."""
    area = held.producer.area if held.producer else held.place.area_now if held.place else ""
    since = _("%(day)s 签发") % {"day": f"{localtime(held.created_at):%Y-%m-%d}"}
    if area:
        return {"area": areas.local_path(area), "since": since}
    has = (
        sources.standing(held.kind, held.person_id, clock.now())
        if held.person_id and held.kind.comes_with
        else None
    )
    if has is None:
        return {"since": since}
    return {
        "area": "、".join(areas.local_path(code) for code in has.areas),
        "since": _("%(day)s 起") % {"day": f"{localtime(has.since):%Y-%m-%d}"},
    }


def _text(held: Pass, name: str, how: str) -> str:
    if name == "body":
        return held.organisation.name if held.organisation and held.kind.holder == "person" else ""
    if name == "label":
        return held.label
    if held.person is not None:
        return held.person.name if how == "full" else privacy.mask_name(held.person.name)
    if held.producer is not None and held.producer.kind == HOUSEHOLD and how != "full":
        return privacy.mask_name(held.producer.name)
    holder = held.place or held.producer or held.organisation
    return holder.name if holder else ""

"""Who hears of a case that crosses a line: whoever reported it, who decides over there, who sent it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import permission
from youlin.apps.cases.crossing import clockwork
from youlin.apps.cases.models import Case, Crossing
from youlin.apps.cases.services import reacting
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as parties
from youlin.kernel.actors import Actor
from youlin.kernel.journal import JournalEntry
from youlin.kernel.reactions.registry import Action

MOST = 50
"""People of one district who are told that a case came."""

TO_REPORTER = {
    "cases.crossing_asked": (
        "您反映的 {number} 不在本区，正在移交%(name)s；原编号和链接照常可查",
        "{number} lies outside this district and is being handed to %(name)s. Your number and link keep working",
    ),
    "cases.crossed": (
        "您反映的 {number} 已由%(name)s接收，新编号 %(to)s；原编号和链接照常可查",
        "{number} was taken over by %(name)s as %(to)s. Your number and link keep working",
    ),
    "cases.crossing_returned": (
        "您反映的 {number} 仍由本区办理，时限接着走",
        "{number} stays with this district and its time runs on",
    ),
}
"""What whoever reported is told, in both languages of the house: it is kept with the notice."""


Told = Callable[[JournalEntry], None]


def each(tell: Told) -> Action:
    """An action of one entry after the other: lines are crossed seldom."""

    def action(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
        for entry in entries:
            tell(entry)

    return action


def tell_reporter(entry: JournalEntry) -> None:
    """Everybody who reported the case or joined it, as far as they can be told."""
    words, words_en = TO_REPORTER[entry.act]
    code = str(entry.after.get("to_district", ""))
    to = str(entry.after.get("to_number", ""))
    with translation.override("zh-hans"):
        title = words % {"name": areas.short_name(code), "to": to}
    with translation.override("en"):
        title_en = words_en % {"name": areas.short_name(code), "to": to}
    reacting.notify_reporter([entry], {"title": title, "title_en": title_en})


def tell_deciders(entry: JournalEntry) -> None:
    """Those of the district to which it came who may take it over or send it back."""
    case = _case(entry)
    declared = clockwork.way_out(case) if case else None
    if case is None or declared is None:
        return
    able = duties.able(declared.verb, district=case.district, area=case.area_now, category=case.category)
    name = str(entry.after.get("from_district", ""))
    for one in able[:MOST]:
        if permission.may_know(permission.access(Actor("person", person_id=one.person_id)), case):
            _notify(
                entry, case, one.person_id, gettext_lazy("%(name)s移交来一件，请接收或退回：%(number)s"), name
            )


def tell_asker(entry: JournalEntry) -> None:
    """Whoever sent the case and whoever holds it, about the answer."""
    case = _case(entry)
    crossing = Crossing.objects.filter(district=entry.district, id=UUID(str(entry.after["crossing"]))).first()
    if case is None or crossing is None:
        return
    words = gettext_lazy("%(name)s退回了 %(number)s，时限接着走")
    if entry.act == "cases.crossed":
        words = gettext_lazy("%(name)s已接收 %(number)s")
    for person in dict.fromkeys((crossing.asked_by_id, case.holder_id)):
        if person is not None:
            _notify(entry, case, person, words, crossing.to_district)


def _notify(entry: JournalEntry, case: Case, person: UUID, words: Any, district: str) -> None:
    with translation.override(parties.language_of(person)):
        notices.notify(
            district=case.district,
            person_id=person,
            kind="cases.crossing",
            key=f"{entry.id.hex}:{person.hex}",
            title=str(words) % {"name": areas.short_name(district), "number": case.number},
            body="" if case.confidential else case.title,
            link=f"/desk/case/{case.number}/",
            subject=case,
        )


def _case(entry: JournalEntry) -> Case | None:
    rows = Case.objects.filter(district=entry.district, id=entry.subject_id)
    return rows.select_related("case_type").first()

"""What people are told of a call-out or a turn, in their language; never where the place is before they have accepted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.areas import selectors as areas
from youlin.apps.notices import services as notices
from youlin.apps.parties import selectors as people
from youlin.apps.responders import words
from youlin.apps.responders.models import Call, CallOut, Seat, Shift, TaskKind

Words = str
ENOUGH: Words = "enough"
STOOD_DOWN: Words = "stood_down"
_SAID = {
    ENOUGH: (gettext_lazy("人手已够，谢谢您"), gettext_lazy("这次不用来了，您可以忙自己的。")),
    STOOD_DOWN: (gettext_lazy("召集已解除"), gettext_lazy("不用来了，谢谢您。")),
}


def call(row: CallOut, calls: Sequence[Call]) -> None:
    """Call people: what is needed and about how far it is."""
    languages = people.languages_of(one.responder.person_id for one in calls)
    messages = []
    for one in calls:
        person_id = one.responder.person_id
        with translation.override(languages[person_id]):
            messages.append(
                notices.Message(
                    person_id=person_id,
                    kind=words.CALLED,
                    key=f"call:{row.id}",
                    title=_("附近需要帮手：%(task)s") % {"task": _name(row.kind)},
                    body=_("%(what)s（%(area)s，约 %(metres)s 米）")
                    % {
                        "what": row.what,
                        "area": areas.label(row.area_now[:9]),
                        "metres": rounded(one.metres),
                    },
                    link=link(row),
                    urgent=row.emergency,
                    subject=row,
                )
            )
    notices.notify_many(district=row.district, messages=messages)


def tell(row: CallOut, calls: Sequence[Call], said: Words, *, urgent: Collection[UUID] = ()) -> None:
    """Tell those who were called how it ended; urgently those (by call) who are on their way."""
    languages = people.languages_of(one.responder.person_id for one in calls)
    messages = []
    for one in calls:
        person_id = one.responder.person_id
        with translation.override(languages[person_id]):
            title, body = (str(text) for text in _SAID[said])
        messages.append(
            notices.Message(
                person_id=person_id,
                kind=words.NEWS,
                key=f"call-end:{row.id}",
                title=title,
                body=body,
                link=link(row),
                urgent=one.id in urgent,
                subject=row,
            )
        )
    notices.notify_many(district=row.district, messages=messages)


def tell_caller(row: CallOut, coming: int) -> None:
    """Whoever asked hears that not enough could be found."""
    if row.made_by_id is None or coming >= row.wanted:
        return
    with translation.override(people.language_of(row.made_by_id)):
        notices.notify(
            district=row.district,
            person_id=row.made_by_id,
            kind=words.NEWS,
            key=f"call-short:{row.id}",
            title=_("召集 %(number)s 人手不够") % {"number": row.number},
            body=_("需要 %(wanted)s 人，接受 %(coming)s 人。") % {"wanted": row.wanted, "coming": coming},
            link=f"/desk/responders/calls/{row.number}/",
            urgent=row.emergency,
            subject=row,
        )


def link(row: CallOut) -> str:
    """Where somebody who is called answers."""
    return f"/respond/calls/{row.number}/"


def rounded(metres: int) -> int:
    """A distance as it is told: to the next hundred metres."""
    return max(100, -(-metres // 100) * 100)


def moved_up(row: Shift, seats: Sequence[Seat]) -> None:
    """Those who waited have a seat now."""
    _tell_seats(row, seats, "up", gettext_lazy("候补转正：%(task)s"), urgent=False)


def shift_cancelled(row: Shift, seats: Sequence[Seat]) -> None:
    """The turn is called off; why stands on its page."""
    _tell_seats(row, seats, "off", gettext_lazy("活动取消：%(task)s"), urgent=True)


def shift_link(row: Shift) -> str:
    """Where a turn is shown to those who come."""
    return f"/respond/shifts/{row.number}/"


def _tell_seats(row: Shift, seats: Sequence[Seat], what: str, title: Any, *, urgent: bool) -> None:
    languages = people.languages_of(one.responder.person_id for one in seats)
    messages = []
    for one in seats:
        person_id = one.responder.person_id
        with translation.override(languages[person_id]):
            when = _local(row.starts_at)
            messages.append(
                notices.Message(
                    person_id=person_id,
                    kind=words.NEWS,
                    key=f"shift-{what}:{row.id}:{one.joined_at.timestamp()}",
                    title=str(title) % {"task": _name(row.kind)},
                    body=_("%(when)s，%(where)s") % {"when": when, "where": row.where},
                    link=shift_link(row),
                    urgent=urgent,
                    subject=row,
                )
            )
    notices.notify_many(district=row.district, messages=messages)


def _name(kind: TaskKind) -> str:
    english = (translation.get_language() or "").startswith("en")
    return str((english and kind.name_en) or kind.name)


def _local(at: datetime) -> str:
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "Y-m-d H:i")

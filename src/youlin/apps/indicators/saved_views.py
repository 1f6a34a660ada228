"""Views of the cockpit that people keep, and the regular word about them. A view grants nothing: duties decide anew."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import acts, declarations, permission, selectors
from youlin.apps.indicators.models import SavedView
from youlin.apps.indicators.models.view import EVERY
from youlin.apps.indicators.periods import Period
from youlin.apps.notices import services as notices
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

MOST = 20
CHOICES = tuple(EVERY.items())
"""When one can be told: code and words."""
FIGURES = 3
NAME_LENGTH, QUERY_LENGTH = 40, 200
KIND = "cockpit.view"
"""By which people choose channels for these notices."""


@dataclass(frozen=True)
class View:
    """One saved view: where it leads, and when one is told of it."""

    id: UUID
    name: str
    area: str
    area_name: str
    query: str
    every: str
    every_name: str


def views(actor: Actor) -> list[View]:
    """One's own saved views of areas that one still leads, by name. Raises `NotAllowed` for who leads nothing."""
    held = duties.access(actor).areas(acts.READ)
    if not held:
        raise NotAllowed(_("驾驶舱给负责一片区域的人看"))
    rows = _mine(actor).order_by("name")
    return [_view(row) for row in rows if row.area.startswith(tuple(held))]


@transaction.atomic
def save_view(*, actor: Actor, name: str, area: str, query: str = "", every: str = "") -> SavedView:
    """Keep a page of the cockpit under a name; the same name again changes it. Raises `Invalid`, `NotAllowed`."""
    district = permission.demand(actor, area)
    name = _checked(name, query, every)
    rows = {row.name: row for row in _mine(actor).select_for_update().filter(district=district)}
    found = rows.get(name)
    if found is None and len(rows) >= MOST:
        raise Invalid(_("最多保存 %(n)d 个") % {"n": MOST}, field="name", remedy=_("请先删除不用的"))
    before = _seen(found) if found else {}
    saved = found or SavedView(district=district, owner_id=_person(actor), name=name)
    saved.area, saved.query, saved.every = area, query, every
    saved.save()
    journal.append(
        act="indicators.view_saved",
        actor=actor,
        subject=saved,
        area=area,
        before=before,
        after=_seen(saved),
        first=found is None,
    )
    return saved


@transaction.atomic
def drop_view(*, actor: Actor, view_id: UUID) -> None:
    """Let go of one's own view; again changes nothing."""
    found = _mine(actor).select_for_update().filter(id=view_id).first()
    if found is None:
        return
    journal.append(
        act="indicators.view_dropped", actor=actor, subject=found, area=found.area, before=_seen(found)
    )
    SavedView.objects.filter(district=found.district, id=found.id).delete()


def tell_all(today: date | None = None) -> int:
    """Tell of the views that are due on a day: Mondays of the week before, firsts of the month before; how many."""
    day = today or clock.today()
    due = [every for every, first in (("week", day.weekday() == 0), ("month", day.day == 1)) if first]
    rows = SavedView.objects.filter(district__in=duties.all_districts(), every__in=due)
    return sum(_tell(row, _told_of(row.every, day)) for row in rows.order_by("id").iterator(chunk_size=200))


def _tell(row: SavedView, period: Period) -> bool:
    """One view with three figures, as its owner may see them now; who leads the area no more is told nothing."""
    actor = Actor("person", row.owner_id, via="system")
    codes = [code for code, one in declarations.in_force(row.district).items() if one.indicator.headline]
    try:
        found = selectors.figures(actor, area=row.area, codes=codes[:FIGURES], period=period)
    except (NotAllowed, NotFound):
        return False
    first, last = period
    notices.notify(
        district=row.district,
        person_id=row.owner_id,
        kind=KIND,
        key=f"view:{row.id}:{first}",
        title=_("%(name)s：%(first)s 至 %(last)s") % {"name": row.name, "first": first, "last": last},
        body=_("，").join(f"{one.name} {one.said}" for one in found),
        link=f"/cockpit/{row.area}/" + (f"?{row.query}" if row.query else ""),
    )
    return True


def _told_of(every: str, day: date) -> Period:
    """The seven days or the month that ended the day before."""
    last = day - timedelta(days=1)
    return (day - timedelta(days=7) if every == "week" else last.replace(day=1)), last


def _mine(actor: Actor) -> QuerySet[SavedView]:
    districts = sorted({one.district for one in duties.access(actor).held})
    return SavedView.objects.filter(district__in=districts, owner_id=_person(actor))


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotAllowed(_("这里只给在岗的人用"))
    return actor.person_id


def _checked(name: str, query: str, every: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(
            _("名称要有 1 到 %(n)d 个字") % {"n": NAME_LENGTH}, field="name", remedy=_("例如：每周一看大栅栏")
        )
    if every not in EVERY or len(query) > QUERY_LENGTH:
        raise Invalid(_("这个看法存不下"), field="query", remedy=_("请换一个时段再保存"))
    return name


def _view(row: SavedView) -> View:
    return View(
        row.id, row.name, row.area, areas.short_name(row.area), row.query, row.every, str(EVERY[row.every])
    )


def _seen(row: SavedView) -> dict[str, object]:
    return {"name": row.name, "area": row.area, "query": row.query, "every": row.every}

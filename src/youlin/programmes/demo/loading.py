"""Loads the demonstration district: areas, programmes and people, then cases, act by act.

Done once; a load that was cut short begins anew, because half a story tells nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.areas import services as area_services
from youlin.apps.indicators import services as indicator_services
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.progress import nobody
from youlin.programmes import loader, services
from youlin.programmes.demo import (
    aims,
    files,
    friendly,
    gates,
    linkage,
    neighbours,
    offers,
    passes,
    people,
    responders,
    rewards,
    stories,
)
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.playing import Played, Player
from youlin.programmes.demo.resetting import reset
from youlin.programmes.loader import Programme
from youlin.programmes.models import DemoLoad

Progress = Callable[[str, int, int], None]
"""What is being made, how many are done, of how many."""

DISTRICT = "110102"
PACK = "demo_xicheng"
SEED = 20260201
HISTORY = timedelta(days=64)
"""How long before the load people took up their duties."""


@dataclass(frozen=True)
class Size:
    """How many cases there are: over two months, of the last two days, and overdue ones."""

    count: int = 150
    fresh: int = 52
    stuck: int = 16


@dataclass(frozen=True)
class Loaded:
    """What there is now. `was_there` says that nothing had to be done."""

    district: str
    was_there: bool
    summary: dict[str, object]


def load(progress: Progress = nobody, *, size: Size | None = None) -> Loaded:
    """Make the demonstration district; what is there is kept.

    Raises `Conflict` where an earlier load was cut short and there is now more than demonstration data.
    """
    row = DemoLoad.objects.filter(district=DISTRICT, pack=PACK).first()
    if row is not None and row.finished_at is not None:
        return Loaded(DISTRICT, True, row.summary)
    if row is not None:
        reset()
    pack = files.read(loader.FOLDER / PACK)
    row = DemoLoad.objects.create(district=DISTRICT, pack=PACK, seed=SEED, anchor=clock.now())
    with clock.frozen(row.anchor - HISTORY):
        _make_areas(pack, progress)
        over_there = neighbours.make_district(pack, _with_depends(loader.load(PACK))[:-1])
        made = _make_people(pack, progress)
        friendly.keepers(pack, DISTRICT, made)
        linkage.keepers(pack, DISTRICT, made)
        responders.keepers(pack, DISTRICT, made)
        offers.make_partners(pack, _with_depends(loader.load(PACK))[:-1])
    with clock.frozen(row.anchor):
        _make_places(pack, progress)
        _make_offers(pack, progress)
        _make_passes(pack, made, progress)
    played = _play(pack, row, made, size or Size(), progress)
    with clock.frozen(row.anchor):
        neighbours.play(pack, DISTRICT, made, over_there, seed=row.seed)
        _make_linkage(pack, made, progress)
        _make_responders(pack, made, progress)
        rewards.make(pack, DISTRICT, made)
        _make_gates(pack, made, progress)
        reactions.drain_all()
        _make_aims(pack, made, progress)
    row.summary = {"done": dict(played.done), "refused": dict(played.refused)}
    _finish(row)
    indicator_services.refresh(DISTRICT, progress=lambda name, rows: progress(_("指标"), 0, 1))
    progress(_("指标"), 1, 1)
    return Loaded(DISTRICT, False, row.summary)


def _make_areas(pack: Pack, progress: Progress) -> None:
    """Xicheng with its streets and communities; community outlines are made up, the home street has grids."""
    what = _("区划与边界")
    area_services.import_bundled(
        actor=SYSTEM, prefix=DISTRICT, progress=lambda done, total: progress(what, done, total)
    )
    streets = list(pack.places.streets)
    for number, street in enumerate(streets, 1):
        area_services.synthesise_communities(actor=SYSTEM, street=street, seed=SEED)
        progress(_("社区演示边界"), number, len(streets))
    aims.tell_people(pack, DISTRICT)
    home = pack.people.home_street
    if not areas.subtree(home, level="grid").exists():
        area_services.make_grids(actor=SYSTEM, code=home, count=pack.people.grids_per_community, seed=SEED)


@transaction.atomic
def _make_people(pack: Pack, progress: Progress) -> people.Peopled:
    """Apply the programmes and give everybody their duties, as of the day the story begins."""
    progress(_("方案与人员"), 0, 1)
    for one in _with_depends(loader.load(PACK)):
        services.apply(actor=SYSTEM, district=DISTRICT, programme=one)
    made = people.make(pack, DISTRICT, seed=SEED)
    progress(_("方案与人员"), 1, 1)
    return made


@transaction.atomic
def _make_places(pack: Pack, progress: Progress) -> None:
    """The friendly map, confirmed street by street in the weeks before."""
    progress(_("友好地图"), 0, 1)
    friendly.make(pack, loader.load(PACK), DISTRICT, seed=SEED)
    progress(_("友好地图"), 1, 1)


@transaction.atomic
def _make_offers(pack: Pack, progress: Progress) -> None:
    """Meals in six districts, services at home, and what was taken of them."""
    progress(_("餐食与服务"), 0, 1)
    rider = next(one for one in pack.people.cast if one.username == offers.RIDER)
    offers.make(pack, DISTRICT, seed=SEED, rider=(rider.name, rider.phone))
    progress(_("餐食与服务"), 1, 1)


@transaction.atomic
def _make_passes(pack: Pack, made: people.Peopled, progress: Progress) -> None:
    """Codes and cards of the named cast, of two places, and a register of subjects."""
    progress(_("码证"), 0, 1)
    passes.make(DISTRICT, pack.people.home_street, made)
    progress(_("码证"), 1, 1)


@transaction.atomic
def _make_linkage(pack: Pack, made: people.Peopled, progress: Progress) -> None:
    """Companies, outlets, consultations and tasks of the weeks before."""
    progress(_("企业与站点"), 0, 1)
    linkage.make(pack, DISTRICT, made, seed=SEED)
    progress(_("企业与站点"), 1, 1)


@transaction.atomic
def _make_responders(pack: Pack, made: people.Peopled, progress: Progress) -> None:
    """Responders who enrolled weeks before, a call-out that is done and one just begun."""
    progress(_("城市响应人"), 0, 1)
    responders.make(pack, DISTRICT, made, seed=SEED)
    progress(_("城市响应人"), 1, 1)


@transaction.atomic
def _make_gates(pack: Pack, made: people.Peopled, progress: Progress) -> None:
    """Compounds with what happened at their gates."""
    progress(_("小区进门"), 0, 1)
    gates.make(pack, DISTRICT, made, seed=SEED)
    progress(_("小区进门"), 1, 1)


def _make_aims(pack: Pack, made: people.Peopled, progress: Progress) -> None:
    """Targets of the year and the month, one that waits; two figures that a street contests."""
    progress(_("目标与申诉"), 0, 1)
    aims.make(pack, DISTRICT, made)
    progress(_("目标与申诉"), 1, 1)


def _with_depends(programme: Programme) -> list[Programme]:
    """The programme after all it depends on."""
    found: list[Programme] = []
    for other in programme.depends:
        found += [one for one in _with_depends(other) if one.code not in {known.code for known in found}]
    return [*found, programme]


def _play(pack: Pack, row: DemoLoad, made: people.Peopled, size: Size, progress: Progress) -> Played:
    with clock.frozen(row.anchor):
        drawn = stories.draw(
            pack,
            seed=row.seed,
            now=clock.local_now(),
            count=size.count,
            fresh=size.fresh,
            stuck=size.stuck,
        )
    player = Player(pack, DISTRICT, made, until=row.anchor, seed=row.seed)
    return player.play(drawn, lambda done, total: progress(_("案件"), done, total))


@transaction.atomic
def _finish(row: DemoLoad) -> None:
    row.finished_at = clock.now()
    row.save(update_fields=["summary", "finished_at"])
    journal.append(act="programmes.demo_loaded", actor=SYSTEM, subject=row, area=DISTRICT, after=row.summary)

"""Every read of areas. Areas are public: whoever asks may know them all.

`at` is a date or a moment; left out it is today. A code answers `get` and `name_path` for ever.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from django.db.models import CharField, DateField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike

from youlin.apps.areas import drawing, maps, names, profiles, topology, tree, where
from youlin.apps.areas.geometry.finding import Codes
from youlin.apps.areas.geometry.svg import Projection
from youlin.apps.areas.maps import AreaPath
from youlin.apps.areas.models import Area, AreaSuccession, Boundary, holds_on
from youlin.apps.areas.topology import Report
from youlin.kernel import clock
from youlin.kernel.errors import NotFound
from youlin.kernel.prepared import Given, Prepared


class Located(NamedTuple):
    """Where a point lies: the deepest area, and all codes that hold it, deepest first."""

    code: str
    district: str
    level: str
    name: str
    codes: tuple[str, ...]

    @property
    def path(self) -> str:
        """西城区 · 月坛街道 · 三里河一区."""
        return name_path(self.code)


def get(code: str) -> Area:
    """The area with this code, living or not. Raises `NotFound`."""
    known = Area.objects.filter(district=profiles.active().district(code), code=code)
    found = known.first() if code.isalnum() else None
    if found is None:
        raise NotFound(_("没有代码为 %(code)s 的区域") % {"code": code}, field="code")
    return found


def children(code: str, at: date | datetime | None = None) -> QuerySet[Area]:
    """The areas directly below `code`, by code; under a community its unit grids and dedicated grids."""
    profile = profiles.active()
    level = profile.below(profile.level(code)) if len(code) < max(profile.widths.values()) else ""
    levels = [level, profiles.DEDICATED_GRID] if level == profile.levels[-1] else [level]
    return subtree(code, at=at).filter(level__in=levels)


def subtree(prefix: str, level: str | None = None, at: date | datetime | None = None) -> QuerySet[Area]:
    """All areas at and under `prefix` (of one level if given), by code."""
    found = Area.objects.filter(maps.under(prefix), holds_on(day_of(at))).order_by("code")
    return found.filter(level=level) if level else found


def ancestors(code: str) -> list[str]:
    """The codes above `code`, nearest first; by the code alone."""
    return profiles.active().ancestors(code)


def name_path(code: str) -> str:
    """西城区 · 月坛街道 · 三里河一区, in the language of the page. Cheap: for every row of every list."""
    return tree.of(code).path(code) if code else ""


def local_path(code: str) -> str:
    """月坛街道 · 三里河一区: `name_path` without the district, for pages that say once which district it is."""
    return tree.of(code).path(code, within=True) if code else ""


def short_name(code: str) -> str:
    """The name of one area as it is said; the code itself if nobody knows it. As cheap as `name_path`."""
    entry = tree.of(code).entries.get(code)
    return entry.short_name if entry else code


def label(code: str) -> str:
    """The name of one area as it stands on a map, without its kind where that goes without saying."""
    return names.label(short_name(code))


def live(code: str, at: date | datetime | None = None) -> bool:
    """Whether the area is there. As cheap as `name_path`."""
    entry = tree.of(code).entries.get(code)
    return entry is not None and entry.holds_on(day_of(at))


def level(code: str) -> str:
    """The level of a code, by the code alone. Raises `Invalid` for what is no code."""
    return profiles.active().level(code)


def districts(at: date | datetime | None = None) -> list[Area]:
    """The districts of this installation, by code."""
    return _DISTRICTS.rows(day=day_of(at), level=profiles.active().shard)


_DISTRICTS: Prepared[Area] = Prepared(
    lambda: Area.objects.filter(
        holds_on(Given("day", DateField())), level=Given("level", CharField())
    ).order_by("code")
)
"""Asked for each page that is open to everybody."""


def locate(lon: float, lat: float, at: date | datetime | None = None) -> Located | None:
    """The deepest area at a point (WGS84 degrees), or None outside all boundaries."""
    code = str(where.find(np.array([lon], float), np.array([lat], float), day_of(at))[0])
    if not code:
        return None
    entry = tree.of(code).entries.get(code)
    profile = profiles.active()
    return Located(
        code=code,
        district=profile.district(code),
        level=entry.level if entry else profile.level(code),
        name=entry.short_name if entry else code,
        codes=(code, *profile.ancestors(code)),
    )


def locate_many(
    lons: ArrayLike, lats: ArrayLike, at: date | datetime | None = None, prefix: str = ""
) -> Codes:
    """Code of the deepest area of every point, "" for none. `prefix` narrows the search to its districts."""
    x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    return where.find(x, y, day_of(at), prefix)


def boundary(code: str, at: date | datetime | None = None) -> Boundary | None:
    """The outline of an area, if it has one."""
    found = Boundary.objects.filter(district=profiles.active().district(code), area__code=code)
    return found.filter(holds_on(day_of(at))).first()


def geojson(
    prefix: str, level: str, simplify_m: float = 0, at: date | datetime | None = None
) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946) of a level under `prefix`, simplified by about so many metres.

    Neighbours keep their common border. Properties: code, name, name_en, level, label, area_m2, synthesised.
    """
    return maps.geojson(prefix, level, simplify_m, day_of(at))


def outlined(
    prefix: str, level: str, simplify_m: float = 0, at: date | datetime | None = None
) -> maps.Outlined:
    """The areas of a level under `prefix` with their polygons (WGS84 degrees), by code; simplified as `geojson` does."""
    return maps.outlined(prefix, level, simplify_m, day_of(at))


def version(prefix: str) -> str:
    """Another text after every change of areas or boundaries at or under `prefix`, and on every other day."""
    return f"{maps.version(prefix)}.{day_of(None):%Y%m%d}"


def svg_paths(prefix: str, level: str, width: float, height: float) -> list[AreaPath]:
    """(code, name, path_d, label_x, label_y) of a level under `prefix`, together at most 60 kB.

    Neighbours keep their common border. Draw points over them with `projection` of the same arguments.
    """
    return maps.svg_paths(prefix, level, width, height, day_of(None))


def projection(prefix: str, width: float, height: float) -> Projection:
    """lon/lat → x, y in the drawing that `svg_paths` makes of `prefix` in a box of `width` × `height`."""
    return maps.projection(prefix, width, height, day_of(None))


def check(
    prefix: str,
    tolerance_m2: float = topology.TOLERANCE_M2,
    at: date | datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Whether the areas at and under `prefix` fit together, and what does not.

    Errors: invalid rings; overlaps of areas of a level, gaps in an area that its parts leave, parts outside
    their area, each over `tolerance_m2` square metres; codes without a living parent; duplicates. Notes: areas
    without polygon, siblings of one name, gaps that may belong to a sibling without polygon, and slivers (at most
    100 m² and a ten-thousandth of the area) that lines drawn at different times leave.
    """
    return topology.check(prefix, day_of(at), tolerance_m2, progress)


def draw_svg(report: Report) -> str:
    """What a check found, drawn: an SVG that stands alone."""
    return drawing.draw_svg(report)


def resolve_now(code: str) -> list[tuple[str, Decimal]]:
    """What has become of a code: living codes with shares, largest first; [] if it ended without heir."""
    shares: dict[str, Decimal] = {}
    waiting = [(code, Decimal(1))]
    while waiting:
        current, share = waiting.pop()
        if live(current):
            shares[current] = shares.get(current, Decimal(0)) + share
            continue
        district = profiles.active().district(current)
        heirs = AreaSuccession.objects.filter(district=district, old_code=current)
        waiting += [(heir.new_code, share * heir.share) for heir in heirs if heir.new_code != current]
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))


def shards(district: str) -> list[str]:
    """The districts in which rows of a district's areas may have been born: itself and its forebears."""
    found, waiting = [district], [district]
    while waiting:
        heirs = AreaSuccession.objects.filter(_newly_under(waiting.pop()))
        for older in sorted(set(heirs.values_list("district", flat=True)) - set(found)):
            found.append(older)
            waiting.append(older)
    return found


def day_of(at: date | datetime | None) -> date:
    """The local day of a moment; today if there is none."""
    if at is None:
        return clock.today()
    if isinstance(at, datetime):
        return timezone.localtime(at, timezone.get_default_timezone()).date() if at.tzinfo else at.date()
    return at


def _newly_under(district: str) -> Q:
    return Q(new_code__startswith=district) & ~Q(district=district)

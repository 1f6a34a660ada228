"""Where a case could go: the other districts of the installation, and what they call its matter."""

from dataclasses import dataclass

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case, CaseType, Category
from youlin.kernel.errors import YoulinError


@dataclass(frozen=True, slots=True)
class Place:
    """A district that cases can be handed to."""

    district: str
    name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A category of a district under which the case could be filed."""

    code: str
    name: str


def destinations(district: str) -> tuple[Place, ...]:
    """The other districts that take cases, by code. Those merged into this one are this one."""
    own = set(areas.shards(district))
    ready = set(CaseType.objects.filter(is_current=True).values_list("district", flat=True).distinct())
    return tuple(
        Place(one.code, one.short_name)
        for one in areas.districts()
        if one.code not in own and district not in areas.shards(one.code) and one.code in ready
    )


def guess(case: Case) -> str:
    """The district in which the case's point lies, if it is another one; else ""."""
    if case.lon is None or case.lat is None:
        return ""
    located = areas.locate(case.lon, case.lat)
    known = {one.district for one in destinations(case.district)}
    return located.district if located is not None and located.district in known else ""


def matters(district: str, *, confidential: bool) -> tuple[Matter, ...]:
    """The categories of a district that a case may become there: secret ones for what is secret, and none else."""
    types = set(
        CaseType.objects.filter(
            district=district, is_current=True, retired_at__isnull=True, confidential=confidential
        ).values_list("code", flat=True)
    )
    rows = Category.objects.filter(district=district, retired_at__isnull=True).order_by("position", "code")
    kept = [row for row in rows if row.case_type in types]
    classes = {above for row in kept for above in _above(row.code)}
    return tuple(Matter(row.code, row.name) for row in kept if row.code not in classes)


def _above(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def matter(district: str, code: str, *, confidential: bool) -> str:
    """The code that district has for a matter: the same, or the nearest of its class; "" when there is none."""
    known = [one.code for one in matters(district, confidential=confidential)]
    beginning = code
    while beginning:
        if beginning in known:
            return beginning
        near = next((one for one in known if one.startswith(f"{beginning}.")), "")
        if near and beginning != code:
            return near
        beginning = beginning.rpartition(".")[0]
    return known[0] if known and confidential else ""


def area_in(district: str, case: Case) -> str:
    """Where the case lies in that district: by its point, else the district as a whole."""
    if case.lon is not None and case.lat is not None:
        try:
            located = areas.locate(case.lon, case.lat)
        except YoulinError:
            located = None
        if located is not None and located.district == district:
            return located.code
    return district

"""Published figures beside computed ones: each counted by its indicator and a second time past our own compiler."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, evaluating, reading
from youlin.apps.indicators.asking import Asked, of_nothing
from youlin.kernel import clock, datasets
from youlin.kernel.errors import NotFound
from youlin.kernel.languages import in_language
from youlin.programmes import loader, reference
from youlin.programmes.models import AppliedProgramme
from youlin.programmes.reference import Figure

EVER = date(1990, 1, 1)
"""Before anything that a figure counts."""


@dataclass(frozen=True)
class Verified:
    """One published figure: what was said, what the indicator computes, what the second count says."""

    code: str
    name: str
    published: int
    qualifier: str
    unit: str
    date: str
    source: str
    computed: float | None
    recounted: float | None
    version: int
    note: str

    holds: bool

    @property
    def agrees(self) -> bool:
        """Whether both counts are one."""
        return self.computed == self.recounted

    def as_data(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "agrees": self.agrees}


def verify(programme: str, district: str) -> list[Verified]:
    """Every published figure of a programme, counted in a district (or over all that run it).

    Raises `NotFound` where the programme is not in force or publishes nothing.
    """
    running = _running(programme)
    if district not in running:
        raise NotFound(_("方案“%(code)s”在本区没有启用") % {"code": programme}, field="programme")
    folder = loader.FOLDER / programme
    if not (folder / reference.FILE_NAME).is_file():
        raise NotFound(_("方案“%(code)s”没有公布的数字") % {"code": programme}, field="programme")
    published = reference.read(folder)
    return [
        _verified(code, figure, published.source, running if figure.across else [district])
        for code, figure in published.figures.items()
    ]


def _running(programme: str) -> list[str]:
    rows = AppliedProgramme.objects.filter(code=programme, retired_at=None).order_by("district")
    return list(rows.values_list("district", flat=True))


def _verified(code: str, figure: Figure, source: str, districts: Sequence[str]) -> Verified:
    found = [_computed(code, district) for district in districts]
    known = [value for value, _version in found if value is not None]
    computed = sum(known) if known else None
    return Verified(
        code=code,
        name=in_language(figure.name, figure.name_en),
        published=figure.value,
        qualifier=figure.qualifier,
        unit=figure.unit,
        date=figure.date,
        source=source,
        computed=computed,
        recounted=_recounted(figure.recount, districts),
        version=max((version for _value, version in found), default=0),
        note=figure.note,
        holds=computed is not None and figure.holds(computed),
    )


def _computed(code: str, district: str) -> tuple[float | None, int]:
    definition = declarations.in_force(district).get(code)
    if definition is None or reading.as_of(district, [code]) is None:
        return None, 0
    ever = (EVER, clock.today())
    found = reading.numbers(Asked(district, district, ever), [code])[code]
    return found.get(("", None, ""), of_nothing(definition)).value, definition.rule.version


def _recounted(sql: str, districts: Sequence[str]) -> float | None:
    """What the SQL counts in the exported rows of all the districts together."""
    with duckdb.connect() as connection:
        for dataset in datasets.all():
            files = {
                str(path)
                for district in districts
                for path in (evaluating.source(dataset.name, district) or evaluating.NOWHERE).files
            }
            if files:
                view = connection.read_parquet(sorted(files), union_by_name=True)
                connection.register(dataset.name, view)
        try:
            [value] = connection.execute(sql).fetchone() or (None,)
        except duckdb.CatalogException:
            return None
    return None if value is None else float(value)


def districts_of(programme: str) -> list[str]:
    """The districts that run a programme and have areas."""
    known = {one.code for one in areas.districts()}
    return [code for code in _running(programme) if code in known]

"""From figures to what is shown of them: small counts and what would tell them withheld, and with them every value."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from youlin.apps.indicators.openness import tables
from youlin.apps.indicators.openness.figures import At, Figure, Key, Series, Shown, Told
from youlin.apps.indicators.openness.moving import Mask, Unprotected
from youlin.apps.indicators.openness.suppressing import Table, suppress

log = logging.getLogger(__name__)


def shown(
    series: Sequence[Series], before: Mapping[Key, Told] | None = None
) -> tuple[dict[str, list[Shown]], dict[Key, Told]]:
    """What is published of each indicator, and what to keep for the next time.

    `before` is what was kept the last time: what was told stays told, what was withheld stays withheld, for as long as
    it is the same number; else the difference of two releases would tell it. A derived indicator's base must be among
    the series.
    """
    withheld: set[Key] = set()
    kept: dict[Key, Told] = {}
    for family in tables.families(series, before or {}):
        found = tables.withheld_of(family, _cells(family.table))
        withheld |= found
        kept |= {
            key: Told(float(family.table.counts[place]), key in found) for key, place in family.places.items()
        }
    by_code = {one.code: one for one in series}
    return {one.code: _series(one, by_code, withheld) for one in series}, kept


def _cells(table: Table) -> Mask:
    """What is withheld of a table; all of it where the few there are cannot be protected one by one."""
    try:
        return suppress(table).cells
    except Unprotected as error:
        log.warning("a table is withheld as a whole: %s", error)
        return table.counts > 0


def _series(series: Series, known: Mapping[str, Series], withheld: set[Key]) -> list[Shown]:
    return [_figure(series, at, series.figures[at], known, withheld) for at in sorted(series.figures)]


def _figure(series: Series, at: At, figure: Figure, known: Mapping[str, Series], withheld: set[Key]) -> Shown:
    if series.kind == "derived":
        hidden = any(
            _touched(known[code], one, withheld) for code in series.of for one in _looks_at(series, at)
        )
        return Shown(at, None if hidden else figure.value, None, None, hidden)
    number, base = (series.number, at) in withheld, (series.base, at) in withheld
    if series.kind == "mean":
        number = base
    d = None if base or series.kind in ("count", "value") else figure.d
    return Shown(
        at,
        value=None if number or base else figure.value,
        n=None if number else figure.n,
        d=d,
        withheld=number or base,
    )


def _looks_at(series: Series, at: At) -> Iterable[At]:
    yield at
    if series.back:
        yield at._replace(period=earlier(at.period, series.back))


def _touched(series: Series, at: At, withheld: set[Key]) -> bool:
    return (series.number, at) in withheld or (series.base, at) in withheld


def earlier(period: str, months: int) -> str:
    """The period so many months before: of a year whole years, of a quarter whole quarters."""
    if len(period) == 4:
        return str(int(period) - max(1, months // 12))
    if "Q" in period:
        quarter = int(period[:4]) * 4 + int(period[6]) - 1 - max(1, months // 3)
        return f"{quarter // 4}-Q{quarter % 4 + 1}"
    month = int(period[:4]) * 12 + int(period[5:7]) - 1 - months
    return f"{month // 12}-{month % 12 + 1:02}"

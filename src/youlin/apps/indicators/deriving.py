"""Figures made of other figures: one by another, for each so many people, against the same period before."""

from collections.abc import Callable, Sequence

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import periods
from youlin.apps.indicators.asking import NOTHING, Asked, Number, Numbers
from youlin.apps.indicators.definitions import Definition, Growth, Per

Ask = Callable[[Asked, Sequence[str]], dict[str, Numbers]]


def derived(asked: Asked, definition: Definition, ask: Ask) -> Numbers:
    """A derived indicator; `ask` answers for those it is made of."""
    measure = definition.rule.measure
    if measure.per:
        return _per(asked, measure.per, ask)
    if measure.growth:
        return _growth(asked, measure.growth, ask)
    above, below = measure.others()
    found = ask(asked, (above, below))
    under = found.get(below, {})
    return {
        key: _ratio(one.value, under.get(key, NOTHING).value) for key, one in found.get(above, {}).items()
    }


def populations(asked: Asked, what: str) -> dict[str, float]:
    """People or households by area ("" where areas are not told apart), of those whose number is known."""
    if not asked.width:
        number = areas.get(asked.area).extra.get(what)
        return {"": float(number)} if number else {}
    rows = areas.subtree(asked.area).values_list("code", "extra")
    return {code: float(extra[what]) for code, extra in rows if len(code) == asked.width and extra.get(what)}


def _per(asked: Asked, per: Per, ask: Ask) -> Numbers:
    heads = populations(asked, per.population)
    found = ask(asked, (per.of,)).get(per.of, {})
    return {key: _ratio(one.value, heads.get(key[0]), times=per.each) for key, one in found.items()}


def _growth(asked: Asked, growth: Growth, ask: Ask) -> Numbers:
    """Against the same stretch before. A ratio of periods is 1 where nothing changed, a growth is 0."""
    if asked.period is None:
        return {}
    now = ask(asked, (growth.of,)).get(growth.of, {})
    then = ask(asked.at(periods.before(asked.period, growth.over)), (growth.of,)).get(growth.of, {})
    found = {}
    for (area, start, key), one in now.items():
        same = start and periods.earlier(start, growth.over)
        ratio = _ratio(one.value, then.get((area, same, key), NOTHING).value)
        grown = ratio.value if ratio.value is None or growth.ratio else ratio.value - 1
        found[area, start, key] = Number(ratio.n, ratio.d, grown)
    return found


def _ratio(above: float | None, below: float | None, *, times: float = 1) -> Number:
    if above is None or not below:
        return Number(above or 0, below, None)
    return Number(above, below, times * above / below)

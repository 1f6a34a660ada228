"""Making a district's releases: gathered, small cells withheld, written in every form, put in force together."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, reading, saying
from youlin.apps.indicators.contesting import selectors as contesting
from youlin.apps.indicators.definitions import Definition, Version
from youlin.apps.indicators.naming import Named
from youlin.apps.indicators.openness import formats
from youlin.apps.indicators.openness.describing import (
    Entry,
    Release,
    Restated,
    VersionTold,
    rule_in_words,
)
from youlin.apps.indicators.openness.figures import Series, Shown
from youlin.apps.indicators.openness.showing import shown
from youlin.apps.indicators.publishing import gathering, shelf, wording
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.languages import in_both

MADE_BY = 3
"""Changes with the way releases are made, so that none of the old way stays."""

log = logging.getLogger(__name__)


def publish(district: str, *, force: bool = False) -> shelf.Index | None:
    """Publish a district's open indicators, once a day and whenever a definition changed; None where nothing is due.

    Idempotent; derived data alone, so that nothing is journalled.
    """
    known = gathering.public(district)
    as_of = reading.as_of(district)
    if as_of is None or not (known or shelf.index(district)):
        return None
    made_of, day = _made_of(known), clock.today().isoformat()
    if not force and shelf.held(district) == {"made_of": made_of, "day": day}:
        return None
    series = [one for one in gathering.series(district) if not _negative(one)]
    found, state = shown(series, shelf.told(district))
    entries, named = {}, Named(district)
    for code, definition in known.items():
        release = _release(district, definition, found.get(code, []), as_of, series, named)
        described = formats.described(release) | _summary(release)
        entries[code] = (described, formats.files(release))
    return shelf.put(district, entries=entries, state=state, day=day, made_of=made_of)


def publish_all() -> list[str]:
    """The same for every district; answers which were published."""
    return [one.code for one in areas.districts() if publish(one.code)]


def _made_of(known: Mapping[str, Definition]) -> str:
    told = [one.model_dump(mode="json") for one in known.values()]
    text = json.dumps(
        [MADE_BY, settings.OPEN_DATA_LICENCE, settings.DEMO, told], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _negative(series: Series) -> bool:
    """Points that are taken back may make a sum negative; what hides in such a sum cannot be told by these rules."""
    found = series.kind != "derived" and any(one.n < 0 or (one.d or 0) < 0 for one in series.figures.values())
    if found:
        log.warning("not published: %s has negative figures", series.code)
    return found


def _release(
    district: str,
    definition: Definition,
    figures: Sequence[Shown],
    as_of: Any,
    series: Sequence[Series],
    named: Named,
) -> Release:
    kind = next((one.kind for one in series if one.code == definition.code), gathering.kind_of(definition))
    codes = {district} | {one.at.area for one in figures}
    keys = {(one.at.by, one.at.key) for one in figures if one.at.by}
    return Release(
        entry=_entry(district, definition, kind, named),
        district=district,
        district_name=in_both(lambda: areas.short_name(district)),
        as_of=as_of,
        licence=settings.OPEN_DATA_LICENCE,
        demo=settings.DEMO,
        figures=tuple(figures),
        areas={code: in_both(partial(areas.short_name, code)) for code in sorted(codes)},
        keys={
            (by, key): named.of(definition.rule.dataset, by).get(key, (key, "")) for by, key in sorted(keys)
        },
        restated=_restated(district, definition.code),
    )


def _restated(district: str, code: str) -> tuple[Restated, ...]:
    """What was told anew of an indicator; of a community its street is told, as no community is published."""
    found = contesting.restatements(SYSTEM, area=district, codes=[code]).get(code, [])
    street = profiles.active().width(profiles.STREET)
    zone = timezone.get_default_timezone()
    return tuple(
        Restated(
            one.area[:street],
            one.first_day,
            one.last_day,
            one.version,
            timezone.localtime(one.recalculated_at, zone).date(),
        )
        for one in found
        if one.recalculated_at is not None
    )


def _entry(district: str, definition: Definition, kind: str, named: Named) -> Entry:
    indicator = definition.indicator
    return Entry(
        code=definition.code,
        name=(indicator.name, indicator.name_en),
        about=(indicator.about, indicator.about_en),
        unit=indicator.unit,
        unit_name=in_both(lambda: saying.unit_name(indicator.unit)),
        decimals=indicator.decimals,
        direction=indicator.direction,
        k=max(gathering.LEAST, indicator.k),
        kind=kind,
        dataset=in_both(lambda: wording.dataset_name(definition.rule.dataset)),
        versions=tuple(
            _version(district, one, named)
            for one in reversed(indicator.versions)
            if one.valid_from <= clock.today()
        ),
        breakdowns=tuple(
            (by, in_both(partial(wording.column_name, definition, by))) for by in indicator.breakdowns
        ),
    )


def _version(district: str, rule: Version, named: Named) -> VersionTold:
    def told() -> str:
        known = declarations.in_force(district) if rule.measure.others() else {}
        return wording.formula(rule, {code: one.title for code, one in known.items()}, named)

    declared = rule.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return VersionTold(rule.version, rule.valid_from, in_both(told), rule.origin, declared)


def _summary(release: Release) -> dict[str, Any]:
    """What pages show of a release without reading its files: how much there is, and the district's months."""
    k, words = release.entry.k, rule_in_words(release.entry.k)
    months = [
        one for one in release.figures
        if one.at.area == release.district and not one.at.by and len(one.at.period) == 7
    ]  # fmt: skip
    periods = sorted(one.at.period for one in release.figures)
    return {
        "figures": len(release.figures),
        "withheld": release.withheld,
        "withholding": {"k": k, "rule": words[0], "rule_en": words[1]},
        "first": periods[0] if periods else None,
        "last": months[-1].at.period if months else None,
        "months": [[one.at.period, release.value(one), one.withheld] for one in months],
    }

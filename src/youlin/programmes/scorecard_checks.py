"""What the types cannot see of scorecards: indicators and breakdowns that are none."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.programmes.faults import Fault
from youlin.programmes.findings import unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_


def check(programme: Programme) -> Iterator[Fault]:
    """A fault for each item of a scorecard that could not be scored."""
    known = programme.all_declared("indicators")
    for code, scorecard in programme.declarations.scorecards.items():
        for index, item in enumerate(scorecard.items):
            at: Path_ = ("scorecards", code, "items", index)
            yield from unknown(programme, (*at, "indicator"), _("指标"), item.indicator, known)
            indicator = known.get(item.indicator)
            if indicator is not None and item.adjust:
                yield from unknown(programme, (*at, "adjust"), _("分项"), item.adjust, indicator.breakdowns)

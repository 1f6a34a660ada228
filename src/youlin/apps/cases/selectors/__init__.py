"""Every read of cases. The actor comes first and sees only what their duties or relations grant.

For staff (access by duty; confidential cases only for those who may read them):
    inbox(actor, *, filters=CaseFilters(), page=1, size=50) -> Page[CaseRow]
    todays_list(actor) -> tuple[CaseRow, ...]           held by the actor, most urgent first
    case_page(actor, case: UUID | str) -> CasePage      by id or number; NotFound when it may not be known
    case_id(actor, number) -> UUID
    cases_of(actor, ids) -> dict[UUID, CaseRow] ;  knowable(actor, ids) -> set[UUID]      by ids, what may be known
    counts(actor) -> Counts
    crossing_offer(actor, case) -> Offer                where a case could be handed to
    map_view(actor, *, filters=CaseFilters(), box=None) -> MapView      points, or clusters where there are many
    light(case, now) -> Light

For anybody (never a person, never a confidential case):
    categories(district, *, reportable_only=True) -> tuple[CategoryRow, ...]
    suggest_categories(district, text, *, limit=4) -> tuple[Suggestion, ...]
    nearby_open(*, lon, lat, category="", metres=100, limit=5) -> tuple[Nearby, ...]
    public_cases(*, district="", numbers=(), bbox=None, category="", area="", open=None, text="",
                 reported_from=None, reported_to=None, updated_from=None, updated_to=None,
                 page=1, size=50, skip=0) -> Page[PublicCase]    from/to are datetimes here
    public_case(number) -> PublicCasePage
    number_now(row) -> str                                         where a case that was handed over lives on
    public_map(*, district, category="", area="", open=None, text="", box=None) -> PublicMap

For the one who reported:
    track(number, token) -> Track ;  my_track(actor, number) -> Track ;  my_cases(actor) -> tuple[MyCase, ...]
    sent_case(actor, number, *, district) -> PublicCase | None     for the machine client that sent it

For leaders (verb cockpit.read):
    area_counts(actor, *, area, period=None) -> AreaFigures     `area` as a whole
    area_figures(actor, *, area, period=None) -> tuple[AreaFigures, ...]     the children of `area`
    city_districts(actor, *, city) -> tuple[str, ...]
    city_figures(actor, *, city, period=None) -> tuple[AreaFigures, ...]     the districts of a city
    street_figures(actor, district, *, period=None) -> tuple[AreaFigures, ...]
    daily_counts(actor, *, area, period=None) -> tuple[DayCount, ...]
    late_by_day(actor, *, area, period=None) -> tuple[int, ...]
`period` is a pair of local dates, both included; None means the last 30 days.
"""

from youlin.apps.cases.clocks import light
from youlin.apps.cases.measures import mark_name
from youlin.apps.cases.selectors.beside import standing_measure
from youlin.apps.cases.selectors.categories import categories
from youlin.apps.cases.selectors.figures import (
    area_counts,
    area_figures,
    city_districts,
    city_figures,
    daily_counts,
    late_by_day,
    street_figures,
)
from youlin.apps.cases.selectors.named import cases_of, knowable
from youlin.apps.cases.selectors.page import acts_of, beginning, case_page, crossing_offer
from youlin.apps.cases.selectors.public import (
    LEAF_TO,
    nearby_open,
    number_now,
    public_case,
    public_cases,
    public_map,
)
from youlin.apps.cases.selectors.reporter import media_of, my_cases, my_track, sent_case, track
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.selectors.staff import case_id, counts, inbox, map_view, todays_list
from youlin.apps.cases.selectors.suggesting import suggest_categories

__all__ = [
    "LEAF_TO",
    "CaseFilters",
    "acts_of",
    "area_counts",
    "area_figures",
    "beginning",
    "case_id",
    "case_page",
    "cases_of",
    "categories",
    "city_districts",
    "city_figures",
    "counts",
    "crossing_offer",
    "daily_counts",
    "inbox",
    "knowable",
    "late_by_day",
    "light",
    "mark_name",
    "map_view",
    "media_of",
    "my_cases",
    "my_track",
    "nearby_open",
    "number_now",
    "public_case",
    "public_cases",
    "public_map",
    "sent_case",
    "standing_measure",
    "street_figures",
    "suggest_categories",
    "todays_list",
    "track",
]

"""What of offers leaves for figures: what is offered and where, what was taken, seasons. People as aliases at most."""

from typing import Any

from django.db.models import BooleanField, Q
from django.db.models import ExpressionWrapper as Wrapped

from youlin.apps.offers.models import (
    EntitlementKind,
    Offer,
    OfferCategory,
    OfferKind,
    OfferPlace,
    Redemption,
    Season,
    Tally,
)
from youlin.apps.places.datasets import KINDS as PLACE_KINDS
from youlin.kernel.datasets import Column, Dataset, by_table
from youlin.kernel.datasets.people import MERGED, forgotten

_KINDS, _CATEGORIES = by_table(OfferKind), by_table(OfferCategory)
OFFERED = {"person": ("按人核销", "Redeemed by people"), "tally": ("只计人次", "Person-times only")}


def _is(condition: Q) -> Any:
    return Wrapped(condition, output_field=BooleanField())


OFFERS = Dataset(
    name="offers.offers",
    name_zh="供给",
    name_en="Offers",
    rows=Offer.objects.all,
    area="area",
    follows={"offers.": "", "parties.organisation": ""},
    columns=(
        Column("area", "区", "District", "code", "district"),
        Column("code", "代码", "Code", "code"),
        Column("programme", "所属方案", "Programme", "code"),
        Column("kind", "种类", "Kind", "code", "kind__code", named=_KINDS),
        Column("counted", "计法", "Counted", "code", "kind__counted", values=OFFERED),
        Column("category", "类别", "Category", "code", "category__code", named=_CATEGORIES),
        Column("category_retired_at", "类别停用于", "Category retired", "moment", "category__retired_at"),
        Column("giver", "提供单位", "Giver", "code", "giver__code"),
        Column("price", "价格（分）", "Price in cents", "count"),
        Column("usual_price", "原价（分）", "Usual price in cents", "count"),
        Column("valid_from", "自", "From", "day"),
        Column("valid_to", "至", "Until", "day"),
        Column("created_at", "登记时间", "Registered", "moment"),
        Column("retired_at", "停用于", "Retired", "moment"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

GIVEN = Dataset(
    name="offers.given",
    name_zh="供应地点",
    name_en="Where offers are given",
    rows=OfferPlace.objects.all,
    area="area",
    follows={"offers.": "", "places.": ""},
    columns=(
        Column("area", "现区划", "Area", "code", "place__area_now"),
        Column("offer", "供给", "Offer", "code", "offer__number"),
        Column("kind", "种类", "Kind", "code", "offer__kind__code", named=_KINDS),
        Column("counted", "计法", "Counted", "code", "offer__kind__counted", values=OFFERED),
        Column("category", "类别", "Category", "code", "offer__category__code", named=_CATEGORIES),
        Column("place", "地点", "Place", "code", "place__number"),
        Column("place_kind", "地点种类", "Kind of place", "code", "place__kind__code", named=PLACE_KINDS),
        Column("public", "公开", "Public", "bool", "place__public"),
        Column("created_at", "开始供应", "Given since", "moment"),
        Column("ended_at", "停止于", "Ended", "moment"),
        Column("offer_retired_at", "供给停用于", "Offer retired", "moment", "offer__retired_at"),
        Column("place_retired_at", "地点撤销于", "Place retired", "moment", "place__retired_at"),
        Column("is_demo", "演示", "Demonstration", "bool", "offer__is_demo"),
    ),
)

_OF_GIVEN = (
    Column("area", "现区划", "Area", "code", "given__place__area_now"),
    Column("offer", "供给", "Offer", "code", "given__offer__number"),
    Column("kind", "种类", "Kind", "code", "given__offer__kind__code", named=_KINDS),
    Column("category", "类别", "Category", "code", "given__offer__category__code", named=_CATEGORIES),
    Column("place", "地点", "Place", "code", "given__place__number"),
    Column("place_kind", "地点种类", "Kind of place", "code", "given__place__kind__code", named=PLACE_KINDS),
    Column("day", "日期", "Day", "day"),
    Column("at", "时间", "Noted", "moment"),
    Column("is_demo", "演示", "Demonstration", "bool"),
)
_FOLLOWS = {"offers.offer": "given__offer_id", "places.place": "given__place_id"}

REDEMPTIONS = Dataset(
    name="offers.redemptions",
    name_zh="核销",
    name_en="Redemptions",
    rows=lambda: Redemption.objects.annotate(was_reversed=_is(Q(reversed_at__isnull=False))),
    month="day",
    area="area",
    follows={"offers.redemption": "id", **_FOLLOWS},
    anew=MERGED,
    marks=forgotten("redemption"),
    columns=(
        *_OF_GIVEN,
        Column("price", "价格（分）", "Price in cents", "count"),
        Column("reversed", "已冲销", "Reversed", "bool", "was_reversed"),
        Column("reversed_at", "冲销于", "Reversed at", "moment"),
        Column(
            "entitled_as",
            "凭何身份",
            "Entitled as",
            "code",
            "holder__kind__code",
            named=by_table(EntitlementKind),
        ),
        Column("person", "何人（化名）", "Person (alias)", "alias", "person_id"),
    ),
)

TALLIES = Dataset(
    name="offers.tallies",
    name_zh="人次",
    name_en="Person-times",
    rows=lambda: Tally.objects.annotate(undone=_is(Q(undone_at__isnull=False))),
    month="day",
    area="area",
    follows={"offers.tally": "id", **_FOLLOWS},
    columns=(
        *_OF_GIVEN,
        Column("times", "人次", "Person-times", "count"),
        Column("undone", "已撤回", "Taken back", "bool"),
        Column("undone_at", "撤回于", "Taken back at", "moment"),
    ),
)

SEASONS = Dataset(
    name="offers.seasons",
    name_zh="服务季",
    name_en="Seasons",
    rows=Season.objects.all,
    area="area",
    follows={"offers.": ""},
    columns=(
        Column("area", "区", "District", "code", "district"),
        Column("brand", "品牌", "Brand", "text"),
        Column("starts_on", "自", "From", "day"),
        Column("ends_on", "至", "Until", "day"),
        Column("created_at", "登记时间", "Registered", "moment"),
        Column("retired_at", "撤销于", "Retired", "moment"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

DATASETS = (OFFERS, GIVEN, REDEMPTIONS, TALLIES, SEASONS)

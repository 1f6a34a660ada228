"""What of gates leaves for figures: compounds, entries by day, refusals, minutes of walking. Nobody's codes."""

from typing import Any

from django.db.models import BooleanField, Q
from django.db.models import ExpressionWrapper as Wrapped

from youlin.apps.gates import words
from youlin.apps.gates.models import Compound, Passage, Refusal, Walk
from youlin.kernel.datasets import Column, Dataset, by_table, by_words
from youlin.kernel.datasets.people import forgotten

_FOLLOWS = {"gates.compound": "compound_id", "places.place": "compound__place_id"}
_NAMED = by_table(Compound, "place__number", "place__name", "place__name_en")
_OF_COMPOUND = (
    Column("area", "现区划", "Area", "code", "compound__place__area_now"),
    Column("compound", "小区", "Compound", "code", "compound__place__number", named=_NAMED),
    Column("joined_on", "接入日期", "Compound joined on", "day", "compound__joined_on"),
    Column("is_demo", "演示", "Demonstration", "bool"),
)


def _is(condition: Q) -> Any:
    return Wrapped(condition, output_field=BooleanField())


COMPOUNDS = Dataset(
    name="gates.compounds",
    name_zh="小区",
    name_en="Compounds",
    rows=Compound.objects.all,
    area="area",
    follows={"gates.compound": "", "places.": "", "parties.organisation": ""},
    columns=(
        Column("area", "现区划", "Area", "code", "place__area_now"),
        Column("compound", "地点编号", "Place", "code", "place__number", named=_NAMED),
        Column("firm", "物业公司", "Firm", "code", "firm__code"),
        Column("bureau", "主管单位", "Bureau", "code", "bureau__code"),
        Column("joined_on", "接入日期", "Joined on", "day"),
        Column("created_at", "登记时间", "Registered", "moment"),
        Column("retired_at", "撤销于", "Retired", "moment", "place__retired_at"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

PASSAGES = Dataset(
    name="gates.passages",
    name_zh="进出",
    name_en="Passages",
    rows=Passage.objects.all,
    month="day",
    area="area",
    follows={"gates.passage": "id", **_FOLLOWS},
    marks=forgotten("passage"),
    about="只到日期；门、车辆和时刻到期即删，不在其中。",
    columns=(
        *_OF_COMPOUND,
        Column("day", "日期", "Day", "day"),
        Column("direction", "方向", "Direction", "code", named=by_words(words.DIRECTIONS)),
        Column("late", "后来补报", "Told later", "bool"),
        Column("valid", "码有效", "Valid", "bool"),
    ),
)

REFUSALS = Dataset(
    name="gates.refusals",
    name_zh="拒入",
    name_en="Refusals",
    rows=lambda: Refusal.objects.annotate(
        in_case=_is(~Q(case="")), was_checked=_is(Q(checked_at__isnull=False))
    ),
    month="at",
    area="area",
    follows={"gates.refusal": "id", **_FOLLOWS},
    columns=(
        *_OF_COMPOUND,
        Column("by", "谁说的", "Told by", "code", named=by_words(words.BY)),
        Column("reason", "门岗的理由", "Reason", "code", named=by_words(words.REASONS)),
        Column("at", "时间", "When", "moment"),
        Column("checked", "查验有效", "Checked", "bool", "was_checked"),
        Column("has_case", "成案", "Has a case", "bool", "in_case"),
    ),
)

WALKS = Dataset(
    name="gates.walks",
    name_zh="门到户用时",
    name_en="Minutes from gate to door",
    rows=Walk.objects.all,
    month="day",
    area="area",
    follows={"gates.walk": "id", **_FOLLOWS},
    marks=forgotten("walk"),
    columns=(
        *_OF_COMPOUND,
        Column("day", "日期", "Day", "day"),
        Column("seconds", "秒", "Seconds", "count"),
    ),
)

DATASETS = (COMPOUNDS, PASSAGES, REFUSALS, WALKS)

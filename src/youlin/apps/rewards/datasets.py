"""What of rewards leaves for figures: what was taken for points, where. People as aliases at most."""

from django.db.models import BooleanField, Q
from django.db.models import ExpressionWrapper as Wrapped

from youlin.apps.rewards.models import Redemption, Reward
from youlin.kernel.datasets import Column, Dataset, by_table
from youlin.kernel.datasets.people import MERGED, forgotten

REDEMPTIONS = Dataset(
    name="rewards.redemptions",
    name_zh="积分兑换",
    name_en="Rewards taken",
    rows=lambda: Redemption.objects.annotate(
        was_reversed=Wrapped(Q(reversed_at__isnull=False), output_field=BooleanField())
    ),
    month="day",
    area="area",
    follows={"rewards.redemption": "id", "places.place": "shop__place_id"},
    anew=MERGED,
    marks=forgotten("reward"),
    columns=(
        Column("area", "现区划", "Area", "code", "shop__place__area_now"),
        Column("reward", "奖品", "Reward", "code", "reward__number", named=by_table(Reward, "number")),
        Column("shop", "商户", "Shop", "code", "shop__place__number"),
        Column("points", "积分", "Points", "count"),
        Column("day", "日期", "Day", "day"),
        Column("at", "时间", "Taken", "moment"),
        Column("reversed", "已冲销", "Reversed", "bool", "was_reversed"),
        Column("reversed_at", "冲销于", "Reversed at", "moment"),
        Column("person", "何人（化名）", "Person (alias)", "alias", "person_id"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

DATASETS = (REDEMPTIONS,)

"""Areas as a dataset, and what became of codes that ended, for every other one."""

from django.db.models import FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from youlin.apps.areas import profiles, selectors
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.kernel import canonical
from youlin.kernel.datasets import Column, Dataset, Successors


def _number(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "extra"), FloatField())


AREAS = Dataset(
    name="areas.areas",
    name_zh="区域",
    name_en="Areas",
    rows=Area.objects.all,
    follows={"areas.area": "id"},
    columns=(
        Column("area", "区划代码", "Area code", "code", "code"),
        Column("level", "级别", "Level", "code"),
        Column("name", "名称", "Name", "text"),
        Column("name_en_text", "英文名称", "English name", "text", "name_en"),
        Column("population", "人口", "Population", "number", _number("population")),
        Column("households", "户数", "Households", "number", _number("households")),
        Column("valid_from", "生效日期", "Valid from", "day"),
        Column("valid_to", "失效日期", "Valid to", "day"),
        Column("is_demo", "演示数据", "Demonstration", "bool"),
    ),
)

DATASETS = (AREAS,)


def successors(district: str) -> Successors:
    """The living code of every code of these districts that ended; a revision that changes with any succession."""
    shards = {district, *selectors.shards(district)}
    told = AreaSuccession.objects.order_by("district", "old_code", "new_code", "on")
    rows = list(told.values_list("district", "old_code", "new_code", "share", "on"))
    ended = {old for _home, old, _new, _share, _on in rows if not selectors.live(old)}
    living = {}
    for code in sorted(ended):
        heirs = selectors.resolve_now(code)
        if heirs and profiles.active().district(code) in shards | {district}:
            living[code] = heirs[0][0]
    revision = canonical.digest(canonical.normal([rows, living])) if rows else ""
    return Successors(living, revision)

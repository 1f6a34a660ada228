"""What of places leaves for figures: places, what they lend and lent, what visitors say. No names, points, addresses."""

from django.db.models import BooleanField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models import ExpressionWrapper as Wrapped
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from youlin.apps.places.models import Lendable, Loan, Place, PlaceFacility, PlaceKind, PlaceVoice
from youlin.kernel.datasets import Column, Dataset, by_table, seconds_between

_PLACE = "places.place"
ALL_DAY = "24/7"
KINDS = by_table(PlaceKind)
ROLES = {"point": ("服务点", "Service point"), "scene": ("场景", "Scene"), "spot": ("停歇位", "Rest spot")}


def _places() -> QuerySet[Place]:
    working = PlaceFacility.objects.filter(district=OuterRef("district"), place=OuterRef("pk"), working=True)
    counted = working.order_by().values("place").annotate(n=Count("id")).values("n")
    return Place.objects.annotate(
        all_day=Wrapped(Q(hours=ALL_DAY), output_field=BooleanField()),
        facilities_working=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        wheelchair=KeyTextTransform("level", KeyTransform("wheelchair", "accessibility")),
    )


PLACES = Dataset(
    name="places.places",
    name_zh="地点",
    name_en="Places",
    rows=_places,
    area="area",
    follows={"places.": "", "parties.organisation": ""},
    columns=(
        Column("area", "现区划", "Area", "code", "area_now"),
        Column("area_at_event", "登记时区划", "Area then", "code"),
        Column("kind", "种类", "Kind", "code", "kind__code", named=KINDS),
        Column("role", "性质", "Role", "code", "kind__role", values=ROLES),
        Column("programme", "所属方案", "Programme", "code", "kind__programme"),
        Column("source", "来源", "Source", "code"),
        Column("keeper", "维护单位", "Keeper", "code", "keeper__code"),
        Column("public", "公开", "Public", "bool"),
        Column("all_day", "全天开放", "Open all day", "bool"),
        Column("facilities", "可用设施数", "Working facilities", "count", "facilities_working"),
        Column("wheelchair", "轮椅可达", "By wheelchair", "code"),
        Column("capacity", "容量（人）", "Room for", "count"),
        Column("confirmed_at", "最近核实", "Confirmed", "moment"),
        Column("confirmed_how", "核实方式", "Confirmed how", "code"),
        Column("flagged_at", "存疑自", "Doubted since", "moment"),
        Column("created_at", "登记时间", "Registered", "moment"),
        Column("retired_at", "撤销于", "Retired", "moment"),
        Column("is_demo", "演示", "Demonstration", "bool"),
    ),
)

_OF_PLACE = (
    Column("area", "现区划", "Area", "code", "place__area_now"),
    Column("place_kind", "地点种类", "Kind of place", "code", "place__kind__code", named=KINDS),
    Column("is_demo", "演示", "Demonstration", "bool", "place__is_demo"),
)

THINGS = Dataset(
    name="places.things",
    name_zh="可借物品",
    name_en="Things lent",
    rows=Lendable.objects.all,
    area="area",
    follows={"places.": ""},
    columns=(
        *_OF_PLACE,
        Column("total", "总数", "In all", "count"),
        Column("lent", "借出", "Out", "count"),
        Column("retired_at", "停用于", "Retired", "moment"),
    ),
)

LOANS = Dataset(
    name="places.loans",
    name_zh="借用",
    name_en="Loans",
    rows=Loan.objects.all,
    month="lent_at",
    area="area",
    follows={_PLACE: "lendable__place_id"},
    columns=(
        Column("area", "现区划", "Area", "code", "lendable__place__area_now"),
        Column("place_kind", "地点种类", "Kind of place", "code", "lendable__place__kind__code", named=KINDS),
        Column("is_demo", "演示", "Demonstration", "bool", "lendable__place__is_demo"),
        Column("lent_at", "借出", "Lent", "moment"),
        Column("due_at", "应还", "Due", "moment"),
        Column("returned_at", "归还", "Returned", "moment"),
        Column("lost_at", "确认未还", "Lost", "moment"),
        Column(
            "seconds_out",
            "借用秒数",
            "Seconds out",
            "count",
            computed=seconds_between("lent_at", "returned_at"),
        ),
    ),
)

VOICES = Dataset(
    name="places.voices",
    name_zh="到访反映",
    name_en="What visitors say",
    rows=PlaceVoice.objects.all,
    month="said_at",
    area="area",
    follows={_PLACE: "place_id"},
    columns=(
        *_OF_PLACE,
        Column("saying", "反映", "Saying", "code"),
        Column("said_at", "时间", "Said", "moment"),
        Column("settled_at", "处理于", "Settled", "moment"),
    ),
)

DATASETS = (PLACES, THINGS, LOANS, VOICES)

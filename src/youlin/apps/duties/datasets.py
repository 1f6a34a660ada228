"""Which duties are held where, from when to when; by whom, never."""

from django.db.models import BooleanField, Q
from django.db.models import ExpressionWrapper as Wrapped

from youlin.apps.duties.models import AssignmentArea, DutyKind
from youlin.kernel.datasets import Column, Dataset, by_table

ASSIGNMENTS = Dataset(
    name="duties.assignments",
    name_zh="任岗",
    name_en="Assignments",
    rows=lambda: AssignmentArea.objects.annotate(
        deputy=Wrapped(Q(assignment__rank__gt=0), output_field=BooleanField())
    ),
    area="area",
    follows={"duties.": "", "parties.organisation": ""},
    columns=(
        Column("area", "范围", "Area", "code", "code"),
        Column("kind", "岗位", "Duty", "code", "assignment__kind__code", named=by_table(DutyKind)),
        Column("level", "层级", "Level", "code", "assignment__kind__level"),
        Column("programme", "所属方案", "Programme", "code", "assignment__kind__programme"),
        Column("organisation", "限于单位", "Body", "code", "assignment__organisation__code"),
        Column("deputy", "副岗", "Deputy", "bool"),
        Column("valid_from", "范围自", "Area from", "moment"),
        Column("valid_to", "范围至", "Area until", "moment"),
        Column("held_from", "任岗自", "Held from", "moment", "assignment__valid_from"),
        Column("held_to", "任岗至", "Held until", "moment", "assignment__valid_to"),
        Column("away_from", "离岗自", "Away from", "moment", "assignment__away_from"),
        Column("away_to", "离岗至", "Away until", "moment", "assignment__away_to"),
        Column("is_demo", "演示", "Demonstration", "bool", "assignment__is_demo"),
    ),
)

DATASETS = (ASSIGNMENTS,)

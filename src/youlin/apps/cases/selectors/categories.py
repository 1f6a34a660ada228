"""Categories to choose from."""

from youlin.apps.cases import attributes
from youlin.apps.cases.models import Category
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.kernel.languages import in_language


def categories(district: str, *, reportable_only: bool = True) -> tuple[CategoryRow, ...]:
    """The categories in force in a district, in their declared order; classes and leaves alike. One query."""
    rows = list(_in_force(district))
    codes = {row.code for row in rows}
    parent = {code: _parent(code, codes) for code in codes}
    parents = set(parent.values())
    return tuple(
        CategoryRow(
            code=row.code,
            name=in_language(row.name, row.name_en),
            description=in_language(row.description, row.description_en),
            parent=parent[row.code],
            official_code=row.official_code,
            case_type=row.case_type,
            reportable=row.reportable,
            is_leaf=row.code not in parents,
            keywords=tuple(row.keywords),
            attributes=attributes.questions(row),
        )
        for row in rows
        if row.reportable or not reportable_only
    )


def _parent(code: str, codes: set[str]) -> str:
    """The nearest class above that is declared; "" at the top."""
    above = code.rpartition(".")[0]
    while above and above not in codes:
        above = above.rpartition(".")[0]
    return above


def _in_force(district: str) -> list[Category]:
    rows = Category.objects.filter(district=district, retired_at__isnull=True)
    return list(rows.order_by("position", "code"))

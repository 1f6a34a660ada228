"""What was answered to the questions of a category, as anybody may read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from youlin.apps.cases import attributes, texts
from youlin.apps.cases.attributes import Answered
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.selectors.rows import PublicCase


def with_answers(
    rows: Sequence[Case], shown: tuple[PublicCase, ...], *, own: Collection[UUID] = ()
) -> tuple[PublicCase, ...]:
    """Each with the answers that are declared public. One query, none where nobody answered anything.

    Nothing is told of what is not public itself, or whose place is coarse; all to the one who gave the answers,
    whose cases are in `own`.
    """
    if not any(case.attributes for case in rows):
        return shown
    districts, codes = {case.district for case in rows}, {case.category for case in rows}
    found = Category.objects.filter(district__in=districts, code__in=codes)
    categories = {(one.district, one.code): one for one in found}
    return tuple(
        replace(one, answers=_answers(case, categories, public_only=case.id not in own))
        if case.id in own or (case.public and not one.approximate)
        else one
        for case, one in zip(rows, shown, strict=True)
    )


def _answers(
    case: Case, categories: Mapping[tuple[str, str], Category], *, public_only: bool
) -> tuple[Answered, ...]:
    found = attributes.answered(case, categories.get((case.district, case.category)), public_only=public_only)
    return tuple(
        replace(one, text=texts.without_personal(one.text), value=_plain(one.value)) for one in found
    )


def _plain(value: object) -> object:
    return texts.without_personal(value) if isinstance(value, str) else value

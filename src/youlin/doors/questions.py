"""The extra questions of a category in a form: shown for the chosen category, read back as services take them.

Fields are named as Open311 names them (`attribute[code]`, `attribute[code][]` for several answers), and
`attribute[code][local]` for a time without an offset, which is that of the district. `asked` says for which
category the questions were shown: a form that waited without a network was never asked them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from youlin.apps.cases.attributes import Question
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.kernel.errors import Problem

ASKED = "asked"
_NAME = re.compile(r"attribute\[([^\[\]]{0,200})\](\[\]|\[local\])?")


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as a form shows it: the name of its field, what was answered, and what is wrong with that."""

    question: Question
    name: str
    answers: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def id(self) -> str:
        """Where the list of problems leads to."""
        return f"id_attribute[{self.question.code}]"

    @property
    def answer(self) -> str:
        """The one answer, or the first of them."""
        return self.answers[0] if self.answers else ""


def given(post: QueryDict) -> dict[str, list[str]]:
    """The answers of a form or a request, by code."""
    found: dict[str, list[str]] = {}
    for name, values in post.lists():
        if match := _NAME.fullmatch(name):
            local = match[2] == "[local]"
            found.setdefault(match[1], []).extend(_moment(one) if local else one for one in values)
    return found


def answered(post: QueryDict, category: str, *, was_offline: bool = False) -> dict[str, list[str]] | None:
    """The answers of a form for this category; None when nobody was asked and the report shall not wait for it.

    What is asked of every report of the category is demanded of a form that did not show it yet, unless it
    `was_offline`: it then shows the questions and can be sent again.
    """
    if post.get(ASKED, "") == category:
        return given(post)
    return None if was_offline else {}


def shown(row: CategoryRow | None, post: QueryDict, problems: Iterable[Problem] = ()) -> tuple[Shown, ...]:
    """The questions of a category with what was answered so far."""
    listed = list(problems)
    return tuple(_shown(one, post, listed) for one in row.attributes) if row else ()


def row_of(rows: Iterable[CategoryRow], code: str) -> CategoryRow | None:
    """The category with this code."""
    return next((row for row in rows if row.code == code), None)


def _shown(one: Question, post: QueryDict, problems: Sequence[Problem]) -> Shown:
    kind = {"multivaluelist": "[]", "datetime": "[local]"}.get(one.datatype, "")
    name = f"attribute[{one.code}]"
    mine = tuple(problem for problem in problems if problem.field == name)
    return Shown(one, name + kind, tuple(post.getlist(name + kind)), mine)


def _moment(text: str) -> str:
    """A time as a browser writes it, with the offset of the district; what is no time is told later."""
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        return text
    if found is None or found.tzinfo is not None:
        return text
    return timezone.make_aware(found, timezone.get_default_timezone()).isoformat(timespec="seconds")

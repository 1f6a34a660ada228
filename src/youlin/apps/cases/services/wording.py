"""The words of a message about a case, as a programme declares them, filled in for many cases at once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import clocks, lookup
from youlin.apps.cases.models import Case, Category
from youlin.kernel import clock

Wordings = Callable[[str, str], Mapping[str, Any] | None]
"""The words that a district declares under a code: title, title_en, body, body_en, urgent."""

_wordings: list[Wordings] = []


def use_wordings(find: Wordings) -> None:
    """Let a higher room say where the words of notices come from; the last one to do so counts."""
    _wordings[:] = [find]


class Filled(NamedTuple):
    """The words of one message."""

    title: str
    body: str
    link: str
    urgent: bool


class Wording:
    """What one rule says about cases of one district.

    Params: `wording` (a code that the district declares), else `title`, `body` and their `…_en`; `urgent`, `link`.
    """

    def __init__(self, cases: Sequence[Case], params: Mapping[str, Any]) -> None:
        self._cases, self._params = cases, params
        self._district = cases[0].district

    def of(self, case: Case, language: str, *, title: str, link: str = "", active: bool = False) -> Filled:
        """The message about a case; `title` and `link` where the rule says nothing.

        Facts are said in `language`, or with `active` in the one that is active.
        """
        words = self._declared
        with nullcontext() if active else translation.override(language):
            values = self._facts(case)
        english = "_en" if language.startswith("en") else ""
        given = words.get(f"title{english}") or words.get("title")
        body = words.get(f"body{english}") or words.get("body")
        return Filled(
            _filled(given or title, values),
            _filled(body or "", values),
            _filled(str(self._params.get("link") or link), values),
            bool(words.get("urgent", False)),
        )

    @cached_property
    def _declared(self) -> Mapping[str, Any]:
        code = self._params.get("wording")
        if not code:
            return self._params
        declared = next((words for find in _wordings if (words := find(self._district, str(code)))), None)
        return {**(declared or {}), **{key: value for key, value in self._params.items() if key != "wording"}}

    def _facts(self, case: Case) -> dict[str, str]:
        """What the words may name, in the active language. Nothing personal, nothing confidential."""
        table = lookup.table_of(case.case_type)
        due = timezone.localtime(case.due_at, timezone.get_default_timezone()) if case.due_at else None
        lights = {"ok": _("未到期"), "soon": _("将到期"), "late": _("已逾期"), "none": _("无时限")}
        return {
            "number": case.number,
            "title": _("保密案件") if case.confidential else case.title,
            "category": self._categories.get(case.category, case.category),
            "area": areas.name_path(case.area_now),
            "state": table.state(case.state).title(),
            "due": formats.date_format(due, "m-d H:i") if due else "",
            "light": lights[clocks.light(case, clock.now())],
            "kept": self._kept.get(case.duplicate_of_id, case.number),
        }

    @cached_property
    def _categories(self) -> dict[str, str]:
        wanted = {case.category for case in self._cases}
        rows = Category.objects.filter(district=self._district, code__in=wanted)
        return dict(rows.values_list("code", "name"))

    @cached_property
    def _kept(self) -> dict[UUID | None, str]:
        """The numbers of the cases that others were merged into."""
        wanted = {case.duplicate_of_id for case in self._cases if case.duplicate_of_id is not None}
        if not wanted:
            return {}
        rows = Case.objects.filter(district=self._district, id__in=wanted)
        return dict(rows.values_list("id", "number"))


def _filled(words: str, values: Mapping[str, str]) -> str:
    """The words with `{number}` and the like filled in; what is unknown stays as written."""
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words

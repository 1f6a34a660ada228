"""A workflow's own faults, as `cases.workflow` tells them, at their place in the file."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.apps.cases.workflow import reading
from youlin.kernel.errors import Invalid
from youlin.programmes.faults import Fault
from youlin.programmes.findings import unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_

_PART = re.compile(r"[^.\[\]]+")


def check(programme: Programme) -> Iterator[Fault]:
    """All that is wrong with the workflows of the programme's own case types."""
    for code, case_type in programme.declarations.case_types.items():
        at: Path_ = ("case_types", code, "workflow")
        if case_type.workflow_of is not None:
            yield from _taken_over(programme, code, case_type.workflow_of)
            continue
        try:
            reading.parse(case_type.workflow)
        except Invalid as error:
            for problem in error.problems:
                path = (*at, *_path(problem.field or ""))
                yield Fault(programme.source.spot(path), problem.message + "。", problem.remedy)


def _taken_over(programme: Programme, code: str, other: str) -> Iterator[Fault]:
    at: Path_ = ("case_types", code, "workflow_of")
    types = programme.declarations.case_types
    yield from unknown(programme, at, _("案件类型"), other, types)
    if types[code].workflow or (other in types and types[other].workflow_of is not None):
        message = _("workflow_of 只能代替 workflow，并且指向自带流程的类型。")
        yield Fault(programme.source.place(at), message, _("请只写其中一个，或直接指向有 workflow 的类型。"))


def _path(text: str) -> Path_:
    """`acts.file.from[0]` as a path."""
    return tuple(int(part) if part.isdigit() else part for part in _PART.findall(text))

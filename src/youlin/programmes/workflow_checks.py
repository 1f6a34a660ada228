"""A workflow's own faults, as `cases.workflow` tells them, at their place in the file."""

import re
from collections.abc import Iterator

from youlin.apps.cases.workflow import reading
from youlin.kernel.errors import Invalid
from youlin.programmes.faults import Fault
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_

_PART = re.compile(r"[^.\[\]]+")


def check(programme: Programme) -> Iterator[Fault]:
    """All that is wrong with the workflows of the programme's own case types."""
    for code, case_type in programme.declarations.case_types.items():
        at: Path_ = ("case_types", code, "workflow")
        try:
            reading.parse(case_type.workflow)
        except Invalid as error:
            for problem in error.problems:
                path = (*at, *_path(problem.field or ""))
                yield Fault(programme.source.spot(path), problem.message + "。", problem.remedy)


def _path(text: str) -> Path_:
    """`acts.file.from[0]` as a path."""
    return tuple(int(part) if part.isdigit() else part for part in _PART.findall(text))

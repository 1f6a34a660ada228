"""What is wrong in a programme's files: where to the column, what, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid, Problem


@dataclass(frozen=True, order=True)
class Place:
    """A point in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong at one place."""

    place: Place
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()


class Refused(Invalid):
    """A programme cannot be taken as it is; `faults` names every reason with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__(problems=[Problem(str(f.place), f.message, f.remedy) for f in self.faults])

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A remedy for an unknown word: the nearest known one, else the whole list when it is short."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return _("您是不是想写“%(word)s”？") % {"word": near[0]}
    if not known:
        return _("这里没有可用的名称，请删去。")
    if len(known) <= 30:
        return _("可用的有：%(words)s。") % {"words": "、".join(sorted(known))}
    return _("请核对拼写。")

"""The three findings that recur: an unknown word, a condition that does not compile, an unreadable limit."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from youlin.kernel import calendars, expressions
from youlin.kernel.errors import Invalid
from youlin.programmes.faults import Fault, did_you_mean
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_


def unknown(
    programme: Programme, path: Path_, kind: str, word: str, known: Mapping[str, object] | frozenset[str]
) -> Iterator[Fault]:
    """A fault when `word`, written at `path`, is none of the known words."""
    if word not in known:
        message = _("没有名为“%(word)s”的%(kind)s。") % {"word": word, "kind": kind}
        yield Fault(programme.source.place(path), message, did_you_mean(word, sorted(known)))


def condition(programme: Programme, path: Path_, source: str, variables: frozenset[str]) -> Iterator[Fault]:
    """A fault when the CEL condition does not compile."""
    place = programme.source.place(path)
    try:
        expressions.compile(source, variables=variables)
    except Invalid as error:
        for problem in error.problems:
            yield Fault(place, problem.message, problem.remedy or _("请按 CEL 的写法改正条件。"))


def limit(programme: Programme, path: Path_, text: str) -> Iterator[Fault]:
    """A fault when the time limit cannot be read."""
    try:
        calendars.Limit.parse(text)
    except Invalid as error:
        remedy = _("请写数和单位，例如 4 工作时、1 工作日、24 小时、7 自然日。")
        yield Fault(programme.source.place(path), error.message, remedy)

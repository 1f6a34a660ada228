"""Which subject on record a row means, and what it would change there. Writes nothing.

A number means the subject that has it. Without one, kind, name and area do, and the address where several are alike;
when in doubt the row is refused.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from youlin.apps.parties.models import Producer
from youlin.apps.passes.subjects import keeping, reading
from youlin.apps.passes.subjects.reading import Said, Words
from youlin.kernel.errors import Problem

BATCH = 500


@dataclass
class Row:
    """A row and what becomes of it: new, changed, same or refused. `changes` are the columns that it says otherwise."""

    line: int
    told: Said
    subject: Producer | None = None
    changes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def state(self) -> str:
        """What becomes of it."""
        if self.problems:
            return "refused"
        if self.subject is None:
            return "new"
        return "changed" if self.changes else "same"


def matched(district: str, told: Sequence[tuple[int, Said]], known: Words) -> list[Row]:
    """What becomes of each row, in their order."""
    by_code, by_key = _there(district, [one for _line, one in told])
    seen: dict[object, int] = {}
    rows = []
    for line, one in told:
        row = Row(line, one, problems=list(one.problems))
        rows.append(row)
        if row.problems:
            continue
        _find(row, by_code, by_key)
        what = row.subject.id if row.subject else one.columns["code"] or (*one.key, one.columns["address"])
        first = seen.setdefault(what, line)
        if first != line:
            row.problems.append(
                Problem("name", _("与第 %(line)s 行是同一个") % {"line": first}, _("请只留一行"))
            )
        elif row.subject is not None and not known.keeps(row.subject.area):
            row.problems.append(Problem("code", _("这个编号的主体不归您登记"), _("请核对编号")))
        elif row.subject is not None and not row.problems:
            row.changes = _changes(row.subject, one)
    return rows


def _find(row: Row, by_code: dict[str, Producer], by_key: dict[tuple[str, str, str], list[Producer]]) -> None:
    code, address = row.told.columns["code"], row.told.columns["address"]
    if code:
        row.subject = by_code.get(code)
        return
    alike = by_key.get(row.told.key, [])
    if address and len(alike) > 1:
        alike = [one for one in alike if one.address == address]
    elif address:
        alike = [one for one in alike if one.address in ("", address)]
    if len(alike) > 1:
        problem = Problem("name", _("在册的同名主体不止一个，分不清是哪个"), _("请写主体编号或地址"))
        row.problems.append(problem)
    elif alike:
        row.subject = alike[0]


def _there(
    district: str, told: Sequence[Said]
) -> tuple[dict[str, Producer], dict[tuple[str, str, str], list[Producer]]]:
    """The subjects that rows could mean: by number, closed ones too; by kind, name and area, those that stand."""
    rows = Producer.objects.filter(district=district).select_related("contact")
    by_code: dict[str, Producer] = {}
    by_key: dict[tuple[str, str, str], list[Producer]] = defaultdict(list)
    codes = sorted({one.columns["code"] for one in told if one.columns["code"]})
    names = sorted({one.columns["name"] for one in told if not one.columns["code"]})
    for start in range(0, len(codes), BATCH):
        by_code |= {one.code: one for one in rows.filter(code__in=codes[start : start + BATCH])}
    for start in range(0, len(names), BATCH):
        for one in rows.filter(name__in=names[start : start + BATCH], closed_on=None).order_by("id"):
            by_key[one.kind, one.name, one.area].append(one)
    return by_code, by_key


def _changes(subject: Producer, told: Said) -> list[str]:
    """The columns of which a row says otherwise; an empty cell says nothing."""
    said = reading.values(told)
    found = [name for name, value in said.items() if value and getattr(subject, name) != value]
    if not keeping.is_same_contact(subject, told):
        found.append("contact_id")
    if subject.closed_on is not None:
        found.append("closed_on")
    return found

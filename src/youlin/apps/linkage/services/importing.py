"""Whole tables of bodies and of tasks: looked at first, then the good rows are taken in; what is there is not doubled.

A table that was looked at waits nowhere: the page carries its rows, sealed, and what it brings back is checked anew.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case
from youlin.apps.linkage import acts, permission, selectors, words
from youlin.apps.linkage.services import bodies, tasks
from youlin.apps.linkage.tables import BODY_COLUMNS, TASK_COLUMNS
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Organisation
from youlin.apps.parties.phones import normalise
from youlin.kernel import crypto, tables
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.kernel.tables import Form
from youlin.kernel.tables.cells import DANGEROUS

MOST_BYTES = 1024 * 1024
MOST_ROWS = 500
NEEDED = ("code", "name", "kind", "title", "unit", "due_on", "number")

What = Literal["bodies", "tasks"]
Row = dict[str, str]
Lines = Sequence[tuple[int, Row]]
"""Rows with their lines in the file: what is empty between them is no row, and counts as a line."""


@dataclass
class Outcome:
    """What became, or would become, of a table's rows: how many are `new`, `changed`, `same` or `refused`.

    `refused` are (line, problem); `unread` are columns nobody reads; `sealed` brings the rows back.
    """

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    sealed: str = ""

    @property
    def takes(self) -> int:
        """How many rows there are to take in."""
        return self.counts["new"] + self.counts["changed"]


def look(*, actor: Actor, district: str, what: What, name: str, content: bytes) -> Outcome:
    """What would become of a file's rows. Nothing is written. Raises `Invalid` for what is no such table."""
    _demand(actor, district, what)
    rows, unread = _read(name, content, BODY_COLUMNS if what == "bodies" else TASK_COLUMNS)
    outcome = _go_through(actor, district, what, rows, writing=False)
    outcome.unread = unread
    sealed = {"what": what, "district": district, "rows": rows}
    outcome.sealed = crypto.encrypt(json.dumps(sealed, ensure_ascii=False))
    return outcome


def take(*, actor: Actor, district: str, what: What, sealed: str) -> Outcome:
    """Take in the good rows of a table that was looked at."""
    _demand(actor, district, what)
    try:
        kept = json.loads(crypto.decrypt(sealed))
    except (crypto.Unreadable, ValueError):
        kept = {}
    if kept.get("what") != what or kept.get("district") != district:
        raise Invalid(_("看过的表格已失效"), field="file", remedy=_("请再选一次文件"))
    return _go_through(actor, district, what, kept["rows"], writing=True)


def _demand(actor: Actor, district: str, what: What) -> None:
    permission.demand(actor, acts.KEEP if what == "bodies" else acts.TASK, district)


def _go_through(actor: Actor, district: str, what: What, rows: Lines, *, writing: bool) -> Outcome:
    outcome = Outcome()
    step = _bodies(actor, district) if what == "bodies" else _tasks(actor, district)
    for line, row in rows:
        try:
            with transaction.atomic():
                became = step(row, writing)
            outcome.counts[became] += 1
        except (Invalid, Conflict, NotAllowed) as error:
            outcome.counts["refused"] += 1
            columns = BODY_COLUMNS if what == "bodies" else TASK_COLUMNS
            outcome.refused += [
                (line, one._replace(field=columns.get(one.field or "", one.field))) for one in error.problems
            ]
    return outcome


Step = Callable[[Row, bool], str]


def _bodies(actor: Actor, district: str) -> Step:
    """Companies first in the table, then what belongs to them: a row may name a company of a row above."""
    streets = {one.name: one.code for one in areas.subtree(district, level="street")}
    above: dict[str, str] = {}
    codes: set[str] = set()

    def step(row: Row, writing: bool) -> str:
        said = _body(district, row, streets, above)
        if said.code in codes:
            raise Invalid(_("代码“%(code)s”在表里出现了两次") % {"code": said.code}, field="code")
        codes.add(said.code)
        if said.kind != words.OUTLET:
            above.update({said.code: said.code, said.values["name"]: said.code})
        known = parties.organisation(district=district, code=said.code)
        if known is not None and known.kind != said.kind:
            raise Invalid(_("代码“%(code)s”已用于另一种单位") % {"code": said.code}, field="code")
        if known is not None and known.closed_on is not None:
            raise Invalid(
                _("“%(name)s”已经撤销") % {"name": known.name},
                field="code",
                remedy=_("如又设立，请用新的代码登记"),
            )
        became = _becomes(known, said)
        if writing:
            _write(actor, district, known, said, became)
        return became

    return step


@dataclass(frozen=True)
class _Said:
    """What a row says of a body, checked; `values` as `bodies.change` takes them."""

    code: str
    kind: str
    parent: str
    values: dict[str, str]
    contact: str
    phone: str


def _body(district: str, row: Row, streets: dict[str, str], above: dict[str, str]) -> _Said:
    """Raises `Invalid` naming the column that is wrong."""
    _needed(row, ("code", "name", "kind"))
    kind = bodies.checked_kind(words.kind_in_table(row["kind"]))
    area = bodies.checked_area(district, kind, streets.get(row["area"], row["area"]))
    masked = "*" in row["phone"] or "*" in row["contact"]
    contact, phone = ("", "") if masked else (row["contact"], row["phone"])
    if phone and not contact:
        raise Invalid(_("有电话没有联系人"), field="contact")
    if phone:
        _checked_phone(phone)
    parent = _parent(district, kind, row["parent"], above)
    values = {"name": row["name"], "area": area, "address": row["address"], "credit_code": row["credit_code"]}
    return _Said(row["code"], kind, parent, values, contact, phone)


def _checked_phone(phone: str) -> None:
    try:
        normalise(phone)
    except Invalid as error:
        raise Invalid(problems=[one._replace(field="phone") for one in error.problems]) from error


def _becomes(known: Organisation | None, said: _Said) -> str:
    if known is None:
        return "new"
    parent = known.parent.code if known.parent else ""
    same = (
        all(getattr(known, key) == value for key, value in said.values.items())
        and (not said.parent or said.parent == parent)
        and (not said.contact or bodies.speaks(known, said.contact, said.phone))
    )
    return "same" if same else "changed"


def _write(actor: Actor, district: str, known: Organisation | None, said: _Said, became: str) -> None:
    if known is None:
        known = bodies.register(
            actor=actor,
            district=district,
            code=said.code,
            kind=said.kind,
            parent=said.parent,
            name=said.values["name"],
            area=said.values["area"],
            address=said.values["address"],
            credit_code=said.values["credit_code"],
        )
    elif became == "changed":
        bodies.change(actor=actor, body=known, parent=said.parent, **said.values)
    if said.contact and became != "same":
        bodies.name_contact(actor=actor, body=known, name=said.contact, phone=said.phone)


def _parent(district: str, kind: str, said: str, above: dict[str, str]) -> str:
    """The code of the company a row belongs to: of a row above, or on record by code or name."""
    if kind == words.COMPANY:
        return ""
    if said in above:
        return above[said]
    found = selectors.unit(district, said)
    checked = bodies.checked_parent(district, kind, found.code if found else said)
    return checked.code if checked else ""


def _tasks(actor: Actor, district: str) -> Step:
    """A task with the same number in the same list stands already and is left as it is."""
    known = {
        (str(said.get("list", "")), number)
        for said, number in Case.objects.filter(
            district=district, category=words.LISTED, external_number__gt=""
        ).values_list("attributes", "external_number")
    }

    def step(row: Row, writing: bool) -> str:
        due = _day(row["due_on"])
        found = selectors.unit(district, row["unit"])
        problems = tasks.wrong(
            title=row["title"], unit=found, due_on=due, list_name=row["list_name"], number=row["number"]
        )
        if row["unit"] and found is None:
            problems = [
                one._replace(message=_("没有单位“%(name)s”") % {"name": row["unit"]})
                if one.field == "unit"
                else one
                for one in problems
            ]
        if not row["number"]:
            problems.append(Problem("number", _("没有写编号"), _("同一清单里每项任务一个编号，例如 1")))
        key = (row["list_name"], row["number"])
        if key in known:
            return "same"
        if problems:
            raise Invalid(problems=problems)
        known.add(key)
        if writing:
            tasks.set_task(
                actor=actor,
                district=district,
                title=row["title"],
                text=row["text"],
                unit=found,
                due_on=due,
                list_name=row["list_name"],
                number=row["number"],
                idempotency_key=f"task:{row['list_name']}:{row['number']}",
            )
        return "new"

    return step


def _needed(row: Row, keys: Sequence[str]) -> None:
    empty = [Problem(key, _("没有填写")) for key in keys if not row[key]]
    if empty:
        raise Invalid(problems=empty)


def _day(text: str) -> date | None:
    """A day as people and spreadsheets write it; None where there is none. Raises `Invalid`."""
    if not text:
        return None
    plain = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        return datetime.strptime(plain.split(" ")[0].split("T")[0], "%Y-%m-%d").date()
    except ValueError:
        raise Invalid(
            _("看不懂日期“%(text)s”") % {"text": text[:32]}, field="due_on", remedy=_("例如 2026-12-31")
        ) from None


def _read(name: str, content: bytes, columns: dict[str, str]) -> tuple[Lines, tuple[str, ...]]:
    with tables.uploaded(name, content, most_bytes=MOST_BYTES) as path:
        headings = tables.columns(path, Form())
        named = {key: heading for key, heading in columns.items() if heading in headings}
        missing = [
            columns[key]
            for key in ("code", "name", "kind", "title", "unit", "due_on")
            if key in columns and key not in named
        ]
        if missing:
            raise tables.lacks(missing, columns.values())
        rows = []
        for number, row in tables.rows(path, Form()):
            if number > MOST_ROWS:
                raise tables.too_many(MOST_ROWS)
            if any(value.strip() for value in row.values()):
                said = {key: _cell(row.get(columns[key], "")) for key in columns}
                rows.append((number + 1, said))
    return rows, tuple(one for one in headings if one and one not in columns.values())


def _cell(text: str) -> str:
    """A cell as it was written, without the apostrophe that an export put before it."""
    plain = (text or "").replace("\0", "").strip()[:2000]
    return plain[1:] if plain.startswith("'") and plain[1:].startswith(DANGEROUS) else plain

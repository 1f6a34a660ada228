"""Tables of subjects: looked at first, taken in as a whole by whoever brought them, and taken back as a whole."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person
from youlin.apps.passes.acts import SUBJECTS
from youlin.apps.passes.models import SubjectImport, SubjectImportRow
from youlin.apps.passes.subjects import keeping, matching, reading
from youlin.apps.passes.subjects.matching import Row
from youlin.apps.passes.subjects.words import ENGLISH, HEADINGS, NEEDED, OTHER_HEADINGS, heading
from youlin.kernel import clock, journal, tables
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from youlin.kernel.tables import Form, harmless

MOST_ROWS = 1_000
MOST_BYTES = 2 * 1024 * 1024
MOST_TOLD = 200
"""Rows with something to correct that are told one by one; the others are counted."""
UNDO_DAYS = 92
"""How long what stood there before is kept, and an import can be taken back."""


@dataclass
class Outcome:
    """What would become of a table: rows by state, and (line, problem) of those that are not taken."""

    run: UUID
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, Problem]] = field(default_factory=list)


@transaction.atomic
def keep_file(*, actor: Actor, district: str, name: str, content: bytes) -> Outcome:
    """Keep an uploaded table until it is taken in, and say what would become of it; writes nothing else.

    One waits for each person. Raises `Invalid` for what is no such table, `NotAllowed`.
    """
    demand(actor, district)
    rows = _read(actor, district, name, content)
    SubjectImport.objects.filter(district=district, taken_at=None, made_by_id=actor.person_id).delete()
    run = SubjectImport.objects.create(
        district=district,
        name=Path(name.replace("\0", "")).name[:200],
        content=base64.b64encode(content).decode(),
        made_by_id=actor.person_id,
    )
    return _outcome(run, rows)


def preview(*, actor: Actor, run: SubjectImport) -> Outcome:
    """What would become now of a table that the actor keeps. Writes nothing. Raises `NotFound`, `Conflict`."""
    return _outcome(run, _kept(actor, run))


@transaction.atomic
def take(*, actor: Actor, district: str, run_id: UUID) -> SubjectImport:
    """Take in the good rows of a table that was looked at; the others are told. Raises `NotFound`, `Conflict`."""
    run = _locked(district, run_id)
    rows = _kept(actor, run)
    with duties.one_look():
        made = [_written(actor, run, row) for row in rows if row.state != "same"]
    SubjectImportRow.objects.bulk_create(made, batch_size=500)
    run.counts = dict(_outcome(run, rows).counts)
    run.content, run.taken_at = "", clock.now()
    run.save(update_fields=["counts", "content", "taken_at"])
    journal.append(act="passes.subjects_imported", actor=actor, subject=run, area=district, after=run.counts)
    return run


@transaction.atomic
def undo(*, actor: Actor, district: str, run_id: UUID) -> Counter[str]:
    """Take a whole import back: new subjects are over and their codes with them (`ended`), changed ones are as they were
    (`restored`). What somebody has changed since stays (`kept`).

    Raises `NotFound`, `Conflict` when it was undone or too long ago, `NotAllowed` for subjects that the actor does not
    keep.
    """
    demand(actor, district)
    run = _locked(district, run_id)
    if run.taken_at is None:
        raise NotFound(_("没有这次导入"))
    if run.undone_at is not None:
        raise Conflict(_("这次导入已经撤销"))
    rows = list(
        SubjectImportRow.objects.filter(district=district, run=run, state__in=("new", "changed"))
        .select_related("subject")
        .order_by("-line")
    )
    if any(not row.kept for row in rows):
        raise Conflict(_("导入已过 %(n)s 天，不能整批撤销") % {"n": UNDO_DAYS}, remedy=_("请逐个更正"))
    with duties.one_look():
        counts = Counter(_taken_back(actor, row) for row in rows)
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    after = dict(counts)
    journal.append(act="passes.subjects_import_undone", actor=actor, subject=run, area=district, after=after)
    return counts


def demand(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor keeps any subjects there."""
    if actor.kind != "system" and district not in duties.access(actor).districts(SUBJECTS):
        raise NotAllowed(_("主体不归您登记"), remedy=_("请联系所在街道的主体登记员"))


def _read(actor: Actor, district: str, name: str, content: bytes) -> list[Row]:
    known = reading.words(actor, district)
    with tables.uploaded(name, content, most_bytes=MOST_BYTES) as path:
        told = [(line, reading.said(given, known)) for line, given in _rows(path)]
    if not told:
        raise Invalid(_("表里没有主体"), field="file", remedy=_("第一行是列名，下面一行一个"))
    return matching.matched(district, told, known)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    known = {word.lower(): key for words in (HEADINGS, ENGLISH) for key, word in words.items()}
    known |= {key: key for key in HEADINGS} | OTHER_HEADINGS
    named: dict[str, str] = {}
    for column in tables.columns(path, Form()):
        if key := known.get(column.strip().lower()):
            named.setdefault(key, column)
    if missing := [heading(key) for key in NEEDED if key not in named]:
        raise tables.lacks(missing, [heading(key) for key in HEADINGS])
    for count, (number, row) in enumerate(tables.rows(path, Form()), start=1):
        if count > MOST_ROWS:
            raise tables.too_many(MOST_ROWS)
        given = {key: _cell(row.get(column, "")) for key, column in named.items()}
        if any(given.values()):
            yield number + 1, given


def _cell(text: str) -> str:
    """What stands in a cell; a sign that kept a spreadsheet from reading it as a formula goes."""
    text = text.replace("\0", "").strip()
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def _kept(actor: Actor, run: SubjectImport) -> list[Row]:
    """The rows of a table that waits for whoever brought it. Raises `NotFound`, `Conflict`."""
    if run.made_by_id != actor.person_id:
        raise NotFound(_("没有这次导入"))
    demand(actor, run.district)
    if not run.content:
        raise Conflict(_("这个文件已经导入或已过期"), remedy=_("请重新上传"))
    return _read(actor, run.district, run.name, base64.b64decode(run.content))


def _outcome(run: SubjectImport, rows: list[Row]) -> Outcome:
    found = Outcome(run.id, Counter({"read": len(rows)}) + Counter(row.state for row in rows))
    found.faults = [(row.line, problem) for row in rows for problem in row.problems][:MOST_TOLD]
    return found


def _written(actor: Actor, run: SubjectImport, row: Row) -> SubjectImportRow:
    made = SubjectImportRow(district=run.district, run=run, line=row.line, state=row.state)
    if row.state == "refused":
        made.problems = [one._asdict() for one in row.problems]
        return made
    if row.subject is None:
        made.subject, before = keeping.put(actor, run.district, row.told), {}
    else:
        before = {name: getattr(row.subject, name) for name in row.changes}
        made.subject = keeping.change_to(actor, row.subject, row.told, row.changes)
    since = before or dict.fromkeys(parties.CHANGEABLE)
    now = {name: getattr(made.subject, name) for name in since}
    made.kept = json.dumps([before, now], default=str, ensure_ascii=False)
    return made


def _taken_back(actor: Actor, row: SubjectImportRow) -> str:
    before, since = json.loads(row.kept)
    subject = row.subject
    if subject is None or any(_text(getattr(subject, name)) != value for name, value in since.items()):
        return "kept"
    if row.state == "new":
        keeping.end(actor=actor, subject=subject, reason="mistake")
        return "ended"
    if "closed_on" in before:  # it had been over, and the table brought it back
        keeping.end(actor=actor, subject=subject, reason="mistake")
    before = {name: value for name, value in before.items() if name != "closed_on"}
    if before.get("contact_id") and not _is_known(before["contact_id"]):
        before["contact_id"] = None
    if "contact_id" in before and before["contact_id"]:
        before["contact_id"] = UUID(before["contact_id"])
    parties.change_producer(actor=actor, producer=subject, changes=before, verb=SUBJECTS)
    return "restored"


def _is_known(person_id: str) -> bool:
    return Person.objects.filter(id=person_id, erased_at=None).exists()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _locked(district: str, run_id: UUID) -> SubjectImport:
    found = SubjectImport.objects.select_for_update().filter(district=district, id=run_id).first()
    if found is None:
        raise NotFound(_("没有这次导入"))
    return found

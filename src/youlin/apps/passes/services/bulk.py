"""Issuing many codes of one kind from pasted lines: the good ones are issued, the others told one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.passes.models import Pass
from youlin.apps.passes.services.finding import issue_to
from youlin.apps.passes.services.issuing import kind_of
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem

MOST = 150
"""Lines at once: ten sheets of stickers."""
PERSON = ("name", "phone", "label")
OTHER = ("number", "label")
_PARTS = re.compile(r"[\t,，;；]")


class Line(NamedTuple):
    """A line with something in it, its number and its cells."""

    number: int
    cells: list[str]


@dataclass
class Issued:
    """What came of pasted lines: codes in their order, and what is wrong with which line."""

    rows: list[Pass] = field(default_factory=list)
    faults: list[tuple[int, Problem]] = field(default_factory=list)


@transaction.atomic
def issue_many(*, actor: Actor, district: str, kind: str, text: str) -> Issued:
    """Issue a code for each line: `name, phone, label` for people, else `number, label`; after `#` nothing is read.

    Sent twice, nobody has two. Raises `Invalid` for an unknown kind and for too many lines, `NotAllowed` where the actor
    issues none of this kind.
    """
    try:
        word = kind_of(district, kind)
    except NotFound as error:
        raise Invalid(_("请选择种类"), field="kind") from error
    lines = list(read(text))
    if not lines:
        raise Invalid(_("请写要发给谁，一行一个"), field="lines")
    if len(lines) > MOST:
        raise Invalid(_("一次最多 %(most)s 行") % {"most": MOST}, field="lines", remedy=_("请分几次"))
    names = PERSON if word.holder == "person" else OTHER
    found = Issued()
    for line in lines:
        given = dict(zip(names, line.cells, strict=False))
        try:
            with transaction.atomic():
                row = issue_to(actor=actor, district=district, kind=kind, **given)
        except (Invalid, Conflict, NotFound, NotAllowed) as error:
            found.faults += [(line.number, problem) for problem in error.problems]
        else:
            found.rows += [] if row in found.rows else [row]
    return found


def read(text: str) -> Iterator[Line]:
    """The lines in which something stands, counted from 1."""
    for number, line in enumerate(text.replace("\0", "").splitlines(), start=1):
        cells = [cell.strip() for cell in _PARTS.split(line.partition("#")[0])]
        if any(cells):
            yield Line(number, cells)

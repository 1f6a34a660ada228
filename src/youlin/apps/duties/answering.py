"""Who answers? The nearest holder of the duty who is there; a vacancy climbs, and every step is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import places, shifts
from youlin.apps.duties.holdings import category_within, in_force
from youlin.apps.duties.models import Assignment, AssignmentArea, DutyKind
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.errors import NotFound


@dataclass(frozen=True)
class Answer:
    """Who answers, by which assignment, and the steps that led there.

    `climbed` counts the kinds passed over: 0 when the asked kind itself answers. `off_shift` says that nobody
    was on shift and the nearest holder answers when theirs begins. `holder` is None when all is vacant.
    """

    holder: Person | None
    assignment: Assignment | None
    path: list[str]
    climbed: int
    kind: str = ""
    off_shift: bool = False

    @property
    def why(self) -> str:
        """The steps in one line: `网格空缺 → 社区 2 岗 → 赵敏`."""
        return " → ".join(self.path)


def who(
    *,
    kind: str,
    area: str,
    at: datetime | None = None,
    category: str = "",
    district: str | None = None,
    organisation: UUID | None = None,
) -> Answer:
    """Who answers for a duty kind in an area at a moment (now). At most three queries.

    Within a kind an assignment narrowed to the category or organisation wins over a general one, then the
    one over the smallest area, then the lowest rank. Someone on leave is replaced by their stand-in; someone
    off shift is passed over. When nobody is left the kind's `climbs_to` are asked in turn. If nobody is on
    shift all the way up, the nearest holder answers all the same. A retired kind is vacant everywhere.
    Raises `NotFound` for an unknown kind.
    """
    moment = at or clock.now()
    home = district or places.line(area, moment)[-1].code
    known = Answering(district=home, areas=[area], at=moment)
    return known.who(kind=kind, area=area, category=category, organisation=organisation)


@dataclass(frozen=True)
class _Asked:
    at: datetime
    line: list[places.Place]
    category: str
    organisation: UUID | None


@dataclass(frozen=True)
class _Candidate:
    """One assignment that covers the area, as near as its longest matching code."""

    assignment: Assignment
    code: str

    def order(self, asked: _Asked) -> tuple[object, ...]:
        """Sorts the one who should answer first to the front."""
        one = self.assignment
        for_organisation = one.organisation_id is not None
        return (
            for_organisation is not (asked.organisation is not None),
            -len(one.category),
            -len(self.code),
            one.rank,
            one.valid_from,
            one.id,
        )


class Answering:
    """`who` for many matters of one district at one moment: what they need is read once for all of `areas`.

    Kinds take one query, the assignments of each kind and those it climbs to one more.
    """

    def __init__(self, *, district: str, areas: Iterable[str], at: datetime) -> None:
        self.at = at
        self._shards = places.reach().of(district)
        self._lines = {area: places.line(area, at) for area in areas}
        self._codes = {code for line in self._lines.values() for code in places.prefixes(line[0].code)}
        self._covering: dict[str, _Covering] = {}

    def who(self, *, kind: str, area: str, category: str = "", organisation: UUID | None = None) -> Answer:
        """As `who` does, at this moment."""
        asked = _Asked(self.at, self._line(area), category, organisation)
        chain = _chain(self._kinds, kind, self.at)
        return _Search(asked, chain, self._candidates(chain, asked)).answer()

    def _line(self, area: str) -> list[places.Place]:
        """The line of an area; one that nobody spoke of before is read about when it is asked for."""
        if area not in self._lines:
            self._lines[area] = places.line(area, self.at)
            codes = set(places.prefixes(self._lines[area][0].code))
            if not codes <= self._codes:
                self._codes |= codes
                self._covering = {}
        return self._lines[area]

    @cached_property
    def _kinds(self) -> dict[UUID, DutyKind]:
        """Every kind of the shards, retired ones too."""
        return {row.id: row for row in DutyKind.objects.filter(district__in=self._shards).order_by("id")}

    def _candidates(self, chain: list[DutyKind], asked: _Asked) -> dict[str, list[_Candidate]]:
        """The assignments of each kind that cover the area, in the order in which they answer."""
        self._read([kind.code for kind in chain if kind.code not in self._covering])
        found: dict[str, list[_Candidate]] = {}
        for kind in chain:
            nearest: dict[UUID, _Candidate] = {}
            for code in places.prefixes(asked.line[0].code):  # the longest first
                for row in self._covering[kind.code].get(code, ()):
                    if row.id not in nearest and _narrowing_fits(row, asked):
                        nearest[row.id] = _Candidate(row, code)
            if nearest:
                found[kind.code] = sorted(nearest.values(), key=lambda one: one.order(asked))
        return found

    def _read(self, kinds: list[str]) -> None:
        """The assignments in force of these kinds, by the area codes they cover."""
        if not kinds:
            return
        self._covering |= {code: {} for code in kinds}
        rows = (
            AssignmentArea.objects.filter(in_force(self.at), in_force(self.at, "assignment__"))
            .filter(district__in=self._shards, code__in=self._codes)
            .filter(assignment__district__in=self._shards, assignment__kind__code__in=kinds)
            .filter(assignment__place__isnull=True, assignment__case__isnull=True)
            .filter(assignment__holder__erased_at__isnull=True)
            .select_related("assignment__holder", "assignment__stand_in", "assignment__organisation")
        )
        for row in rows:
            one = row.assignment
            one.kind = self._kinds[one.kind_id]
            self._covering[one.kind.code].setdefault(row.code, []).append(one)


_Covering = dict[str, list[Assignment]]
"""Assignments by the area codes they cover."""


def _chain(known: dict[UUID, DutyKind], code: str, at: datetime) -> list[DutyKind]:
    """The kind and those it climbs to, in the order in which they are asked, each once, retired ones too."""
    kinds: dict[str, DutyKind] = {}
    for row in known.values():
        if row.code not in kinds or _retired(kinds[row.code], at):
            kinds[row.code] = row
    if code not in kinds:
        raise NotFound(_("没有岗位种类“%(code)s”") % {"code": code}, field="kind")
    chain = [kinds[code]]
    for kind in chain:  # grows while it is walked: the nearest steps first
        chain += [kinds[next] for next in kind.climbs_to if next in kinds and kinds[next] not in chain]
    return chain


def _retired(kind: DutyKind, at: datetime) -> bool:
    return kind.retired_at is not None and kind.retired_at <= at


def _narrowing_fits(one: Assignment, asked: _Asked) -> bool:
    """A category must lie in the assignment's; an organisation, where one is asked for, must be the same."""
    if not category_within(asked.category, one.category):
        return False
    return asked.organisation is None or one.organisation_id in (None, asked.organisation)


class _Search:
    """Walks the chain once, noting each step."""

    def __init__(self, asked: _Asked, chain: list[DutyKind], candidates: dict[str, list[_Candidate]]) -> None:
        self.asked, self.chain, self.candidates = asked, chain, candidates
        self.path: list[str] = []
        self.off_shift: tuple[int, _Candidate, Person] | None = None

    def answer(self) -> Answer:
        """The first who is there; else the first who is only off shift; else nobody."""
        for climbed, kind in enumerate(self.chain):
            if _retired(kind, self.asked.at):
                self.path.append(_("%(kind)s岗位已停用") % {"kind": kind.name})
                continue
            for candidate, person in self._present(climbed, kind):
                return self._found(climbed, candidate, person)
            if not self.candidates.get(kind.code):
                self.path.append(_("%(place)s%(kind)s空缺") % self._post(kind))
        if self.off_shift:
            climbed, candidate, person = self.off_shift
            self.path.append(_("无人当班，由最近的岗位上岗后处理"))
            return self._found(climbed, candidate, person, off_shift=True)
        self.path.append(_("无人可答"))
        return Answer(None, None, self.path, len(self.chain))

    def _present(self, climbed: int, kind: DutyKind) -> Iterator[tuple[_Candidate, Person]]:
        for candidate in self.candidates.get(kind.code, []):
            person = self._there(candidate)
            if person is None:
                continue
            if shifts.on_duty(candidate.assignment.shift, self.asked.at):
                yield candidate, person
            else:
                self.path.append(_("%(name)s不当班") % {"name": person.name})
                self.off_shift = self.off_shift or (climbed, candidate, person)

    def _there(self, candidate: _Candidate) -> Person | None:
        """The holder, or their stand-in during leave, or None."""
        one = candidate.assignment
        if not away(one, self.asked.at):
            return one.holder
        if one.stand_in is None or one.stand_in.erased_at is not None:
            self.path.append(_("%(name)s离岗，无人代班") % {"name": one.holder.name})
            return None
        self.path.append(_("%(name)s离岗，由代班人") % {"name": one.holder.name})
        return one.stand_in

    def _found(
        self, climbed: int, candidate: _Candidate, person: Person, *, off_shift: bool = False
    ) -> Answer:
        one = candidate.assignment
        self.path += [
            _("%(place)s%(kind)s%(post)s") % {**self._post(one.kind, candidate.code), "post": _rank(one)},
            person.name,
        ]
        return Answer(person, one, self.path, climbed, one.kind.code, off_shift)

    def _post(self, kind: DutyKind, code: str = "") -> dict[str, str]:
        """The words for a post: the place it is held at, and its kind."""
        at = next(
            (p for p in self.asked.line if (p.code == code if code else p.level == kind.level)),
            self.asked.line[0],
        )
        return {"place": at.name, "kind": kind.name}


def _rank(one: Assignment) -> str:
    return _(" %(n)d 岗") % {"n": one.rank + 1} if one.rank else ""


def away(one: Assignment, at: datetime) -> bool:
    """Whether the holder is on leave at the moment."""
    return one.away_from is not None and one.away_from <= at and (one.away_to is None or at < one.away_to)

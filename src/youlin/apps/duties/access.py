"""The one answer to "may they?": by duty over a scope, or by a relation to the row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.duties import places, verbs
from youlin.apps.duties.holdings import Holding, holdings
from youlin.kernel.actors import Actor

Relation = Callable[[Actor], Iterable[Holding]]
"""What an actor has through a relation: holdings narrowed to rows (a case, a place, an organisation)."""

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Fields:
    """The columns of a table that a scope is compared with; empty where the table has none."""

    area: str = "area_now"
    category: str = "category"
    organisation: str = "lead_unit_id"
    case: str = "id"
    place: str = ""
    district: str = "district"


CASE_FIELDS = Fields()


@dataclass(frozen=True)
class _Registered:
    verbs: frozenset[str]
    relation: Relation


_relations: dict[str, _Registered] = {}


def register_relation(name: str, relation: Relation, *, verbs: Iterable[str]) -> None:
    """Let a relation (reporter, member, guardian, steward) grant verbs as a duty does.

    The function is asked only for an actor whose duties do not suffice, and at most once per `Access`.
    Verbs it does not name here are not granted, whatever its holdings say.
    """
    _relations[name] = _Registered(frozenset(verbs), relation)


@dataclass
class Access:
    """What one actor may do at one moment. Make it once per request and hand it on."""

    actor: Actor
    held: list[Holding]
    _related: dict[str, list[Holding]] = field(default_factory=dict)

    def may(
        self,
        verb: str,
        *,
        district: str,
        area: str,
        category: str = "",
        organisation: UUID | None = None,
        case: UUID | None = None,
        place: UUID | None = None,
    ) -> bool:
        """Whether the actor may do `verb` on a row with these values."""
        if self.actor.kind == "system":
            return True
        row = {"district": district, "area": area, "category": category}
        ids = {"organisation": organisation, "case": case, "place": place}
        return any(one.covers(**row, **ids) for one in self._granting(verb))  # type: ignore[arg-type]

    def scope(self, verb: str, *, fields: Fields = CASE_FIELDS) -> Q:
        """The rows on which the actor may do `verb`, ready for `.filter()`; none when nothing grants it."""
        if self.actor.kind == "system":
            return Q()
        return _rows([*self._by_duty(verb), *self._by_relation(verb)], fields)

    def districts(self, verb: str) -> tuple[str, ...]:
        """The districts in which the actor holds a duty that grants `verb`."""
        if self.actor.kind == "system":
            return places.reach().districts
        return tuple(sorted({one.district for one in self._by_duty(verb)}))

    def areas(self, verb: str) -> tuple[str, ...]:
        """The area prefixes over which a duty grants `verb`, none inside another; narrowed duties count."""
        if self.actor.kind == "system":
            return ("",)
        return outermost(area for one in self._by_duty(verb) for area in one.areas)

    def prefixes(self, verb: str) -> tuple[str, ...]:
        """As `areas`, with what relations grant: outside of these prefixes nothing grants `verb`."""
        if self.actor.kind == "system":
            return ("",)
        return outermost(area for one in self._granting(verb) for area in one.areas)

    def holds_any(self, *wanted: str) -> bool:
        """Whether the actor holds any duty at all, or any that grants one of `wanted`."""
        if self.actor.kind == "system":
            return True
        return any(not wanted or one.verbs & set(wanted) for one in self.held)

    def explain(
        self,
        verb: str,
        *,
        district: str,
        area: str,
        category: str = "",
        organisation: UUID | None = None,
        case: UUID | None = None,
        place: UUID | None = None,
    ) -> str:
        """Why the actor may or may not, in one sentence."""
        if self.actor.kind == "system":
            return _("由系统执行")
        row = {"district": district, "area": area, "category": category}
        ids = {"organisation": organisation, "case": case, "place": place}
        words = {"verb": verbs.label(verb), "area": area}
        for one in self._granting(verb):
            if one.covers(**row, **ids):  # type: ignore[arg-type]
                return _("可以“%(verb)s”：%(duty)s") % {**words, "duty": in_words(one)}
        near = [one for one in self.held if verb in one.verbs]
        if near:
            return _("不能“%(verb)s”：范围不含 %(area)s（%(duties)s）") % {**words, "duties": _list(near)}
        if self.held:
            return _("不能“%(verb)s”：现任岗位未授予（%(duties)s）") % {**words, "duties": _list(self.held)}
        return _("不能“%(verb)s”：现在没有任何岗位") % words

    def _granting(self, verb: str) -> Iterable[Holding]:
        yield from self._by_duty(verb)
        yield from self._by_relation(verb)

    def _by_duty(self, verb: str) -> list[Holding]:
        return [one for one in self.held if verb in one.verbs]

    def _by_relation(self, verb: str) -> list[Holding]:
        found = []
        for name, registered in _relations.items():
            if verb in registered.verbs:
                if name not in self._related:
                    self._related[name] = _chosen(registered.relation(self.actor), self.actor)
                found += [one for one in self._related[name] if verb in one.verbs]
        return found


_look: ContextVar[dict[Actor, Access] | None] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """While it lasts, what an actor may do now is read once: for a page that only reads."""
    token = _look.set({})
    try:
        yield
    finally:
        _look.reset(token)


def access(actor: Actor, at: datetime | None = None) -> Access:
    """What the actor may do at a moment (now), in the district that they chose to look at if they did.

    Two queries, none for visitors and the system.
    """
    known = _look.get() if at is None else None
    if known is None:
        return Access(actor, _chosen(holdings(actor, at), actor))
    everywhere = replace(actor, district="")
    if everywhere not in known:
        known[everywhere] = Access(everywhere, holdings(everywhere))
    if actor not in known:
        known[actor] = Access(actor, _chosen(known[everywhere].held, actor))
    return known[actor]


def _chosen(held: Iterable[Holding], actor: Actor) -> list[Holding]:
    return [one for one in held if not actor.district or actor.district in one.reach]


def outermost(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes without those that lie inside another."""
    kept: list[str] = []
    for code in sorted(set(codes)):
        if not any(code.startswith(outer) for outer in kept):
            kept.append(code)
    return tuple(kept)


def in_words(one: Holding) -> str:
    """A holding for people: `网格员（110102001003008）`."""
    narrowed = [*one.areas, *([one.category] if one.category else [])]
    stand_in = _("，代班") if one.is_stand_in else ""
    return f"{one.kind_name}（{'、'.join(area for area in narrowed if area)}{stand_in}）"


def _list(held: list[Holding]) -> str:
    return "；".join(in_words(one) for one in held)


def _rows(held: list[Holding], fields: Fields) -> Q:
    """The union of scopes, one term for all that are narrowed alike."""
    alike: dict[_Narrowing, list[str]] = defaultdict(list)
    for one in held:
        narrowing = _Narrowing(one.reach, one.category, one.organisation_id, one.case, one.place)
        alike[narrowing] += one.areas
    terms = [_term(narrowing, outermost(areas), fields) for narrowing, areas in alike.items()]
    return _any(term for term in terms if term is not None)


class _Narrowing(NamedTuple):
    districts: frozenset[str]
    category: str
    organisation: UUID | None
    case: UUID | None
    place: UUID | None


def _term(scope: _Narrowing, areas: tuple[str, ...], fields: Fields) -> Q | None:
    """The rows of one scope; None when the table lacks a column that the scope is narrowed by."""
    narrowed = [
        (column, value)
        for column, value in (
            (fields.organisation, scope.organisation),
            (fields.case, scope.case),
            (fields.place, scope.place),
        )
        if value is not None
    ]
    if (
        not areas
        or not all(column for column, _value in narrowed)
        or (scope.category and not fields.category)
    ):
        return None
    term = Q(**{f"{fields.district}__in": sorted(scope.districts)}) & Q(**dict(narrowed))
    if "" not in areas:
        term &= _any(places.inside(fields.area, code) for code in areas)
    if scope.category:
        below = f"{scope.category}."
        term &= Q(**{fields.category: scope.category}) | Q(**{f"{fields.category}__startswith": below})
    return term


def _any(terms: Iterable[Q]) -> Q:
    found = None
    for term in terms:
        found = term if found is None else found | term
    return NOTHING if found is None else found

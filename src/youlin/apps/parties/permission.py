"""The slots that `duties`, which stands to the right, fills when Django starts: who may, who is a colleague.

Until they are filled only the system may do anything, and nobody is a colleague.
"""

from collections.abc import Callable, Collection
from typing import Protocol
from uuid import UUID

from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


class Gate(Protocol):
    """Whether an actor holds a duty that grants a verb over an area of a district, or over one body there."""

    def __call__(
        self, actor: Actor, verb: str, *, district: str, area: str, organisation: UUID | None = None
    ) -> bool: ...


Colleagues = Callable[[Collection[UUID]], set[UUID]]
"""Of these persons, those who hold a duty now."""

Known = Callable[[UUID], set[tuple[str, str]]]
"""The (district, area) pairs in which an app knows a person."""

_gate: list[Gate] = []
_colleagues: list[Colleagues] = []
_known: dict[str, Known] = {}


def use(*, gate: Gate, colleagues: Colleagues) -> None:
    """Fill the slots; the last one to do so counts."""
    _gate[:] = [gate]
    _colleagues[:] = [colleagues]


def register_known_in(name: str, known: Known) -> None:
    """Tell where an app knows a person; unmasking is only granted over such a place."""
    _known[name] = known


def may(actor: Actor, verb: str, *, district: str, area: str = "", organisation: UUID | None = None) -> bool:
    """Whether the actor may do `verb` over the area (the whole district when none is given).

    With `organisation` a duty for that body alone suffices.
    """
    if actor.kind == "system":
        return True
    asked = {"district": district, "area": area or district}
    return any(gate(actor, verb, **asked, organisation=organisation) for gate in _gate)


def demand(
    actor: Actor, verb: str, *, district: str, area: str = "", organisation: UUID | None = None
) -> None:
    """Raise `NotAllowed` unless the actor may."""
    if not may(actor, verb, district=district, area=area, organisation=organisation):
        raise NotAllowed()


def colleagues_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Of these persons, those who hold a duty now."""
    return set().union(*(find(person_ids) for find in _colleagues)) if person_ids else set()


def known_in(person_id: UUID) -> set[tuple[str, str]]:
    """Every (district, area) in which some app knows the person."""
    return set().union(*(find(person_id) for find in _known.values()))

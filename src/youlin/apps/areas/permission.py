"""The slot that `duties`, which stands to the right, fills when Django starts: who may change areas.

Until it is filled only the system may.
"""

from typing import Protocol

from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

MANAGE = "area.manage"


class Gate(Protocol):
    """Whether an actor holds a duty that grants a verb over an area of a district."""

    def __call__(self, actor: Actor, verb: str, *, district: str, area: str) -> bool: ...


_gate: list[Gate] = []


def use(*, gate: Gate) -> None:
    """Fill the slot; the last one to do so counts."""
    _gate[:] = [gate]


def demand(actor: Actor, *, district: str, area: str) -> None:
    """Raise `NotAllowed` unless the actor may change this area."""
    if actor.kind == "system" or any(gate(actor, MANAGE, district=district, area=area) for gate in _gate):
        return
    raise NotAllowed()

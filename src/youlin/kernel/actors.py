"""Who acts: a person, an anonymous visitor, a machine client, or the system itself."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """The one who does an act, as services and the journal know them. `via` names the door or channel.

    `district` is the one that somebody with duties in several has chosen to look at; "" is all of them. It narrows
    what they see, and grants nothing.
    """

    kind: Literal["person", "anonymous", "client", "system"]
    person_id: UUID | None = None
    client_id: UUID | None = None
    via: str = "web"
    label: str = ""
    district: str = ""

    @property
    def key(self) -> str:
        """A stable name for idempotency and limits: never a personal datum."""
        return f"{self.kind}:{self.person_id or self.client_id or ''}"


SYSTEM = Actor("system", via="system")
ANONYMOUS = Actor("anonymous")

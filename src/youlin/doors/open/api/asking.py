"""Who asks, and the key that makes an act safe to repeat."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.params.functions import Header
from ninja.security import APIKeyHeader, SessionAuth

from youlin.apps.parties import clients
from youlin.apps.parties.sign_in import actor_for
from youlin.doors.entrance import is_this_machine
from youlin.doors.open.machines import DEMO_KEY
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


@dataclass(frozen=True)
class Asker:
    """Who was recognised. A machine client has the one district its key was issued for, a person has any."""

    actor: Actor
    district: str = ""


class ClientKey(APIKeyHeader):
    """`X-API-Key`: the key of a machine client."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Asker | None:
        if settings.DEMO and key == DEMO_KEY and is_this_machine(request):
            return Asker(Actor("client", via="api", label=DEMO_KEY))
        client = clients.client_of(key or "")
        if client is None or not client.may_report:
            return None
        return Asker(clients.actor_of(client), client.district)


class SignedIn(SessionAuth):
    """The session of somebody signed in; writing also needs the CSRF token.

    Who is not signed in is told that, and not that a token is missing.
    """

    def _get_key(self, request: HttpRequest) -> str | None:
        return super()._get_key(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Asker | None:
        return Asker(actor_for(request.user, via="api")) if request.user.is_authenticated else None


WRITERS = [ClientKey(), SignedIn()]
STAFF = [SignedIn()]

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,128}$",
        description="A fresh UUID for each act, the same one when it is sent again.",
    ),
]
"""The header that every write needs."""


def asker_of(request: HttpRequest) -> Asker:
    """Whom authentication recognised."""
    found: Any = getattr(request, "auth", None)
    assert isinstance(found, Asker)
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Who acts."""
    return asker_of(request).actor


def own_district(asker: Asker, asked: str) -> str:
    """The district an act goes to. A client stays in its own; raises `NotAllowed` for another."""
    if asker.district and asked and asked != asker.district:
        raise NotAllowed(
            _("这个密钥只用于辖区 %(code)s") % {"code": asker.district},
            field="district",
            remedy=_("向那个辖区申请密钥"),
        )
    return asker.district or asked

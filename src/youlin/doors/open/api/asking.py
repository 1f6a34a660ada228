"""Who asks, and the key that makes an act safe to repeat."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader, SessionAuth

from youlin.apps.parties import clients
from youlin.apps.parties.sign_in import actor_for
from youlin.doors.open.open311.asking import is_loopback
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


class ClientKey(APIKeyHeader):
    """`X-API-Key`: the key of a machine client."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if settings.DEMO and key == "demo" and is_loopback(request):
            return Actor("client", via="api", label="demo")
        client = clients.client_of(key or "")
        return clients.actor_of(client) if client and client.may_report else None


class SignedIn(SessionAuth):
    """The session of somebody signed in; writing also needs the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return actor_for(request.user, via="api") if request.user.is_authenticated else None


WRITERS = [ClientKey(), SignedIn()]
STAFF = [SignedIn()]


def actor_of(request: HttpRequest) -> Actor:
    """The actor that authentication found."""
    found: Any = getattr(request, "auth", None)
    return found if isinstance(found, Actor) else actor_for(request.user, via="api")


def key_of(request: HttpRequest) -> str:
    """The `Idempotency-Key` header, which every write needs."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > 128:
        raise Invalid(
            _("没有给出幂等键"), field="Idempotency-Key", remedy=_("每次提交给一个新的 UUID，重试时用同一个")
        )
    return key

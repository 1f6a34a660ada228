"""Reads of notices: everybody sees their own."""

from uuid import UUID

from django.db import models

from youlin.apps.duties import selectors as duties
from youlin.apps.notices.models import Notice, Preference
from youlin.apps.notices.web_push import public_key
from youlin.kernel.actors import Actor

__all__ = ["inbox", "preference", "public_key", "unread_count"]


def inbox(actor: Actor, *, limit: int = 50, before: UUID | None = None, unread: bool = False) -> list[Notice]:
    """The actor's notices, newest first; those older than the notice `before` for the next page."""
    found = _own(actor)
    if unread:
        found = found.filter(read_at__isnull=True)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def unread_count(actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    return _own(actor).filter(read_at__isnull=True).count()


def preference(actor: Actor, *, district: str) -> Preference | None:
    """What the actor chose, or None while all is as the house does it."""
    return Preference.objects.filter(district=district, person=actor.person_id).first()


def _own(actor: Actor) -> models.QuerySet[Notice]:
    if actor.person_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(district__in=duties.all_districts(), person=actor.person_id)

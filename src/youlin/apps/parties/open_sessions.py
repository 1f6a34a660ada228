"""Where an account is signed in: noted when a session begins, followed while it is used, ended by its holder.

The session knows its row (`ROW`), so the row follows when Django gives the session another key.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from youlin.apps.parties import devices
from youlin.apps.parties.models import Account, OpenSession
from youlin.apps.parties.sign_in import client_address
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

log = logging.getLogger(__name__)

ROW = "open_session"
KEPT = timedelta(days=30)
SEEN_EVERY = 600
"""Seconds after which the use of a session is noted again."""
_BY_ITSELF = ("/here/", "/ui/csrf", "/healthz")


@dataclass(frozen=True)
class Open:
    """One session as its holder sees it."""

    id: UUID
    device: str
    door: str
    place: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def of(actor: Actor, *, this: str) -> list[Open]:
    """The actor's own sessions that still open something, this one first, then the last seen; `this` is its key."""
    return [
        Open(row.id, row.device, row.door, row.place, row.began_at, row.seen_at, row.session_key == this)
        for row in sorted(_alive(actor), key=lambda row: (row.session_key == this, row.seen_at), reverse=True)
    ]


@transaction.atomic
def end(*, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sessions: whoever uses it is asked to sign in. Raises `NotFound` for others'."""
    row = _own(actor).select_for_update(of=("self",)).filter(id=session_id).first()
    if row is None:
        raise NotFound(_("这个登录已经结束"))
    _end(actor, [row], others=False)


@transaction.atomic
def end_others(*, actor: Actor, this: str) -> int:
    """End all of the actor's own sessions but the one with the key `this`; how many there were."""
    rows = list(_own(actor).select_for_update(of=("self",)).exclude(session_key=this))
    if rows:
        _end(actor, rows, others=True)
    return len(rows)


def forget_others(account: Account, *, but: str) -> None:
    """Forget the sessions of an account that a new password has ended, but the row `but`."""
    rows = OpenSession.objects.filter(account=account)
    (rows.exclude(id=but) if but else rows).delete()


def forget_old(before: datetime) -> int:
    """Forget sessions that nobody used since a moment, and Django's own that have run out; how many of ours."""
    SessionStore.clear_expired()
    return OpenSession.objects.filter(seen_at__lt=before).delete()[0]


def note(request: HttpRequest, user: Account, **signal: object) -> None:
    """Keep a row for a session that begins. Receives Django's `user_logged_in`."""
    if request.session.session_key is None:
        request.session.create()
    before = OpenSession.objects.filter(session_key=request.session.session_key)
    before.delete()
    goal = request.POST.get("next") or request.GET.get("next") or request.path
    row = OpenSession.objects.create(
        account=user,
        session_key=request.session.session_key or "",
        device=devices.device(request.headers.get("user-agent", "")),
        door=devices.door(goal),
        place=devices.place(client_address(request)),
        began_at=clock.now(),
        seen_at=clock.now(),
    )
    _mark(request, str(row.id))


def forget(request: HttpRequest, **signal: object) -> None:
    """Remove the row of a session that its holder ends. Receives Django's `user_logged_out`."""
    OpenSession.objects.filter(session_key=request.session.session_key or "").delete()


def follow(request: HttpRequest) -> None:
    """After an answer: note that the session was used, and by which key it goes now. Seldom, and never in the way."""
    mark = request.session.get(ROW)
    if not mark:
        return
    is_due = int(clock.now().timestamp()) - mark["seen"] >= SEEN_EVERY
    if mark["key"] == request.session.session_key and not (is_due and not request.path.endswith(_BY_ITSELF)):
        return
    try:
        with transaction.atomic():
            OpenSession.objects.filter(id=mark["id"]).update(
                session_key=request.session.session_key or "",
                door=devices.door(request.path),
                place=devices.place(client_address(request)),
                seen_at=clock.now(),
            )
    except DatabaseError as error:
        log.warning("a session's use could not be noted: %s", type(error).__name__)
    else:
        _mark(request, mark["id"])


def _mark(request: HttpRequest, id: str) -> None:
    request.session[ROW] = {
        "id": id,
        "key": request.session.session_key,
        "seen": int(clock.now().timestamp()),
    }


def _own(actor: Actor) -> models.QuerySet[OpenSession]:
    if actor.kind != "person" or actor.person_id is None:
        return OpenSession.objects.none()
    return OpenSession.objects.select_related("account").filter(account__person=actor.person_id)


def _alive(actor: Actor) -> list[OpenSession]:
    """Rows whose session is there, and for staff neither too old nor left alone."""
    now = clock.now()
    live = Session.objects.filter(expire_date__gt=now).values("session_key")
    rows = list(_own(actor).filter(session_key__in=live))
    if not (rows and rows[0].account.has_usable_password()):
        return rows
    oldest = now - timedelta(hours=settings.STAFF_SESSION_HOURS)
    idle = timedelta(minutes=settings.STAFF_IDLE_MINUTES, seconds=SEEN_EVERY)
    return [
        row
        for row in rows
        if row.began_at > oldest and (not settings.STAFF_IDLE_MINUTES or row.seen_at > now - idle)
    ]


def _end(actor: Actor, rows: list[OpenSession], *, others: bool) -> None:
    account = rows[0].account
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    OpenSession.objects.filter(id__in=[row.id for row in rows]).delete()
    journal.append(
        act="parties.session_ended",
        actor=actor,
        subject=account,
        district=account.home_district,
        after={"ended": len(rows), "others": others},
        related=[account.person] if account.person else [],
    )

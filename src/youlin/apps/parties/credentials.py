"""What changes about how somebody signs in, on the record; `notices` tells the person from there.

Whatever way a password or a second factor changes (our services, allauth's pages, the admin), it passes here.
"""

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from youlin.apps.parties import open_sessions, second_factor
from youlin.apps.parties.models import Account, Person
from youlin.kernel import journal
from youlin.kernel.actors import Actor

RECOVERY = Authenticator.Type.RECOVERY_CODES


@transaction.atomic
def password_changed(request: HttpRequest, user: Account, **signal: object) -> None:
    """A person has changed their own password: on the record, and all other sessions are over."""
    mark = request.session.get(open_sessions.ROW) or {}
    open_sessions.forget_others(user, but=mark.get("id", ""))
    _record("parties.password_set", user)


@transaction.atomic
def factor_saved(instance: Authenticator, created: bool, **signal: object) -> None:
    """A second factor or a set of recovery codes is new. Receives the model's `post_save`."""
    if created:
        _record("parties.factor_added", instance.user, kind=str(instance.type))


@transaction.atomic
def factor_gone(instance: Authenticator, **signal: object) -> None:
    """One is gone, and with it our part of its secret. Receives the model's `post_delete`."""
    second_factor.forget_secret(instance)
    _record("parties.factor_removed", instance.user, kind=str(instance.type))


@transaction.atomic
def factor_used(user: Account, authenticator: Authenticator, **signal: object) -> None:
    """Somebody came in by a recovery code: one less is left. Receives allauth's `authenticator_used`."""
    if authenticator.type == RECOVERY:
        left = len(authenticator.wrap().get_unused_codes())
        _record("parties.recovery_code_used", user, left=left)


@transaction.atomic
def code_replayed(user: Account) -> None:
    """A right code of the app came a second time: it was seen by somebody else, or typed twice."""
    _record("parties.code_replayed", user)


def accounts_of(person_ids: Iterable[UUID | None]) -> dict[UUID | None, Account]:
    """The accounts in use of these people, in one query."""
    rows = Account.objects.filter(person__in={id for id in person_ids if id}, is_active=True)
    return {row.person_id: row for row in rows}


def _record(act: str, account: Account, **after: object) -> None:
    """One line by the holder: all of this happens in their own session."""
    person = account.person_id
    journal.append(
        act=act,
        actor=Actor("person", person_id=person, via="accounts")
        if person
        else Actor("system", via="accounts"),
        subject=account,
        district=account.home_district,
        after=after or None,
        related=[Person(id=person)] if person else [],
    )

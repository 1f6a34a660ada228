"""Accounts: how a person signs in. Staff accounts are made here, never by signing up."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import permission
from youlin.apps.parties.models import Account, OpenSession, Person
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem


@transaction.atomic
def open_account(
    *, actor: Actor, person: Person, username: str, password: str | None, district: str
) -> Account:
    """A staff account for a person. Without a password nobody can sign in with one until it is set."""
    permission.demand(actor, "person.manage", district=district)
    return make_account(actor=actor, person=person, username=username, password=password, district=district)


def make_account(
    *, actor: Actor, person: Person, username: str, password: str | None, district: str
) -> Account:
    """The part of `open_account` behind its permission check; inside the caller's transaction."""
    username = username.strip()
    if not username:
        raise Invalid(_("请填写账号"), field="username")
    account = Account(username=username, person=person, home_district=district)
    account.set_password(checked_password(password, account))
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("账号“%(name)s”已存在，或此人已有账号") % {"name": username}, field="username"
        ) from error
    journal.append(
        act="parties.account_opened", actor=actor, subject=account, district=district, related=[person]
    )
    return account


@transaction.atomic
def account_for(*, person: Person) -> Account:
    """The account behind the session of somebody who signs in by code; made the first time, no password."""
    account = Account.objects.select_for_update().filter(person=person).first()
    if account is None:
        account = Account(username=f"p-{person.id.hex}", person=person)
        account.set_unusable_password()
        account.save(force_insert=True)
        actor = Actor("person", person_id=person.id, via="sign_in")
        journal.append(act="parties.account_opened", actor=actor, subject=account, related=[person])
    return account


@transaction.atomic
def set_password(*, actor: Actor, account_id: UUID, password: str, district: str) -> None:
    """Set a new password, by the holder or by somebody with `person.manage`; ends all other sessions."""
    account = locked_account(account_id)
    if actor.person_id is None or actor.person_id != account.person_id:
        permission.demand(actor, "person.manage", district=account.home_district or district)
    account.set_password(checked_password(password, account))
    account.save(update_fields=["password"])
    OpenSession.objects.filter(account=account).delete()
    journal.append(
        act="parties.password_set",
        actor=actor,
        subject=account,
        district=district,
        related=[account.person] if account.person else [],
    )


@transaction.atomic
def allow_admin(*, actor: Actor, account_id: UUID, allowed: bool) -> None:
    """Let an account into the configuration admin or keep it out; what it may do there, its duties say."""
    account = locked_account(account_id)
    permission.demand(actor, "person.manage", district=account.home_district)
    if account.is_staff is not allowed:
        account.is_staff = allowed
        account.save(update_fields=["is_staff"])
        journal.append(
            act="parties.admin_allowed",
            actor=actor,
            subject=account,
            district=account.home_district,
            after={"allowed": allowed},
        )


@transaction.atomic
def close_account(*, actor: Actor, account_id: UUID, district: str, reason: str = "") -> None:
    """Nobody signs in with it any more; the person and their history stay."""
    account = locked_account(account_id)
    permission.demand(actor, "person.manage", district=account.home_district or district)
    account.is_active = False
    account.save(update_fields=["is_active"])
    OpenSession.objects.filter(account=account).delete()
    journal.append(act="parties.account_closed", actor=actor, subject=account, district=district, note=reason)


def checked_password(password: str | None, account: Account) -> str | None:
    """The password if it is strong enough. Raises `Invalid` with every weakness in words."""
    if password is None:
        return None
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(problems=[Problem("password", text) for text in error.messages]) from error
    return password


def locked_account(account_id: UUID) -> Account:
    """The account's row, locked for this transaction."""
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound(_("没有这个账号"))
    return account

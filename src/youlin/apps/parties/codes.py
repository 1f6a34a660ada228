"""Signing in by a code sent to one's phone: for reporters, without password.

Any mobile number is sent a code, known or not, and every failure reads the same: nobody learns from the
answers whose phone is known here. Limits count by phone together with the asking address, so a stranger's
asking uses up little of what the phone's owner may ask; an address alone is only stopped far beyond what an
office needs.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from youlin.apps.parties import permission, phones, selectors, services
from youlin.apps.parties.models import ContactPoint, OneTimeCode, Person
from youlin.apps.parties.services.people import contact_index
from youlin.kernel import clock, crypto, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

DIGITS = 6
LIFETIME = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=1)

SIGN_IN = Actor("system", via="sign_in")


class Limit(NamedTuple):
    """At most `codes` in the last `within`."""

    codes: int
    within: timedelta


PER_PHONE_AND_ADDRESS = (Limit(1, timedelta(minutes=1)), Limit(5, timedelta(hours=1)))
PER_PHONE = (Limit(30, timedelta(days=1)),)
PER_ADDRESS = (Limit(300, timedelta(hours=1)),)


class Sent(NamedTuple):
    """A code is on its way. Who asked keeps the ticket: with it, guesses of others use up no tries."""

    ticket: UUID
    expires_at: datetime


def send_code(*, phone: str, address: str, language: str = "zh-hans") -> Sent:
    """Send a code to a mobile phone. `address` is the network address that asks.

    Raises `Invalid` for a number that cannot receive messages, `Conflict` when it is too soon to send again.
    """
    number, blind = contact_index("phone", phone)
    if not phones.can_receive_sms(number):
        raise Invalid(_("请填写能收短信的手机号"), field="phone")
    asked_from = crypto.blind_index(address, "sign_in_address")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with transaction.atomic():
        _check_limits(blind, asked_from)
        row = OneTimeCode(
            blind=blind, asked_from=asked_from, expires_at=clock.now() + LIFETIME, tries_left=TRIES
        )
        row.digest = _digest(row.id, code)
        row.save(force_insert=True)
    with override(language):
        text = _("【友邻】验证码 %(code)s，10 分钟内有效。请勿告诉他人。") % {"code": code}
    import_string(settings.SMS_ADAPTER)(number, text)
    return Sent(row.id, row.expires_at)


def check_code(*, phone: str, code: str, ticket: UUID | None = None) -> Person:
    """The person whose phone received the code; a new one when nobody has that phone verified.

    Wrong, expired, used or tried out: the same `Invalid`. Call it outside a transaction: a wrong guess must
    count although the call fails. Raises `NotAllowed` for people in duty, who sign in with their account.
    """
    number, blind = contact_index("phone", phone)
    if not _redeem(blind, code.strip(), ticket):
        raise Invalid(_("验证码不对或已过期"), field="code", remedy=_("请核对短信中的 6 位数字，或重新获取"))
    with transaction.atomic():
        person = _person(number, blind)
        actor = Actor("person", person_id=person.id, via="sign_in")
        journal.append(act="parties.signed_in_by_code", actor=actor, subject=person)
    return person


def forget_old_codes(before: datetime) -> int:
    """Delete codes asked before a moment; the number of them."""
    return OneTimeCode.objects.filter(created_at__lt=before).delete()[0]


def _check_limits(blind: str, asked_from: str) -> None:
    rows = OneTimeCode.objects.filter(purpose="sign_in")
    checks: tuple[tuple[tuple[Limit, ...], models.QuerySet[OneTimeCode]], ...] = (
        (PER_PHONE_AND_ADDRESS, rows.filter(blind=blind, asked_from=asked_from)),
        (PER_PHONE, rows.filter(blind=blind)),
        (PER_ADDRESS, rows.filter(asked_from=asked_from)),
    )
    for limits, asked in checks:
        for limit in limits:
            since = clock.now() - limit.within
            recent = list(
                asked.filter(created_at__gt=since)
                .order_by("-created_at")
                .values_list("created_at", flat=True)[: limit.codes]
            )
            if len(recent) == limit.codes:
                raise _too_soon(recent[-1] + limit.within - clock.now())


def _too_soon(wait: timedelta) -> Conflict:
    seconds = max(1, round(wait.total_seconds()))
    if seconds <= 120:
        remedy = _("请 %(n)d 秒后再试") % {"n": seconds}
    else:
        remedy = _("请 %(n)d 分钟后再试") % {"n": -(-seconds // 60)}
    return Conflict(_("刚才已发送过验证码"), field="phone", remedy=remedy)


def _digest(id: UUID, code: str) -> str:
    return crypto.blind_index(f"{id}:{code}", "one_time_code")


@transaction.atomic
def _redeem(blind: str, code: str, ticket: UUID | None) -> bool:
    """Whether the code is right; counts the try. One transaction, committed either way."""
    live = OneTimeCode.objects.select_for_update().filter(
        blind=blind, used_at__isnull=True, expires_at__gt=clock.now(), tries_left__gt=0
    )
    row = (live.filter(id=ticket) if ticket else live).order_by("-created_at").first()
    if row is None:
        return False
    if not secrets.compare_digest(row.digest, _digest(row.id, code)):
        row.tries_left -= 1
        row.save(update_fields=["tries_left"])
        return False
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return True


def _person(number: str, blind: str) -> Person:
    points = ContactPoint.objects.filter(
        kind="phone", blind=blind, verified_at__isnull=False, person__erased_at__isnull=True
    )
    known = [
        point.person.merged_into or point.person for point in points.select_related("person__merged_into")
    ]
    in_duty = permission.colleagues_among({person.id for person in known})
    residents = [person for person in known if person.id not in in_duty]
    for person in sorted(residents, key=lambda one: one.id):  # as they were registered
        account = selectors.account_of(person)
        if account is None or (account.is_active and not account.has_usable_password()):
            return person
    if known:
        raise NotAllowed(
            _("此手机号不能用验证码登录"), remedy=_("工作人员请用账号和密码登录；账号已停用的请联系管理员")
        )
    person = services.register_person(actor=SIGN_IN)
    services.add_contact(actor=SIGN_IN, person=person, kind="phone", value=number, verified=True)
    return person

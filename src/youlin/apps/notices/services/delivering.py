"""Sending what is due. Each message is claimed, sent outside any transaction, and the outcome recorded."""

import json
import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from youlin.apps.notices import web_push
from youlin.apps.notices.adapters import Refused
from youlin.apps.notices.models import Delivery, Letter, Notice
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM

Kind = Delivery | Letter
KINDS: tuple[type[Kind], ...] = (Delivery, Letter)
"""What leaves the house: notices to people, and letters to addresses."""

log = logging.getLogger(__name__)

BACK_OFF = (1, 5, 15, 60, 240)
"""Minutes to wait after each failed try; after the last one the delivery is given up."""

CLAIM = timedelta(minutes=10)
"""A worker that died while sending is taken over after this; the message may then go out twice."""

BATCH = 100


@jobs.job(name="notices.send_due", attempts=3)
def send_due(*, district: str) -> int:
    """Send what is due in a district; the number of deliveries tried."""
    tried = 0
    while due := _due(district):
        for kind, id in due:
            tried += _try(district, kind, id)
    return tried


@jobs.every(minutes=1, name="notices.send_all_due")
def send_all_due() -> int:
    """Send whatever has become due meanwhile: after quiet hours, after a failure, after a crash."""
    found: set[str] = set()
    for kind in KINDS:
        rows = kind.objects.filter(state__in=["waiting", "sending"], not_before__lte=clock.now())
        found.update(rows.order_by().values_list("district", flat=True).distinct())
    return sum(send_due(district=district) for district in sorted(found))


def _due(district: str) -> list[tuple[type[Kind], UUID]]:
    found: list[tuple[type[Kind], UUID]] = []
    for kind in KINDS:
        rows = kind.objects.filter(
            district=district, state__in=["waiting", "sending"], not_before__lte=clock.now()
        )
        found += [(kind, id) for id in rows.order_by("not_before").values_list("id", flat=True)[:BATCH]]
    return found


def _try(district: str, kind: type[Kind], id: UUID) -> int:
    delivery = _claim(district, kind, id)
    if delivery is None:
        return 0
    try:
        if isinstance(delivery, Letter):
            _post(delivery)
        else:
            _send(delivery.notice, delivery.channel)
    except Refused as error:
        _finish(delivery, "refused", str(error))
    except Exception as error:  # any adapter may fail in any way: it is tried again
        log.warning("delivery %s through %s failed: %s", delivery.id, delivery.channel, type(error).__name__)
        _later(delivery, f"{type(error).__name__}: {error}")
    else:
        _finish(delivery, "sent", "")
    return 1


@transaction.atomic
def _claim(district: str, kind: type[Kind], id: UUID) -> Kind | None:
    """Take a due delivery for this worker: others leave it alone until the claim runs out."""
    now = clock.now()
    rows = kind.objects.select_for_update(of=("self",))
    delivery = rows.filter(
        district=district, id=id, state__in=["waiting", "sending"], not_before__lte=now
    ).first()
    if delivery is not None:
        delivery.state, delivery.not_before = "sending", now + CLAIM
        delivery.attempts += 1
        delivery.save(update_fields=["state", "not_before", "attempts"])
    return delivery


def _send(notice: Notice, channel: str) -> None:
    if channel == "sms":
        to = _address(notice.person_id, "phone")
        import_string(settings.SMS_ADAPTER)(to, _short(notice))
    elif channel == "wecom":
        to = _address(notice.person_id, "wecom")
        import_string(settings.WECOM_ADAPTER)(to, notice.title, notice.body, _url(notice))
    elif channel == "mail":
        to = _address(notice.person_id, "email")
        import_string(settings.MAIL_ADAPTER)(to, notice.title, _long(notice))
    else:
        _push(notice)


def _post(letter: Letter) -> None:
    if letter.channel == "sms":
        import_string(settings.SMS_ADAPTER)(letter.address, f"【友邻】{letter.text}")
    else:
        import_string(settings.MAIL_ADAPTER)(letter.address, letter.title, letter.text)


def _address(person_id: UUID, kind: str) -> str:
    addresses = parties.addresses_of(person_id, kind)
    if not addresses:
        raise Refused("no address any more")
    return addresses[0]


def _push(notice: Notice) -> None:
    """To every browser of the person; good when one took it, refused when all subscriptions are gone."""
    message = {"title": notice.title, "body": notice.body, "link": notice.link, "tag": notice.key}
    taken = 0
    last: Exception | None = None
    for address in parties.addresses_of(notice.person_id, "push"):
        subscription = json.loads(address)
        try:
            web_push.send(subscription, message)
            taken += 1
        except Refused:
            web_push.forget(notice.person_id, subscription)
        except Exception as error:  # the other browsers of the person still get theirs
            last = error
    if not taken:
        raise last or Refused("no subscription any more")


def _url(notice: Notice) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}{notice.link}" if notice.link and settings.PUBLIC_URL else ""


def _short(notice: Notice) -> str:
    return " ".join(part for part in (f"【友邻】{notice.title}", _url(notice)) if part)


def _long(notice: Notice) -> str:
    return "\n\n".join(part for part in (notice.title, notice.body, _url(notice)) if part)


def _later(delivery: Kind, error: str) -> None:
    if delivery.attempts > len(BACK_OFF):
        _finish(delivery, "failed", error)
        return
    wait = timedelta(minutes=BACK_OFF[delivery.attempts - 1])
    delivery.state, delivery.not_before, delivery.last_error = "waiting", clock.now() + wait, error[:255]
    delivery.save(update_fields=["state", "not_before", "last_error"])


@transaction.atomic
def _finish(delivery: Kind, state: str, error: str) -> None:
    delivery.state, delivery.last_error = state, error[:255]
    delivery.sent_at = clock.now() if state == "sent" else None
    delivery.save(update_fields=["state", "last_error", "sent_at"])
    if isinstance(delivery, Letter):
        delivery.address = ""
        delivery.save(update_fields=["address"])
    if state != "sent":
        after = {"channel": delivery.channel, "state": state, "attempts": delivery.attempts}
        subject = delivery if isinstance(delivery, Letter) else delivery.notice
        journal.append(act="notices.given_up", actor=SYSTEM, subject=subject, after=after)

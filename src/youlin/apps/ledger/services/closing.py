"""Closing a period of a unit: from then on nothing can be posted before its end, and its digest stands."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.ledger import permission
from youlin.apps.ledger.models import Account, Period, Transfer, Unit
from youlin.kernel import canonical, clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

WAIT = timedelta(minutes=5)
"""How long after its end a period can be closed: clocks of several machines differ a little."""


def close_period(*, actor: Actor, district: str, unit: str, last: date) -> Period:
    """Close the books of a unit up to and with a day; again for the same day changes nothing.

    All accounts of the unit are locked for a moment, then its digest is made while work goes on. Raises `Conflict` for a
    period that is not over, or that lies before a closed one, `NotAllowed` unless the actor closes periods.
    """
    permission.demand_close(actor, district)
    period = _close(actor, district, unit, last)
    return period if period.digest else seal(actor=actor, period=period)


@transaction.atomic
def seal(*, actor: Actor, period: Period) -> Period:
    """Make the digest of a period that was closed; nothing in it can change any more. Done once."""
    same = Period.objects.select_for_update().select_related("unit")
    row = same.get(district=period.district, id=period.id)
    if row.digest:
        return row
    before = Period.objects.filter(district=row.district, unit=row.unit, last__lt=row.last)
    earlier = before.order_by("-last").first()
    row.previous = earlier.digest if earlier else ""
    found = figures(row, earlier.until if earlier else None)
    row.accounts, row.transfers, row.turnover, row.digest = found
    row.save(update_fields=["previous", "accounts", "transfers", "turnover", "digest"])
    journal.append(
        act="ledger.period_closed",
        actor=actor,
        subject=row,
        area=row.district,
        after={
            "unit": row.unit.code,
            "last": row.last,
            "transfers": row.transfers,
            "turnover": row.turnover,
            "digest": row.digest,
        },
    )
    return row


def figures(period: Period, since: datetime | None) -> tuple[int, int, int, str]:
    """Accounts, transfers, turnover and digest of a period, from rows."""
    proof = hashlib.sha256(period.previous.encode())
    balances: dict[str, int] = {}
    transfers = turnover = 0
    posted = Transfer.objects.filter(district=period.district, unit_id=period.unit_id, at__lt=period.until)
    if since is not None:
        posted = posted.filter(at__gte=since)
    for row in posted.order_by("at", "id").iterator(chunk_size=2_000):
        transfers += 1
        turnover += row.amount
        proof.update(canonical.dumps(_line(row)))
        balances[row.debit_id.hex] = row.debit_balance
        balances[row.credit_id.hex] = row.credit_balance
    return len(balances), transfers, turnover, proof.hexdigest()


def _line(row: Transfer) -> list[object]:
    return [
        row.id.hex,
        row.key,
        row.leg,
        row.debit_id.hex,
        row.credit_id.hex,
        row.amount,
        row.debit_seq,
        row.credit_seq,
        row.debit_balance,
        row.credit_balance,
        canonical.instant(row.at),
        row.why,
        row.note,
        row.about,
        row.lots,
        row.reverses_id.hex if row.reverses_id else "",
    ]


@transaction.atomic
def _close(actor: Actor, district: str, code: str, last: date) -> Period:
    """The unit, then all its accounts by id: whoever posts holds some of them and is waited for."""
    unit = Unit.objects.select_for_update(no_key=True).filter(district=district, code=code).first()
    if unit is None:
        raise NotFound(_("没有这种计量单位"))
    closed = Period.objects.filter(district=district, unit=unit).order_by("-last").first()
    if closed and closed.last == last:
        return closed
    if closed and closed.last > last:
        raise Conflict(_("这一天已在结过的账期里"), field="last")
    until = _end(last)
    if until + WAIT > clock.now():
        raise Invalid(_("这个账期还没有结束"), field="last", remedy=_("请在它结束五分钟以后再结账"))
    accounts = Account.objects.filter(district=district, unit=unit)
    list(accounts.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))
    accounts.update(closed_to=until)
    first = closed.last + timedelta(days=1) if closed else _first(district, unit, last)
    return Period.objects.create(
        district=district, unit=unit, first=first, last=last, until=until, closed_at=clock.now()
    )


def _first(district: str, unit: Unit, last: date) -> date:
    """The day of the first transfer; the last day of the period where there is none."""
    found = Transfer.objects.filter(district=district, unit=unit).order_by("at").values_list("at", flat=True)
    first = found.first()
    return min(timezone.localtime(first, timezone.get_default_timezone()).date(), last) if first else last


def _end(last: date) -> datetime:
    """The moment at which a day ends."""
    zone = timezone.get_default_timezone()
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)

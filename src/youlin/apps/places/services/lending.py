"""Lending and taking back: umbrellas, chargers. What is out can never be more than there is."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from youlin.apps.places import permission
from youlin.apps.places.acts import KEEP, LEND
from youlin.apps.places.models import Lendable, Loan, Place
from youlin.apps.places.services import writing
from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

MOST = 10_000


@transaction.atomic
def set_lendable(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    name: str,
    total: int,
    hours_allowed: int = 24,
    name_en: str = "",
) -> Lendable:
    """Say what a place lends and how many there are; 0 ends it. Never fewer than are out now."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if not name.strip() or len(name.strip()) > 64:
        raise Invalid(_("请填写物品名称，最多 64 个字"), field="name")
    if not 0 <= total <= MOST or not 1 <= hours_allowed <= 24 * 30:
        raise Invalid(
            _("数量应在 0 到 %(most)s 之间，借期在 1 小时到 30 天之间") % {"most": MOST}, field="total"
        )
    known = Lendable.objects.select_for_update().filter(district=district, place=place)
    row = known.filter(name=name.strip()).first() or Lendable(
        district=district, place=place, name=name.strip(), total=0
    )
    if total < row.lent:
        raise Conflict(
            _("还有 %(count)s 件借出未还") % {"count": row.lent},
            field="total",
            remedy=_("请先收回或确认未还"),
        )
    before = {"total": row.total}
    row.total, row.hours_allowed, row.name_en = total, hours_allowed, name_en.strip()[:64]
    row.retired_at = None if total else clock.now()
    row.save()
    journal.append(
        act="places.lendable_set",
        actor=actor,
        subject=place,
        area=place.area_now,
        before=before,
        after={"name": row.name, "total": total, "hours_allowed": hours_allowed},
    )
    return row


@transaction.atomic
def lend(
    *,
    actor: Actor,
    district: str,
    lendable_id: UUID,
    idempotency_key: str,
    borrower_id: UUID | None = None,
    contact: str = "",
) -> Loan:
    """Lend one thing over the counter: to a person or to a contact. Raises `Conflict` when all are out."""
    payload = {"lendable": str(lendable_id), "borrower": str(borrower_id or ""), "contact": contact}
    with idempotency.once(
        district=district, actor=actor, act="places.lend", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return Loan.objects.get(district=district, id=once.prior["id"])
        row = _locked(district, lendable_id)
        place = _place(row)
        permission.demand(actor, LEND, place)
        if not borrower_id and not contact.strip():
            raise Invalid(_("请留下借用人的联系方式"), field="contact", remedy=_("手机号即可，归还后删除"))
        if row.retired_at or not _take(row):
            raise Conflict(_("“%(name)s”都借出去了") % {"name": row.name}, field="lendable")
        now = clock.now()
        loan = Loan.objects.create(
            district=district,
            lendable=row,
            borrower_id=borrower_id,
            contact=contact.strip()[:64],
            lent_at=now,
            due_at=now + timedelta(hours=row.hours_allowed),
        )
        _tell("places.lent", actor, place, loan, row)
        once.save({"id": str(loan.id)})
        return loan


@transaction.atomic
def give_back(*, actor: Actor, district: str, loan_id: UUID, lost: bool = False) -> Loan:
    """Take a thing back, or note that it will not come back (`lost`): then there is one fewer.

    Done once, however often it is sent. The contact is forgotten.
    """
    found = Loan.objects.filter(district=district, id=loan_id).values_list("lendable_id", flat=True).first()
    if found is None:
        raise NotFound(_("没有这次借用"))
    row = _locked(district, found)
    loan = Loan.objects.select_for_update().get(district=district, id=loan_id)
    place = _place(row)
    permission.demand(actor, LEND, place)
    if loan.returned_at or loan.lost_at:
        return loan
    moment: datetime = clock.now()
    loan.returned_at, loan.lost_at = (None, moment) if lost else (moment, None)
    loan.contact = ""
    loan.save(update_fields=["returned_at", "lost_at", "contact"])
    same = Lendable.objects.filter(district=district, id=row.id)
    same.update(lent=F("lent") - 1, **({"total": F("total") - 1} if lost else {}))
    _tell("places.loan_lost" if lost else "places.given_back", actor, place, loan, row)
    return loan


def _locked(district: str, lendable_id: UUID) -> Lendable:
    row = Lendable.objects.select_for_update().filter(district=district, id=lendable_id).first()
    if row is None:
        raise NotFound(_("没有这种物品"))
    return row


def _place(row: Lendable) -> Place:
    return Place.objects.get(district=row.district, id=row.place_id)


def _take(row: Lendable) -> bool:
    same = Lendable.objects.filter(district=row.district, id=row.id, lent__lt=F("total"))
    return bool(same.update(lent=F("lent") + 1))


def _tell(act: str, actor: Actor, place: Place, loan: Loan, row: Lendable) -> None:
    journal.append(
        act=act,
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"name": row.name, "loan": str(loan.id), "due_at": loan.due_at},
    )

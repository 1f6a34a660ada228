"""Vouchers: a reward set aside with its points, and signed for one shop, so that the shop needs no network to give it.

What a voucher stands for is held in the books before it is signed, so it can be spent nowhere else; it names one shop,
so no two can give for it. A shop without a network reports later: the holds outlast the voucher by `LATE`. Before that
nobody gets them back, for a shop may have given the reward already. A phone may be shown the same voucher twice only
while it is itself without a network and has forgotten the first time: the books count it once, the rest is the shop's.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from youlin.apps.ledger import selectors as books
from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.models import Account, Hold, Transfer
from youlin.apps.ledger.services import Pay
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Person
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Pass
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services import Checked
from youlin.apps.rewards.models import Reward, Shop, Voucher
from youlin.apps.rewards.services import keeping, limits
from youlin.kernel import clock, idempotency, ids, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

KIND = "voucher"
"""The kind of code that a programme declares for them: its label is the reward's number."""
VALID = timedelta(hours=24)
LATE = timedelta(hours=48)
SKEW = timedelta(minutes=1)


def reserve(
    *, actor: Actor, district: str, reward_id: UUID, idempotency_key: str, is_demo: bool = False
) -> Voucher:
    """Set a reward aside for the actor for a day. The same key again gets the first voucher.

    Raises `Conflict` (not enough points, none left, a limit, one of this shop is open already), `NotFound`.
    """
    with idempotency.once(
        district=district,
        actor=actor,
        act="rewards.reserve",
        key=idempotency_key,
        payload={"reward": str(reward_id)},
    ) as once:
        if once.prior is not None:
            return Voucher.objects.get(district=district, id=once.prior["id"])
        person, wallet = _purse(actor, district)
        shop_id = keeping.reward_of(district, reward_id).shop_id
        keeping.shop_of(district, shop_id, lock=True)  # whoever sets something aside there waits
        reward = keeping.reward_of(district, reward_id, lock=True)
        keeping.demand_open(reward)
        limits.demand_left(reward, person.id)
        end_old(reward.shop, person.id)
        row = _made(reward, person, wallet, is_demo)
        journal.append(
            act="rewards.reserved",
            actor=actor,
            subject=row,
            area=reward.shop.place.area_now,
            after={"reward": reward.number, "points": row.points, "until": row.expires_at},
            first=True,
        )
        once.save({"id": str(row.id)})
        return row


def end_old(shop: Shop, person_id: UUID) -> None:
    """End the codes of a person's vouchers of this body that are over. Raises `Conflict` while one is open."""
    rows = Voucher.objects.filter(district=shop.district, person_id=person_id, held__revoked_at=None)
    for row in rows.filter(shop__organisation_id=shop.organisation_id, held__isnull=False):
        if row.used_at is None and row.expires_at > clock.now():
            raise Conflict(_("您在这家店已预留了一份"), remedy=_("一家店一次预留一份；先去兑换，或等它到期"))
        _end(row)


def of(checked: Checked) -> Voucher | None:
    """The voucher that a code stands for, if it stands for one."""
    if checked.held is None or checked.kind is None or checked.kind.code != KIND:
        return None
    rows = Voucher.objects.select_related("reward", "shop__place")
    return rows.filter(district=checked.held.district, held=checked.held).first()


def demand_good(row: Voucher, shop: Shop, checked: Checked, told: str) -> None:
    """Raise `Conflict` unless this voucher is good at this shop.

    A phone without a network cannot know that its holder ended a code a moment ago, and its clock is not ours to the
    second: what it `told` is honoured.
    """
    if row.shop_id != shop.id:
        raise Conflict(_("这张券要到“%(name)s”兑") % {"name": row.shop.organisation.name}, field="code")
    if row.used_at is not None:
        at = f"{localtime(row.used_at):%m-%d %H:%M}"
        raise Conflict(_("这张券 %(at)s 已经兑过") % {"at": at}, field="code")
    if not checked.valid and not _honoured(row, checked, told):
        raise Conflict(_("这张券已过期或已停用"), field="code", remedy=_("冻结的积分会自动退回"))


def _honoured(row: Voucher, checked: Checked, told: str) -> bool:
    forgiven = (Reason.REVOKED, Reason.NOT_YET, Reason.EXPIRED)
    return told == Reason.VALID and checked.reason in forgiven and checked.at <= row.expires_at + SKEW


@transaction.atomic
def pay(*, actor: Actor, row: Voucher, key: str) -> tuple[Voucher, list[Transfer]]:
    """Pay what a voucher holds to the shop. For the counter, which has checked it. Raises `Conflict` where it is over."""
    rows = Voucher.objects.select_for_update(of=("self",)).select_related("held")
    row = rows.get(district=row.district, id=row.id)
    if row.used_at is not None:
        raise Conflict(_("这张券已经兑过"), field="code")
    reward = keeping.reward_of(row.district, row.reward_id, lock=True)
    till, given = keeping.shop_accounts(actor, reward.shop)
    try:
        posted = ledger.settle_holds(
            actor=actor,
            district=row.district,
            key=f"redeem:{key}",
            pays=[Pay(row.points_hold, till.id), Pay(row.piece_hold, given.id)],
            why="redeemed",
            note=reward.name,
            about={"reward": reward.number, "words_en": reward.name_en or reward.name},
        )
    except Conflict as error:
        raise Conflict(
            _("这张券补报得太晚，冻结的积分已退回"),
            field="code",
            remedy=_("没有网络时兑的，请在两天内联网"),
        ) from error
    _end(row)
    return row, posted


def _end(row: Voucher) -> None:
    """Its code is in the next list of revoked ones: the shop's other phones know, too."""
    if row.held is not None and row.held.revoked_at is None:
        passes.revoke(actor=SYSTEM, district=row.district, pass_id=row.held.id, reason="ended")


def _purse(actor: Actor, district: str) -> tuple[Person, Account]:
    """The actor's purse with most in it, also one on record under their phone, and whose it is."""
    mine = people.same_phone(actor.person_id) if actor.person_id else set()
    purses = [one for one in books.accounts_of(district, mine) if one.kind.code == keeping.WALLET]
    purses = [one for one in purses if one.ended_at is None]
    best = max(purses, key=lambda one: (one.available, one.id), default=None)
    person = people.canonical(best.owner_id) if best else None
    if best is None or person is None or person.id != best.owner_id:
        raise Conflict(_("您还没有积分"), field="reward")
    return person, best


def _made(reward: Reward, person: Person, wallet: Account, is_demo: bool) -> Voucher:
    """Holds in the order of their accounts, as everything locks them; then the code."""
    row = Voucher(
        id=ids.uuid7(),
        district=reward.district,
        reward=reward,
        shop=reward.shop,
        person=person,
        points=reward.points,
        expires_at=clock.now() + VALID,
        is_demo=is_demo,
    )
    stock = ledger.open_account(
        actor=SYSTEM, district=row.district, kind=keeping.STOCK, owner_id=reward.id, name=reward.name
    )
    wanted = sorted([(wallet.id, reward.points, "points"), (stock.id, 1, "piece")])
    try:
        held = {name: _hold(row, account, amount, name) for account, amount, name in wanted}
    except Conflict as error:
        if _short(row.district, stock.id):
            raise Conflict(_("“%(name)s”已经兑完") % {"name": reward.name}, field="reward") from error
        raise
    row.points_hold, row.piece_hold = held["points"].id, held["piece"].id
    row.held = _signed(row)
    row.save(force_insert=True)
    return row


def _hold(row: Voucher, account_id: UUID, amount: int, name: str) -> Hold:
    return ledger.hold(
        actor=SYSTEM,
        district=row.district,
        key=f"voucher:{row.id.hex}:{name}",
        account_id=account_id,
        amount=amount,
        until=row.expires_at + LATE,
        why="redeemed",
        note=row.reward.name,
    )


def _short(district: str, stock_id: UUID) -> bool:
    return any(one.available < 1 for one in books.accounts_by_id(district, [stock_id]))


def _signed(row: Voucher) -> Pass:
    assert row.person is not None
    try:
        return passes.issue(
            actor=SYSTEM,
            district=row.district,
            kind=KIND,
            holder=row.person,
            body=row.shop.organisation,
            label=row.reward.number,
            valid_to=row.expires_at,
            is_demo=row.is_demo,
        )
    except NotFound as error:
        raise Invalid(_("这里还没有开通兑换券"), remedy=_("请联系积分管理员")) from error


def open_of(district: str, persons: Sequence[UUID] | set[UUID]) -> list[Voucher]:
    """The vouchers of some people that are good now, the one that ends first before the others."""
    rows = Voucher.objects.filter(
        district=district, person_id__in=list(persons), used_at=None, expires_at__gt=clock.now()
    )
    found = rows.filter(held__revoked_at=None, held__isnull=False)
    return list(
        found.select_related("reward", "shop__organisation", "shop__place", "held__kind").order_by(
            "expires_at", "id"
        )
    )

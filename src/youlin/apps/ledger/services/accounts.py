"""Opening and ending accounts."""

from collections.abc import Collection, Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger.models import Account, AccountKind, Unit
from youlin.kernel import journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound


def pot_id(kind: str) -> UUID:
    """The owner of a programme's pot: there is one of each kind in a district."""
    return uuid5(NAMESPACE_URL, f"youlin:ledger:{kind}")


def pot(district: str, kind: str) -> Account:
    """The pot of a kind. Raises `NotFound`."""
    return account_of(district, kind, pot_id(kind))


def account_of(district: str, kind: str, owner_id: UUID) -> Account:
    """Somebody's account of a kind, unlocked. Raises `NotFound`."""
    found = Account.objects.filter(district=district, kind__code=kind, owner_id=owner_id).first()
    if found is None:
        raise NotFound(_("没有这个账户"))
    return found


def open_account(
    *,
    actor: Actor,
    district: str,
    kind: str,
    owner_id: UUID | None = None,
    name: str = "",
    is_demo: bool = False,
) -> Account:
    """The owner's account of a kind, opened where there is none; of a pot, without an owner.

    For services that have checked who may. Raises `Invalid` for a kind that nobody declared or that is retired.
    """
    wanted = owner_id or pot_id(kind)
    return open_accounts(actor=actor, district=district, kind=kind, owners={wanted: name}, is_demo=is_demo)[
        wanted
    ]


def open_accounts(
    *, actor: Actor, district: str, kind: str, owners: Mapping[UUID, str], is_demo: bool = False
) -> dict[UUID, Account]:
    """The accounts of many owners (with the name of each account), by owner."""
    found = _standing(district, kind, owners)
    if missing := {one: name for one, name in owners.items() if one not in found}:
        with transaction.atomic():
            _open(actor, district, kind, missing, is_demo)
        found = _standing(district, kind, owners)
    return found


def _standing(district: str, kind: str, owners: Collection[UUID]) -> dict[UUID, Account]:
    same = Account.objects.filter(district=district, kind__code=kind, owner_id__in=list(owners))
    return {row.owner_id: row for row in same}


def _open(actor: Actor, district: str, code: str, owners: Mapping[UUID, str], is_demo: bool) -> None:
    declared = AccountKind.objects.filter(district=district, code=code, retired_at=None)
    kind = declared.select_related("unit").first()
    if kind is None or kind.unit.retired_at:
        raise Invalid(_("没有这种账户"), field="kind", remedy=_("请先应用声明它的方案"))
    # Whoever closes a period holds the unit: a new account begins behind what is closed.
    unit = Unit.objects.select_for_update(no_key=True).get(district=district, id=kind.unit_id)
    closed_to = (
        unit.periods.filter(district=district).order_by("-last").values_list("until", flat=True).first()
    )
    new = [
        Account(
            district=district,
            unit=unit,
            kind=kind,
            owner_kind=kind.owner_kind,
            owner_id=owner,
            name=name[:128],
            issuing=kind.issuing,
            closed_to=closed_to,
            is_demo=is_demo,
        )
        for owner, name in owners.items()
    ]
    opened = rows.insert_new(new)
    journal.append_many(
        [
            journal.Item(
                act="ledger.account_opened",
                actor=actor,
                subject=row,
                area=district,
                after={"kind": code},
                first=True,
            )
            for row in opened
        ]
    )

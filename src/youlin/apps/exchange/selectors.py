"""Reads of the exchange: for whoever looks after it in a district, and what is alive outside for operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors import sharing
from youlin.apps.exchange import permission
from youlin.apps.exchange.models import Forwarding, HookMessage, OutsideSystem, Subscription
from youlin.apps.exchange.services import hooks
from youlin.apps.notices import selectors as notices
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Outside:
    """Something outside and whether it is alive: `alive` is None while nothing was ever sent there."""

    kind: str
    district: str
    name: str
    alive: bool | None
    answered_at: datetime | None
    failing_since: datetime | None
    waiting: int
    given_up: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What one district exchanges with others."""

    districts: Sequence[str]
    systems: list[OutsideSystem]
    hooks: list[Subscription]
    waiting: list[Forwarding]
    refused: int


def overview(actor: Actor) -> Overview:
    """All systems, subscriptions and what waits, in the districts the actor looks after. Raises `NotAllowed`."""
    districts = permission.managed(actor)
    if not districts:
        raise NotAllowed(_("管理对外交换需要“管理对外交换”的岗位"))
    stuck = Forwarding.objects.filter(district__in=districts, state__in=["waiting", "asking", "refused"])
    return Overview(
        districts=districts,
        systems=list(_systems(districts)),
        hooks=list(_hooks(districts)),
        waiting=list(stuck.select_related("system", "case").order_by("asked_at")[:SHOWN]),
        refused=stuck.filter(state="refused").count(),
    )


def system(actor: Actor, id: UUID) -> tuple[OutsideSystem, list[Forwarding]]:
    """One system and the latest that went there. Raises `NotAllowed`, `NotFound`."""
    row = _systems(overview_districts(actor)).filter(id=id).first()
    if row is None:
        raise NotFound(_("没有这个外部系统"))
    sent = Forwarding.objects.filter(district=row.district, system=row).select_related("case", "system")
    return row, list(sent.order_by("-asked_at")[:SHOWN])


def forwarding(actor: Actor, id: UUID) -> Forwarding:
    """One forwarding of a district the actor looks after. Raises `NotAllowed`, `NotFound`."""
    rows = Forwarding.objects.filter(district__in=overview_districts(actor), id=id)
    row = rows.select_related("system", "case").first()
    if row is None:
        raise NotFound(_("没有这件转送"))
    return row


def hook(actor: Actor, id: UUID) -> tuple[Subscription, list[HookMessage]]:
    """One subscription and its latest events. Raises `NotAllowed`, `NotFound`."""
    row = _hooks(overview_districts(actor)).filter(id=id).first()
    if row is None:
        raise NotFound(_("没有这个订阅"))
    sent = HookMessage.objects.filter(district=row.district, subscription=row)
    return row, list(sent.order_by("-made_at", "-id")[:SHOWN])


def message(actor: Actor, id: UUID) -> HookMessage:
    """One event of a subscription the actor looks after. Raises `NotAllowed`, `NotFound`."""
    rows = HookMessage.objects.filter(district__in=overview_districts(actor), id=id)
    row = rows.select_related("subscription").first()
    if row is None:
        raise NotFound(_("没有这次投递"))
    return row


def overview_districts(actor: Actor) -> Sequence[str]:
    """The districts whose exchange the actor looks after. Raises `NotAllowed` when there are none."""
    districts = permission.managed(actor)
    if not districts:
        raise NotAllowed(_("管理对外交换需要“管理对外交换”的岗位"))
    return districts


@dataclass(frozen=True, slots=True)
class CaseOutside:
    """A case and the outside: where it was forwarded to, and where the actor may still forward it (`may`)."""

    case_id: UUID
    district: str
    sent: list[Forwarding]
    left: list[OutsideSystem]
    may: bool


def of_case(actor: Actor, number: str) -> CaseOutside:
    """Where a case was forwarded to and may still be. Raises `NotFound` unless the actor may know it."""
    page = cases.case_page(actor, number)
    district = page.row.district
    sent = Forwarding.objects.filter(district=district, case=page.row.id).select_related("system")
    rows = list(sent.order_by("asked_at"))
    taken = [row.system_id for row in rows]
    left = _systems([district]).filter(retired_at=None).exclude(id__in=taken)
    may = sharing.may_dispatch(actor, district, page.row.id)
    return CaseOutside(page.row.id, district, rows, list(left) if may else [], may)


def events() -> list[str]:
    """What may be subscribed to."""
    return sorted(hooks.EVENTS)


def alive(district: str = "") -> list[Outside]:
    """Everything outside that this installation speaks to, and how that goes: for the operator's page.

    Systems and subscribers of one district or of all, then the channels by which messages leave. Names no
    secret, no address of a person, no case.
    """
    where = Q(district=district) if district else Q()
    systems = OutsideSystem.objects.filter(where, retired_at=None).annotate(
        waiting=Count("forwardings", filter=Q(forwardings__state__in=["waiting", "asking"])),
        given_up=Count("forwardings", filter=Q(forwardings__state="refused")),
    )
    subscribers = (
        Subscription.objects.filter(where)
        .exclude(state="retired")
        .annotate(
            waiting=Count("messages", filter=Q(messages__state="waiting")),
            given_up=Count("messages", filter=Q(messages__state="dead")),
        )
    )
    found = [_alive("open311", one, one.answered_at) for one in systems.order_by("district", "code")]
    found += [_alive("hook", one, one.delivered_at) for one in subscribers.order_by("district", "name")]
    return found + [_channel(one) for one in notices.channel_states(district)]


def _alive(kind: str, row: OutsideSystem | Subscription, answered_at: datetime | None) -> Outside:
    told = answered_at is not None or row.failing_since is not None
    return Outside(
        kind=kind,
        district=row.district,
        name=row.name,
        alive=row.failing_since is None if told else None,
        answered_at=answered_at,
        failing_since=row.failing_since,
        waiting=getattr(row, "waiting", 0),
        given_up=getattr(row, "given_up", 0),
        last_error=row.last_error,
    )


def _channel(state: notices.ChannelState) -> Outside:
    return Outside(
        kind=state.channel,
        district="",
        name=state.name,
        alive=None if state.sent_at is None and not state.failing else not state.failing,
        answered_at=state.sent_at,
        failing_since=state.failing_since,
        waiting=state.failing,
        given_up=state.given_up,
        last_error=state.last_error,
    )


def _systems(districts: Sequence[str]) -> QuerySet[OutsideSystem]:
    return OutsideSystem.objects.filter(district__in=districts).order_by("district", "code")


def _hooks(districts: Sequence[str]) -> QuerySet[Subscription]:
    rows = Subscription.objects.filter(district__in=districts).exclude(state="retired")
    return rows.order_by("district", "name")

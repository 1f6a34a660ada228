"""The keys that sign codes: which one signs now, which ones verify, changed by the clock or at once.

A new key is published `AHEAD` of its first use, so that phones that check without a network know it by then. What the
one before signed holds for as long as the longest kind of the district may live.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from joserfc.jwk import OKPKey

from youlin.apps.duties import selectors as duties
from youlin.apps.passes.acts import KEYS
from youlin.apps.passes.codes import ALG, VerifyingKey
from youlin.apps.passes.models import PassKind, SigningKey
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

AHEAD = timedelta(days=7)
"""How long a key is known before it signs: as long as a checker's phone may stay away from the network."""
KID = 4
"""Characters of a key's name: the beginning of its thumbprint (RFC 7638); short, because it stands in every code."""
SHORTEST_LIFE = 30


class Signer(NamedTuple):
    """The key that signs now, and its name."""

    kid: str
    key: OKPKey


def signer(district: str) -> Signer:
    """The district's key of this moment; its first one is made when it is first needed."""
    row = _signing(district, clock.now())
    if row is None:
        row = make(actor=SYSTEM, district=district, at_once=True)
    return Signer(row.kid, OKPKey.import_key({**_public(row), "d": str(row.secret)}))


def verifying(kid: str, at: datetime | None = None) -> VerifyingKey | None:
    """The key of this name where it still verifies, of whatever district."""
    now = at or clock.now()
    row = SigningKey.objects.filter(kid=kid, revoked_at=None).first()
    if row is None or (row.verifies_until is not None and row.verifies_until <= now):
        return None
    return VerifyingKey(row.kid, row.district, _imported(row.public))


def published(district: str = "") -> list[dict[str, Any]]:
    """The keys as a JWK set has them (RFC 7517), those that will sign soon among them; `district` says whose."""
    now = clock.now()
    rows = SigningKey.objects.filter(revoked_at=None).exclude(verifies_until__lte=now)
    rows = rows.filter(district=district) if district else rows
    return [
        {**_public(row), "use": "sig", "alg": ALG, "kid": row.kid, "district": row.district}
        for row in rows.order_by("district", "signs_from", "id")
    ]


@transaction.atomic
def make(*, actor: Actor, district: str, at_once: bool = False) -> SigningKey:
    """A new key: it signs from `AHEAD` on, or at once; the others verify until what they signed has run out.

    Raises `Conflict` while another one already waits for its turn, `NotAllowed`.
    """
    _demand(actor, district)
    now = clock.now()
    rows = list(SigningKey.objects.select_for_update().filter(district=district, revoked_at=None))
    if not at_once and any(row.signs_from > now for row in rows):
        raise Conflict(_("新的签发密钥已经在等启用"), remedy=_("要马上换，请用 --now"))
    row = _new(district, now if at_once or not rows else now + AHEAD)
    _followed([*rows, row], timedelta(days=_longest(district) + 1))
    after = {"kid": row.kid, "signs_from": row.signs_from}
    journal.append(act="passes.key_made", actor=actor, subject=row, area=district, after=after, first=True)
    return row


@transaction.atomic
def revoke(*, actor: Actor, district: str, kid: str, reason: str) -> SigningKey:
    """Nothing that this key signed holds any more: for a key that may be in other hands. Another one signs at once."""
    _demand(actor, district)
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明停用的原因"), field="reason")
    row = SigningKey.objects.select_for_update().filter(district=district, kid=kid).first()
    if row is None:
        raise NotFound(_("没有这把签发密钥"))
    if row.revoked_at:
        return row
    row.revoked_at, row.revoked_why = clock.now(), why
    row.save(update_fields=["revoked_at", "revoked_why"])
    journal.append(
        act="passes.key_revoked", actor=actor, subject=row, area=district, after={"kid": kid}, note=why
    )
    if _signing(district, clock.now()) is None:
        make(actor=SYSTEM, district=district, at_once=True)
    return row


def of_district(actor: Actor, district: str) -> list[SigningKey]:
    """Every key of the district, newest first, without its secret. Raises `NotAllowed`."""
    _demand(actor, district)
    rows = SigningKey.objects.filter(district=district).defer("secret")
    return list(rows.order_by("-signs_from", "-id"))


def renew_old() -> int:
    """A new key for every district whose youngest signs for `YOULIN_PASS_KEY_DAYS` already; how many."""
    age = timedelta(days=settings.PASS_KEY_DAYS)
    youngest: dict[str, datetime] = {}
    for district, begins in SigningKey.objects.filter(revoked_at=None).values_list("district", "signs_from"):
        youngest[district] = max(begins, youngest.get(district, begins))
    due = [district for district, begins in youngest.items() if begins + age - AHEAD <= clock.now()]
    for district in sorted(due):
        make(actor=SYSTEM, district=district)
    return len(due)


def _signing(district: str, now: datetime) -> SigningKey | None:
    rows = SigningKey.objects.filter(district=district, revoked_at=None, signs_from__lte=now)
    return rows.order_by("-signs_from", "-id").first()


def _followed(rows: list[SigningKey], life: timedelta) -> None:
    """Each key verifies until what it signed has run out, once it is known which one follows it: one that waits for its
    turn takes over from one that was made meanwhile, not the other way round."""
    ordered = sorted(rows, key=lambda one: one.signs_from)
    for one, follower in pairwise(ordered):
        if one.verifies_until is None:
            one.verifies_until = follower.signs_from + life
            one.save(update_fields=["verifies_until"])


def _new(district: str, signs_from: datetime) -> SigningKey:
    """Drawn until its short name is nobody's: names are told apart in the whole installation."""
    while True:
        drawn = OKPKey.generate_key("Ed25519")
        kid = drawn.thumbprint()[:KID]
        if not SigningKey.objects.filter(kid=kid).exists():
            break
    said = drawn.as_dict(private=True)
    return SigningKey.objects.create(
        district=district, kid=kid, public=str(said["x"]), secret=str(said["d"]), signs_from=signs_from
    )


def _longest(district: str) -> int:
    days = PassKind.objects.filter(district=district).values_list("days", flat=True)
    return max([*days, SHORTEST_LIFE])


@lru_cache(maxsize=256)
def _imported(public: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})


def _public(row: SigningKey) -> dict[str, str | list[str]]:
    return {"kty": "OKP", "crv": "Ed25519", "x": row.public}


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(KEYS, district=district, area=district):
        raise NotAllowed(_("签发密钥不归您管理"))

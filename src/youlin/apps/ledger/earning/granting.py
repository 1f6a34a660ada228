"""Rules applied to what was journalled, many entries at once: an action of reactions.

An entry is asked about once for each rule (`Earning` says so), whatever is run again. What is refused is kept with its
reason. As many queries for fifty entries as for one, but for corrections, which are few.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.earning import facts, limits
from youlin.apps.ledger.earning.facts import Claim
from youlin.apps.ledger.earning.limits import Known, Verdict
from youlin.apps.ledger.models import Earning, EarningRule
from youlin.apps.ledger.services import accounts, posting, transferring
from youlin.apps.parties import selectors as people
from youlin.kernel import clock, rows
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, YoulinError
from youlin.kernel.journal import JournalEntry

ACTION = "ledger.earn"
LOOKED_BACK = timedelta(days=32)
"""A month and a day: no limit looks further."""

Given = tuple[Claim, Verdict]


def earn(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Apply the rule `params["rule"]` to entries of one district. Raises `Invalid` for a rule that cannot be applied."""
    district = entries[0].district
    rule = _rule(district, str(params.get("rule", "")))
    if rule is None:
        return
    ids_ = [entry.id for entry in entries]
    asked = Earning.objects.filter(district=district, rule=rule.code, entry__in=ids_)
    done = set(asked.values_list("entry", flat=True))
    claims = [found for entry in entries if entry.id not in done if (found := facts.claim(rule, entry))]
    claims = _of_people(claims)
    if claims:
        stuck = _take_back(rule, [one for one in claims if one.instead_of])
        _grant(rule, claims, stuck)


def _grant(rule: EarningRule, claims: Sequence[Claim], stuck: set[UUID]) -> None:
    """Judge claims one after the other, each in the light of those before, then post what is granted in one go."""
    district = rule.district
    where = facts.positions(district, {one.place for one in claims})
    known = _known(district, claims)
    judged: list[Given] = []
    for one in claims:
        position = where.get(one.place)
        verdict = (
            Verdict(0, "spent")
            if one.entry in stuck
            else limits.judge(rule, one, known[one.person], position)
        )
        if verdict.given:
            known[one.person].append(Known(rule.code, verdict.given, one.at, one.pair, one.place, position))
        judged.append((one, verdict))
    posted = _post(rule, [each for each in judged if each[1].given])
    rows.insert_many([_row(rule, one, verdict, posted, where) for one, verdict in judged])


def _post(rule: EarningRule, granted: Sequence[Given]) -> dict[UUID, UUID | None]:
    """The transfer of each entry; None where the account does not take it."""
    if not granted:
        return {}
    district = rule.district
    pot = accounts.open_account(actor=SYSTEM, district=district, kind=rule.pot)
    owners = {one.person: "" for one, _verdict in granted}
    purses = accounts.open_accounts(actor=SYSTEM, district=district, kind=rule.account, owners=owners)
    orders = [
        Order(
            key=f"earn:{rule.code}:{one.entry.hex}",
            legs=(Leg(pot.id, purses[one.person].id, verdict.given),),
            why="earned",
            note=one.words,
            about={
                "rule": rule.code,
                "words_en": one.words_en,
                **({"cap": verdict.reason} if verdict.reason else {}),
            },
        )
        for one, verdict in granted
    ]
    outcomes = posting.post_many(actor=SYSTEM, district=district, orders=orders)
    return {
        one.entry: None if isinstance(outcome, YoulinError) else outcome[0].id
        for (one, _verdict), outcome in zip(granted, outcomes, strict=True)
    }


def _row(
    rule: EarningRule,
    one: Claim,
    verdict: Verdict,
    posted: dict[UUID, UUID | None],
    where: dict[str, tuple[float, float]],
) -> Earning:
    transfer = posted.get(one.entry)
    lon, lat = where.get(one.place, (None, None))
    full = verdict.given > 0 and transfer is None
    return Earning(
        district=rule.district,
        rule=rule.code,
        entry=one.entry,
        subject=one.subject,
        person_id=one.person,
        asked=one.amount,
        given=verdict.given if transfer else 0,
        transfer=transfer,
        reason="account" if full else verdict.reason,
        words=one.words,
        words_en=one.words_en,
        pair=one.pair,
        place=one.place,
        lon=lon,
        lat=lat,
        at=one.at,
    )


def _take_back(rule: EarningRule, claims: Sequence[Claim]) -> set[UUID]:
    """Take back what was earned by rows that others now replace; the entries for which that cannot be done."""
    stuck = set()
    for one in claims:
        before = Earning.objects.filter(
            district=rule.district, rule=rule.code, subject=_id(one.instead_of), taken_back_at=None
        )
        for row in before.exclude(transfer=None):
            try:
                transferring.take_back(
                    actor=SYSTEM,
                    district=rule.district,
                    transfer_id=_id(row.transfer),
                    reason=_("记录已更正"),
                )
            except YoulinError:
                stuck.add(one.entry)
                continue
            row.taken_back_at, row.reason = clock.now(), "replaced"
            row.save(update_fields=["taken_back_at", "reason"])
    return stuck


def _known(district: str, claims: Sequence[Claim]) -> dict[UUID, list[Known]]:
    """What was granted to these people lately, by any rule."""
    since = min(one.at for one in claims) - LOOKED_BACK
    granted = Earning.objects.filter(
        district=district, person_id__in={one.person for one in claims}, given__gt=0, taken_back_at=None
    )
    found: dict[UUID, list[Known]] = defaultdict(list)
    for row in granted.filter(at__gte=since).order_by("at", "id"):
        position = (row.lon, row.lat) if row.lon is not None and row.lat is not None else None
        if row.person_id is not None:
            found[row.person_id].append(Known(row.rule, row.given, row.at, row.pair, row.place, position))
    return found


def _of_people(claims: list[Claim]) -> list[Claim]:
    """Only claims of people that there are; merged records earn for the one that was kept."""
    known = people.canonical_many({one.person for one in claims}) if claims else {}
    return [replace(one, person=known[one.person].id) for one in claims if one.person in known]


def _rule(district: str, code: str) -> EarningRule | None:
    return EarningRule.objects.filter(district=district, code=code, retired_at=None).first()


def _id(value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise Invalid(_("规则没有说出更正的是哪一条"), field="instead_of") from error

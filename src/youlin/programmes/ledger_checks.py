"""What the types cannot see of the ledger: units and pots that are none, rules whose expressions cannot be read."""

import fnmatch
from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.apps.ledger.earning import facts
from youlin.programmes.faults import Fault
from youlin.programmes.findings import condition, unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_
from youlin.programmes.schema import AccountKind, EarningRule
from youlin.programmes.vocabulary import Vocabulary


def check(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    """A fault for each reference of an account or a rule that leads nowhere."""
    kinds = programme.all_declared("account_kinds")
    units = programme.all_declared("ledger_units")
    for code, kind in programme.declarations.account_kinds.items():
        at: Path_ = ("account_kinds", code)
        yield from unknown(programme, (*at, "unit"), _("计量单位"), kind.unit, units)
        yield from _account_kind(programme, at, kind, kinds)
    for code, rule in programme.declarations.earning_rules.items():
        yield from _rule(programme, ("earning_rules", code), rule, kinds, vocabulary)


def _account_kind(
    programme: Programme, at: Path_, kind: AccountKind, kinds: dict[str, AccountKind]
) -> Iterator[Fault]:
    if kind.expires_days and not kind.returns_to:
        message = _("“%(code)s”会过期，却没有说退回哪个发放池。") % {"code": at[1]}
        yield Fault(programme.source.key_place(at), message, _("请写 returns_to: …。"))
    if kind.returns_to:
        yield from unknown(programme, (*at, "returns_to"), _("账户种类"), kind.returns_to, kinds)
        pot = kinds.get(kind.returns_to)
        if pot and (pot.owner_kind != "programme" or pot.unit != kind.unit):
            message = _("“%(code)s”不是同一计量单位的发放池。") % {"code": kind.returns_to}
            yield Fault(
                programme.source.place((*at, "returns_to")), message, _("请写 owner_kind: programme 的一种。")
            )


def _rule(
    programme: Programme, at: Path_, rule: EarningRule, kinds: dict[str, AccountKind], vocabulary: Vocabulary
) -> Iterator[Fault]:
    for name in ("pot", "account"):
        yield from unknown(programme, (*at, name), _("账户种类"), getattr(rule, name), kinds)
    both = [kinds[one] for one in (rule.pot, rule.account) if one in kinds]
    if len(both) == 2 and both[0].unit != both[1].unit:
        message = _("“%(code)s”的发放池和账户计量单位不同。") % {"code": at[1]}
        yield Fault(programme.source.key_place(at), message, _("请选同一计量单位的账户种类。"))
    for number, act in enumerate(rule.when):
        if not fnmatch.filter(vocabulary.acts, act):
            yield from unknown(programme, (*at, "when", number), _("日志动作"), act, vocabulary.acts)
    if rule.condition:
        yield from condition(programme, (*at, "condition"), rule.condition, vocabulary.reaction_variables)
    for name in facts.EXPRESSIONS:
        if text := getattr(rule, name):
            yield from condition(programme, (*at, name), text, facts.VARIABLES)
    for name, text in rule.facts.items():
        yield from condition(programme, (*at, "facts", name), text, facts.VARIABLES)

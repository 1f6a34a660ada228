"""Which reactions there are: actions by name, reactions declared in code, and the rules of programmes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from youlin.kernel import canonical, expressions
from youlin.kernel.errors import Invalid
from youlin.kernel.expressions import Expression
from youlin.kernel.journal import JournalEntry, registered_acts
from youlin.kernel.reactions.models import ReactionRule

Action = Callable[[Sequence[JournalEntry], dict[str, Any]], None]

VARIABLES = frozenset(
    {"act", "actor", "after", "area", "before", "district", "entry", "note", "related", "subject"}
)
"""What a condition may speak of.

`act`, `area`, `district` and `note` are texts; `before` and `after` are maps (`has()` tells whether a field
is there); `actor` has `kind`, `person` and `via`; `subject` has `kind` and `id`, `related` is a list of such;
`entry` has `id`, `at` and all of the above.
"""

_actions: dict[str, Action] = {}
_declared: dict[str, "Reaction"] = {}


@dataclass(frozen=True)
class Reaction:
    """When one of the acts `when` is journalled and `condition` holds, do `do` with `params`."""

    name: str
    when: tuple[str, ...]
    do: str
    condition: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition holds for an entry's `variables`. Raises `Invalid` where it cannot be told."""
        return not self.condition or self.expression().holds(**values)

    def run(self, entries: Sequence[JournalEntry]) -> None:
        """Do it for entries to which it applies. Raises whatever the action raises."""
        action = _actions.get(self.do)
        if action is None:
            raise Invalid(_("没有名为 %(name)s 的联动动作") % {"name": self.do}, field="do")
        action(entries, self.params)

    def expression(self) -> Expression:
        """The checked condition."""
        return expressions.compile(self.condition, variables=VARIABLES, place=self.name)


def register_action(name: str, fn: Action) -> None:
    """Make an action known under `name`; `fn(entries, params)` runs in a transaction of the worker.

    `entries` are of one district, in their order, at most one of each subject. What the action writes to the
    database happens exactly once for an entry; when it raises, nothing of it counts and each entry is given to
    it alone. It takes as many queries for fifty as for one, and does nothing outside the database (it may run,
    be undone and run again): a message or a call it hands to a job. Raises `ValueError` when the name is taken
    by another function.
    """
    if _actions.get(name, fn) is not fn:
        raise ValueError(f"the action {name!r} is registered twice")
    _actions[name] = fn


def registered_actions() -> list[str]:
    """The names of all actions, in order."""
    return sorted(_actions)


def declare(
    name: str,
    *,
    when: str | Sequence[str],
    do: str,
    condition: str = "",
    params: Mapping[str, Any] | None = None,
) -> None:
    """Declare a reaction that holds in every district. Raises `Invalid` when it cannot work."""
    reaction = Reaction(name, _acts(when), do, condition, dict(params or {}))
    if _declared.get(name, reaction) != reaction:
        raise ValueError(f"the reaction {name!r} is declared twice")
    if condition:
        reaction.expression()
    _declared[name] = reaction


def check(
    *, when: str | Sequence[str], do: str, condition: str = "", params: object = None, place: str = ""
) -> None:
    """Raise `Invalid`, naming `place`, unless acts, action, condition and parameters all make sense."""
    for pattern in _acts(when):
        if not any(fnmatchcase(act, pattern) for act in registered_acts()):
            raise Invalid(_("没有与 %(act)s 相符的行为") % {"act": pattern}, field=place or "when")
    if do not in _actions:
        known = "、".join(registered_actions())
        raise Invalid(
            _("没有名为 %(name)s 的联动动作") % {"name": do},
            field=place or "do",
            remedy=_("可用的动作：%(names)s") % {"names": known},
        )
    if condition:
        expressions.compile(condition, variables=VARIABLES, place=place)
    canonical.normal(params or {})


def in_force(district: str) -> dict[str, Reaction]:
    """The reactions of a district by name: those of the code, and rules that are not retired."""
    rules = ReactionRule.objects.filter(district=district, retired_at__isnull=True)
    return _declared | {rule.full_name: _from_rule(rule) for rule in rules}


def by_act(district: str) -> dict[str, list[Reaction]]:
    """For each act that concerns any reaction in force those that it concerns."""
    known, found = tuple(registered_acts()), dict[str, list[Reaction]]()
    for reaction in in_force(district).values():
        for act in _meant(reaction.when, known):
            found.setdefault(act, []).append(reaction)
    return found


@lru_cache(maxsize=1_000)
def _meant(when: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """The acts that are named; `*` stands for any part of a name."""
    return tuple(act for act in known if any(fnmatchcase(act, one) for one in when))


def variables(entry: JournalEntry) -> dict[str, Any]:
    """The values of `VARIABLES` for an entry."""
    values: dict[str, Any] = {
        "act": entry.act,
        "actor": {"kind": entry.actor_kind, "person": str(entry.actor_person or ""), "via": entry.via},
        "after": entry.after,
        "area": entry.area,
        "before": entry.before,
        "district": entry.district,
        "note": entry.note,
        "related": entry.related,
        "subject": {"kind": entry.subject_kind, "id": str(entry.subject_id)},
    }
    return values | {"entry": {**values, "id": str(entry.id), "at": entry.at}}


def _acts(when: str | Sequence[str]) -> tuple[str, ...]:
    return (when,) if isinstance(when, str) else tuple(when)


def _from_rule(rule: ReactionRule) -> Reaction:
    return Reaction(rule.full_name, _acts(rule.when), rule.do, rule.condition, rule.params)

"""The words a programme may refer to: what the apps have registered by the time it is checked."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Vocabulary:
    """Registered verbs, journal acts, reaction actions, rate definitions, and the variables of conditions."""

    verbs: frozenset[str]
    acts: frozenset[str]
    actions: frozenset[str]
    rates: frozenset[str] = frozenset()
    reaction_variables: frozenset[str] = frozenset()
    routing_variables: frozenset[str] = frozenset()
    placeholders: frozenset[str] = field(
        default_factory=lambda: frozenset({"number", "title", "category", "area", "state", "due", "light"})
    )

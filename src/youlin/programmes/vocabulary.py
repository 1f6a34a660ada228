"""The words a programme may refer to: what the apps have registered by the time it is checked."""

from dataclasses import dataclass

from youlin.apps.cases import routing
from youlin.apps.duties import verbs
from youlin.kernel import journal, reactions


@dataclass(frozen=True)
class Vocabulary:
    """Registered verbs, journal acts, reaction actions, and the variables of conditions."""

    verbs: frozenset[str]
    acts: frozenset[str]
    actions: frozenset[str]
    reaction_variables: frozenset[str] = frozenset()
    routing_variables: frozenset[str] = frozenset()
    placeholders: frozenset[str] = frozenset(
        {"number", "title", "category", "area", "state", "due", "light", "kept"}
    )


def current() -> Vocabulary:
    """The vocabulary of this installation, once Django has loaded its apps."""
    return Vocabulary(
        verbs=frozenset(verbs.registered()),
        acts=frozenset(journal.registered_acts()),
        actions=frozenset(reactions.registered_actions()),
        reaction_variables=reactions.VARIABLES,
        routing_variables=frozenset(routing.VARIABLES),
    )

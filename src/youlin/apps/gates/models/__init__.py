"""The tables of gates."""

from youlin.apps.gates.models.compound import Compound, GateRule
from youlin.apps.gates.models.passed import Passage, Refusal, Walk
from youlin.apps.gates.models.rosters import Roster, RosterRow

__all__ = ["Compound", "GateRule", "Passage", "Refusal", "Roster", "RosterRow", "Walk"]

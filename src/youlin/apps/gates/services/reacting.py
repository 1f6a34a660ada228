"""A refusal that turns out to be none: the proofs of it are void. Declared by programmes, on the act that says so."""

from collections.abc import Sequence
from typing import Any

from youlin.apps.cases.models import Case
from youlin.apps.gates.models import Refusal
from youlin.apps.passes import services as codes
from youlin.kernel import reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry

ACTION = "gates.void_proofs"


def register() -> None:
    """Tell the kernel: `do: gates.void_proofs`, for an act on the case about a gate."""
    reactions.register_action(ACTION, void_proofs)


def void_proofs(entries: Sequence[JournalEntry], _params: dict[str, Any]) -> None:
    """Revoke the proofs of all refusals that the cases of these entries are about; again changes nothing."""
    district = entries[0].district
    about = [entry.subject_id for entry in entries if entry.subject_kind == "cases.case"]
    numbers = Case.objects.filter(district=district, id__in=about).values_list("number", flat=True)
    rows = Refusal.objects.filter(district=district, case__in=list(numbers), proof__revoked_at=None)
    for proof in sorted({one for one in rows.values_list("proof", flat=True) if one}):
        codes.revoke(actor=SYSTEM, district=district, pass_id=proof, reason="corrected")

"""What a checker sees of a code that holds: what its kind declares, in full or masked, and nothing else."""

from youlin.apps.passes.models import Pass
from youlin.kernel import privacy


def shown(held: Pass) -> dict[str, str]:
    """By name of the field (`SHOWN`): its text. Fields that are empty are left out."""
    return {name: text for name, how in held.kind.shows.items() if (text := _text(held, name, how))}


def _text(held: Pass, name: str, how: str) -> str:
    if name == "body":
        return held.organisation.name if held.organisation and held.kind.holder == "person" else ""
    if name == "label":
        return held.label
    if held.person is not None:
        return held.person.name if how == "full" else privacy.mask_name(held.person.name)
    holder = held.place or held.producer or held.organisation
    return holder.name if holder else ""

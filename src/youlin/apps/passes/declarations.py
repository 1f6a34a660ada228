"""What programmes declare of codes: kinds, as words. Never deleted."""

from youlin.apps.passes.models import PassKind
from youlin.apps.places.declarations import Words

KINDS = Words(
    PassKind,
    (
        "name",
        "name_en",
        "icon",
        "position",
        "holder",
        "issue_verb",
        "check_verb",
        "days",
        "rotates",
        "skew",
        "offline_hours",
        "inside",
        "shows",
        "anyone",
        "comes_with",
        "by_holder",
        "by_number",
        "public",
        "paper",
        "description",
        "description_en",
    ),
    "passes.kind",
)

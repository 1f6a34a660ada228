"""Every write of passes: keyword-only, one transaction, one journal entry, access checked here."""

from youlin.apps.passes.services.binding import bind
from youlin.apps.passes.services.bulk import issue_many
from youlin.apps.passes.services.checking import Checked, check
from youlin.apps.passes.services.finding import issue_to
from youlin.apps.passes.services.following import end_with
from youlin.apps.passes.services.issuing import issue, take, token_of, tokens_of
from youlin.apps.passes.services.revoking import revoke

__all__ = [
    "Checked",
    "bind",
    "check",
    "end_with",
    "issue",
    "issue_many",
    "issue_to",
    "revoke",
    "take",
    "token_of",
    "tokens_of",
]

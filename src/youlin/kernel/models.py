"""Every table of the kernel, found here by Django; each lives in the room it belongs to."""

from youlin.kernel.backups.models import BackupRun
from youlin.kernel.crypto.models import KeyCheck, PersonKey
from youlin.kernel.jobs.models import Lease, ScheduledRun, WorkerBeat
from youlin.kernel.journal.models import JournalDigest, JournalEntry, JournalOrigin
from youlin.kernel.media.models import MediaFile
from youlin.kernel.models_idempotency import IdempotencyRecord
from youlin.kernel.pacing.models import PaceCount
from youlin.kernel.privacy.models import PrivacyAct
from youlin.kernel.reactions.models import ReactionCursor, ReactionFailure, ReactionRule
from youlin.kernel.search.models import SearchDocument
from youlin.kernel.tallies.models import Tally, TallyChange, TallyMark

__all__ = [
    "BackupRun",
    "IdempotencyRecord",
    "JournalDigest",
    "JournalEntry",
    "JournalOrigin",
    "KeyCheck",
    "Lease",
    "MediaFile",
    "PaceCount",
    "PersonKey",
    "PrivacyAct",
    "ReactionCursor",
    "ReactionFailure",
    "ReactionRule",
    "ScheduledRun",
    "SearchDocument",
    "Tally",
    "TallyChange",
    "TallyMark",
    "WorkerBeat",
]

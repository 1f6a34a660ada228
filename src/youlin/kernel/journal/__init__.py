"""The journal: every write's audit trail, timeline, outbox and change feed (see the kernel's README).

Import it where Django has loaded its apps: in services, or inside `ready()`.
"""

from youlin.kernel.journal.acts import label, register_acts, registered_acts
from youlin.kernel.journal.digests import make_digest, make_digests
from youlin.kernel.journal.guard import lifted
from youlin.kernel.journal.models import START, AppendOnly, JournalDigest, JournalEntry, Position
from youlin.kernel.journal.positions import districts, with_place
from youlin.kernel.journal.reading import end_of, entries_for, opened, read_batch
from youlin.kernel.journal.verifying import Break, verify
from youlin.kernel.journal.writing import CITY, Item, append, append_many, entry_at

__all__ = [
    "CITY",
    "START",
    "AppendOnly",
    "Break",
    "Item",
    "JournalDigest",
    "JournalEntry",
    "Position",
    "append",
    "append_many",
    "districts",
    "end_of",
    "entries_for",
    "entry_at",
    "label",
    "lifted",
    "make_digest",
    "make_digests",
    "opened",
    "read_batch",
    "register_acts",
    "registered_acts",
    "verify",
    "with_place",
]

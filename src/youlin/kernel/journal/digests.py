"""The signed daily digest of a district's journal: a Merkle root over row heads, chained to the last one."""

import logging
from datetime import date

from django.db import transaction

from youlin.kernel import canonical, clock, rows
from youlin.kernel.journal import merkle, positions, reading, signing
from youlin.kernel.journal.models import START, JournalDigest, JournalEntry, Position
from youlin.kernel.journal.positions import Head, Key

logger = logging.getLogger(__name__)


def make_digests(day: date | None = None) -> list[JournalDigest]:
    """A digest for every district with entries since its last one; the digests made."""
    made = [make_digest(district, day) for district in positions.districts()]
    return [digest for digest in made if digest is not None]


def make_digest(district: str, day: date | None = None) -> JournalDigest | None:
    """Sign the journal of `district` as it stands, under `day` (default: today).

    None when nothing was written since the last digest, or `day` has one already. The root is logged, so
    that whoever keeps the log elsewhere can later prove that no digest was cut off.
    """
    with transaction.atomic():
        previous = JournalDigest.objects.filter(district=district).order_by("upto_epoch", "upto_seq").last()
        day = day or clock.today()
        upto = reading.end_of(district)
        since = previous.upto if previous else START
        if upto is None or upto <= since or (previous and previous.day >= day):
            return None
        digest = _compute(district, day, previous, since, upto)
        digest.key_id, digest.signature = signing.sign(canonical.dumps(digest.statement()))
        if not rows.insert_if_new(digest):
            return None
    logger.info("journal digest of %s for %s: %s", district, day, digest.root)
    return digest


def leaf(key: Key, head: Head) -> bytes:
    """What stands in the tree for one row: its kind, id, number of entries and last hash."""
    return canonical.dumps([key[0], key[1].hex, head.seq, head.hash])


def _compute(
    district: str, day: date, previous: JournalDigest | None, since: Position, upto: Position
) -> JournalDigest:
    entries = JournalEntry.objects.filter(
        positions.after(since), positions.upto(upto), district=district
    ).values_list("subject_kind", "subject_id", "subject_seq", "hash")
    heads: dict[Key, Head] = {}
    count = new = 0
    for kind, id, seq, hash in entries.iterator(chunk_size=5000):
        count += 1
        new += seq == 1
        known = heads.get((kind, id))
        if known is None or known.seq < seq:
            heads[kind, id] = Head(seq, hash, 0)
    tree = merkle.Tree()
    for key in sorted(heads, key=lambda key: (key[0], key[1].hex)):
        tree.add(leaf(key, heads[key]))
    return JournalDigest(
        district=district,
        day=day,
        upto_epoch=upto.epoch,
        upto_seq=upto.seq,
        entry_count=count + (previous.entry_count if previous else 0),
        subject_count=new + (previous.subject_count if previous else 0),
        merkle_root=tree.root(),
        previous_root=previous.root if previous else "",
    )

"""What moderation does in the background: a look for faces and plates, and the blurred copies."""

from uuid import UUID

from youlin.apps.cases.moderation import copies
from youlin.apps.duties import selectors as duties
from youlin.kernel import jobs

MOST_AT_ONCE = 100
"""Photos of one minute's look; the rest have their turn in the next."""


@jobs.every(minutes=1, name="cases.examine_photos", attempts=3)
def examine() -> int:
    """Look for faces and plates in photos that wait for a moderator; how many were looked at."""
    looked = 0
    for district in duties.all_districts():
        looked += copies.examine(district, most=MOST_AT_ONCE - looked)
    return looked


@jobs.job(name="cases.blur_photo", attempts=5)
def blur(*, district: str, media_id: str) -> str:
    """Make the blurred copy of a photo as it was decided last; what was done. Again changes nothing."""
    return copies.blur(district, UUID(media_id))

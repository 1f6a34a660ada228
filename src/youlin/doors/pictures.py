"""Photos and recordings of a case, as `ui/photo_grid.html` shows them; the same for every door."""

from collections.abc import Iterable
from typing import Any

from youlin.apps.cases.selectors.rows import Photo

AUDIO = "audio"


def shown(found: Iterable[Photo], token: str = "") -> list[dict[str, Any]]:
    """Photos and recordings in their order; behind a `token` where that is what opens them."""
    return [_one(photo, f"?t={token}" if token else "") for photo in found]


def _one(photo: Photo, ending: str) -> dict[str, Any]:
    return {
        "thumb": photo.thumb_url + ending if photo.thumb_url else "",
        "full": photo.full_url + ending,
        "sound": photo.kind == AUDIO,
    }

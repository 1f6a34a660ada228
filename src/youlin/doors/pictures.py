"""Photos and recordings of a case, as `ui/photo_grid.html` shows them; the same for every door."""

from collections.abc import Iterable
from typing import Any

from youlin.apps.cases.selectors.rows import Photo

AUDIO = "audio"


def shown(found: Iterable[Photo], token: str = "") -> list[dict[str, Any]]:
    """Photos and recordings in their order; behind a `token` where that is what opens them."""
    return [_one(photo, f"?t={token}" if token else "") for photo in found]


def each_once(photos: list[dict[str, Any]], timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The photos to show beside a case's words: those that came with the report.

    Later ones stand with the act that brought them; the timeline's first entry gives its own away.
    """
    later = {photo["full"] for entry in timeline[1:] for photo in entry["photos"]}
    if timeline:
        timeline[0]["photos"] = []
    return [photo for photo in photos if photo["full"] not in later]


def _one(photo: Photo, ending: str) -> dict[str, Any]:
    return {
        "thumb": photo.thumb_url + ending if photo.thumb_url else "",
        "full": photo.full_url + ending,
        "sound": photo.kind == AUDIO,
    }

"""Pictures for the demonstration's cases: drawn, small, and marked 演示. Never a real photo."""

import random
from pathlib import Path
from uuid import UUID

from youlin.kernel.actors import Actor
from youlin.kernel.media import services as media
from youlin.programmes.demo.stories import Story

MOST = 60
"""How many are received in one load; receiving is the dearest thing a demonstration does."""


class Photos:
    """Hands out the pack's pictures by the case's class, each received anew by the media service."""

    def __init__(self, folder: Path, district: str, rng: random.Random) -> None:
        self.district, self.rng, self.left = district, rng, MOST
        self.files = {path.stem: path.read_bytes() for path in sorted((folder / "photos").glob("*.jpg"))}

    def for_story(self, story: Story, actor: Actor) -> list[UUID]:
        """A picture of what was reported."""
        return self._received(_stem(story.category), actor)

    def for_act(self, story: Story, actor: Actor) -> list[UUID]:
        """A picture of the place after it was handled."""
        return self._received("done", actor)

    def of_deed(self, actor: Actor) -> list[UUID]:
        """A picture of a place that was put in order, for a case without a story."""
        return self._received("done", actor)

    def _received(self, stem: str, actor: Actor) -> list[UUID]:
        data = self.files.get(stem)
        if data is None or self.left <= 0:
            return []
        self.left -= 1
        received = media.receive(
            district=self.district, actor=actor, name=f"演示-{stem}.jpg", data=data, purpose="case"
        )
        return [received.id]


def _stem(category: str) -> str:
    """The picture for a category, by its class."""
    parts = category.split(".")
    return {
        "sanitation": "rubbish",
        "advertising": "poster",
        "construction": "works",
        "street_order": "bikes",
        "emergency": "water",
        "utility": "lamp",
        "road": "paving",
        "green": "tree",
    }.get(parts[1] if len(parts) > 1 else "", "place")

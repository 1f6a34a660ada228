"""What happens to the demonstration's cases: drawn from a seed, before anything is written.

A story is a report and the beats after it. Each beat waits for the one before, in working time, in hours of
the day, or in parts of the category's own limit; the player turns the clock and calls the services.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

from youlin.programmes.demo import plots
from youlin.programmes.demo.files import Pack, Scene, Texts
from youlin.programmes.demo.plots import Beat, Family

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True)
class Story:
    """One report and what becomes of it.

    `area` is a code, or a place of the home street as scenes name it; `reporter` is resident, rider, anonymous,
    phone, or one of the cast.
    """

    number: int
    family: Family
    category: str
    text: str
    area: str
    road: str
    at: datetime
    reporter: str
    plot: str
    beats: tuple[Beat, ...] = ()
    me_too: tuple[float, ...] = ()
    photo: bool = False
    near: int | None = None


FAMILIES: dict[Family, int] = {"event": 60, "component": 26, "hotline": 12, "tip_off": 2}
DAYS = 60
RIDERS = ("event.extended.gate", "component.extended.charger", "component.extended.rest_station")
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 19, 20, 21, 22)


def draw(pack: Pack, *, seed: int, now: datetime, count: int, fresh: int, stuck: int) -> list[Story]:
    """`count` stories over the last `DAYS` days, `fresh` of the last two and `stuck` that lie overdue."""
    rng = random.Random(seed)
    pen = _Pen(pack, rng)
    stories = [
        *(pen.story(number, _some_day(rng, now, 2, DAYS)) for number in range(count)),
        *(pen.story(count + number, _some_day(rng, now, 0, 2)) for number in range(fresh)),
        *(pen.stuck(count + fresh + number, _some_day(rng, now, 4, 14)) for number in range(stuck)),
    ]
    stories = _with_neighbours([story for story in stories if story.at < now], rng)
    scenes = [pen.scene(len(stories) + number, scene, now) for number, scene in enumerate(pack.scenes.scenes)]
    return sorted([*stories, *scenes], key=lambda story: story.at)


def _some_day(rng: random.Random, now: datetime, least: int, most: int) -> datetime:
    """A moment between `least` and `most` days ago at an hour at which people report."""
    day = now - timedelta(days=rng.uniform(least, most))
    hour = rng.choice(HOURS)
    moment = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return min(moment, now - timedelta(minutes=rng.randrange(5, 90))) if least == 0 else moment


class _Pen:
    """Writes stories with one stream of chance."""

    def __init__(self, pack: Pack, rng: random.Random) -> None:
        self.pack, self.rng = pack, rng
        self.texts: dict[Family, dict[str, Texts]] = {
            "event": pack.phrases.events,
            "component": pack.more.components,
            "hotline": pack.more.hotline,
            "tip_off": pack.more.tip_offs,
        }

    def story(self, number: int, at: datetime) -> Story:
        """An ordinary story."""
        family = one_of(self.rng, FAMILIES)
        return self.written(number, at, family, one_of(self.rng, plots.WEIGHTS[family]))

    def stuck(self, number: int, at: datetime) -> Story:
        """One that somebody left lying: its last beats never come."""
        family: Family = self.rng.choice(("event", "event", "component"))
        return self.written(number, at, family, f"stuck:{self.rng.choice(plots.STUCK)}")

    def written(self, number: int, at: datetime, family: Family, plot: str) -> Story:
        texts = self.texts[family]
        category = self.rng.choices(list(texts), [one.weight for one in texts.values()])[0]
        streets = self.pack.places.streets
        street = self.rng.choices(list(streets), [one.weight for one in streets.values()])[0]
        road = self.rng.choice(streets[street].roads)
        reporter = self.reporter(family, category)
        return Story(
            number=number,
            family=family,
            category=category,
            text=self.filled(self.rng.choice(texts[category].report), road),
            area=street,
            road=road,
            at=at,
            reporter=reporter,
            plot=plot,
            beats=tuple(plots.beats(plot, family, self.rng, texts[category], self.pack.phrases)),
            me_too=self.joined(family),
            photo=family in ("event", "component") and self.rng.random() < 0.35,
        )

    def scene(self, number: int, scene: Scene, now: datetime) -> Story:
        """One laid out by hand."""
        family = cast(Family, scene.category.split(".")[0])
        beats: list[Beat] = []
        if scene.acts:
            texts = self.texts[family][scene.category]
            beats = plots.laid_out(scene.acts, family, self.rng, texts, self.pack.phrases)
        roads = self.pack.places.streets[self.pack.people.home_street].roads
        return Story(
            number=number,
            family=family,
            category=scene.category,
            text=scene.text,
            area=scene.at,
            road=self.rng.choice(roads),
            at=now - timedelta(hours=scene.hours_ago),
            reporter=scene.reporter,
            plot="scene",
            beats=tuple(beats),
            photo=scene.photo,
        )

    def joined(self, family: Family) -> tuple[float, ...]:
        """After how many hours others say "me too"; only what is public can be joined."""
        public = family in ("event", "component")
        count = self.rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 3)) if public else 0
        return tuple(self.rng.uniform(0.3, 12) for _ in range(count))

    def reporter(self, family: Family, category: str) -> str:
        if family == "hotline":
            return "phone"
        if family == "tip_off":
            return "resident"
        if category in (
            "event.extended.gate",
            "component.extended.charger",
            "component.extended.rest_station",
        ):
            return "rider"
        return "anonymous" if self.rng.random() < 0.3 else "resident"

    def filled(self, text: str, road: str) -> str:
        phrases = self.pack.phrases
        return text.format(
            road=road,
            spot=self.rng.choice(self.pack.places.spots),
            since=self.rng.choice(phrases.since),
            wish=self.rng.choice(phrases.wish),
        )


def one_of(rng: random.Random, weights: Mapping[Key, int]) -> Key:
    """A key by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def _with_neighbours(stories: list[Story], rng: random.Random) -> list[Story]:
    """Now and then a second report of the same thing nearby, soon after: the later one will be merged."""
    ready = [story for story in stories if story.family in ("event", "component")]
    twins: list[Story] = []
    for first in rng.sample(ready, k=len(ready) // 25):
        again = replace(
            first,
            number=len(stories) + len(twins),
            at=first.at + timedelta(minutes=rng.randrange(20, 100)),
            plot="duplicate",
            beats=(),
            me_too=(),
            reporter="anonymous",
            near=first.number,
        )
        twins.append(again)
    return stories + twins

"""Plays the stories: turns the clock from beat to beat and calls the same services as the doors do."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from youlin.apps.cases import declarations, lookup, services
from youlin.apps.cases.models import Case
from youlin.apps.cases.moderation import services as moderation
from youlin.apps.duties import selectors as duties
from youlin.kernel import calendars, clock, reactions
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.calendars import Limit
from youlin.kernel.errors import YoulinError
from youlin.programmes.demo import works
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.people import Peopled
from youlin.programmes.demo.photos import Photos
from youlin.programmes.demo.plots import Beat, Family
from youlin.programmes.demo.points import Points
from youlin.programmes.demo.stories import Story

Progress = Callable[[int, int], None]
EXACT = timedelta(hours=36)
"""How far back reactions run after every act; before that they run once a day, and nobody is told of what is over."""
UNSEEN = timedelta(hours=4)
"""What was reported later waits for the moderator."""
MODERATOR = "song_ya"
OWN_PAGE = ("platform",)
"""Categories that are reported on a page of their own, whose channel has their name."""
DAILY = 10
"""Days at the end of which overdue cases climb every evening; before that once a week."""
TAKEN_UP: dict[Family, tuple[str, ...]] = {"event": ("file", "dispatch"), "component": ("file",)}
"""What the reactions of city_management do as soon as something is reported."""
REPORT, ME_TOO, BEAT, MERGE, ESCALATE = "report", "me_too", "beat", "merge", "escalate"


@dataclass
class Played:
    """What came of it: how many acts were done, and the words of those that were refused."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class _Live:
    """A story that has begun."""

    story: Story
    case: Case
    number: str
    token: str
    reporter: Actor
    point: tuple[float, float]


@dataclass(order=True)
class _Event:
    at: datetime
    order: int
    kind: str = field(compare=False)
    story: Story | None = field(compare=False, default=None)
    beat: int = field(compare=False, default=0)


class Player:
    """One run over all stories, in the order of time."""

    def __init__(self, pack: Pack, district: str, people: Peopled, *, until: datetime, seed: int) -> None:
        self.pack, self.district, self.people, self.until = pack, district, people, until
        self.rng = random.Random(seed)
        self.points = Points(district, random.Random(seed + 1))
        self.photos = Photos(pack.folder, district, random.Random(seed + 2))
        self.queue: list[_Event] = []
        self.planned = 0
        self.live: dict[int, _Live] = {}
        self.limits = _limits(district)
        self.played = Played()

    def play(self, stories: list[Story], progress: Progress) -> Played:
        """Play every beat that lies before `until`."""
        for story in stories:
            self._plan(story.at, REPORT, story)
        begin = stories[0].at.replace(hour=18, minute=0)
        days = (self.until - begin).days + 1
        for day in (day for day in range(days) if day % 7 == 0 or day > days - DAILY):
            self._plan(begin + timedelta(days=day), ESCALATE)
        reported = 0
        while self.queue:
            event = heapq.heappop(self.queue)
            with clock.frozen(event.at):
                self._do(event)
            if event.kind == REPORT:
                reported += 1
                progress(reported, len(stories))
        self._look_again()
        reactions.drain_all()
        return self.played

    def _plan(self, at: datetime, kind: str, story: Story | None = None, beat: int = 0) -> None:
        if at < self.until:
            self.planned += 1
            heapq.heappush(self.queue, _Event(at, self.planned, kind, story, beat))

    def _do(self, event: _Event) -> None:
        name = event.kind
        try:
            if event.kind == ESCALATE:
                services.escalate_overdue()
            elif event.kind == REPORT and event.story:
                self._report(event.story)
            elif event.story and event.story.number in self.live:
                name = self._go_on(event, self.live[event.story.number])
            if event.kind == ESCALATE or event.at > self.until - EXACT:
                reactions.drain_all()
            self.played.done[name] += 1
        except YoulinError as error:
            self.played.refused[f"{name}: {error.message}"] += 1

    def _go_on(self, event: _Event, live: _Live) -> str:
        if event.kind == ME_TOO:
            self._join(event, live)
            return ME_TOO
        if event.kind == MERGE:
            self._merge(live)
            return MERGE
        beat, key = live.story.beats[event.beat], f"demo:{live.story.number}:{event.beat}"
        self._beat(live, beat, key)
        if live.story.family == "hotline" and beat.act == "accept":
            self._take_up(live, key, ("dispatch",))
        self._plan_beat(live.story, event.beat + 1)
        return beat.act

    def _report(self, story: Story) -> None:
        reporter = self._reporter(story)
        twin = self.live.get(story.near) if story.near is not None else None
        area = self.people.places.get(story.area, story.area)
        point = self.points.beside(twin.point) if twin else self.points.within(area)
        phoned, own_page = story.reporter == "phone", story.category in OWN_PAGE
        receipt = services.report(
            actor=reporter,
            district=self.district,
            category=story.category,
            text=story.text,
            lon=point[0],
            lat=point[1],
            address=f"{story.road}{self.rng.randrange(1, 180)}号附近",
            contact="" if story.reporter == "anonymous" else self._phone(),
            anonymous=story.reporter == "anonymous",
            protected=story.family == "tip_off",
            channel="hotline" if phoned else story.category if own_page else "portal",
            media_ids=self.photos.for_story(story, reporter) if story.photo else [],
            idempotency_key=f"demo:{story.number}",
            is_demo=True,
        )
        self.live[story.number] = _Live(story, receipt.case, receipt.number, receipt.token, reporter, point)
        self._take_up(self.live[story.number], f"demo:{story.number}", TAKEN_UP.get(story.family, ()))
        self._show(self.live[story.number])
        self._plan_beat(story, 0)
        for hours in story.me_too:
            self._plan(clock.now() + timedelta(hours=hours), ME_TOO, story)
        if twin:
            self._plan(_working(clock.now(), self.rng.uniform(0.3, 1.5)), MERGE, story)

    def _show(self, live: _Live) -> None:
        """The moderator has looked at what is older than this morning; the rest waits for whoever signs in."""
        if live.case.moderation == "waiting" and clock.now() < self.until - UNSEEN:
            live.case = moderation.approve_as_written(
                actor=_person(self.people.by_username[MODERATOR], "desk"),
                case_id=live.case.id,
                idempotency_key=f"demo:{live.story.number}:show",
            )

    def _look_again(self) -> None:
        """What came after, answers and photos, has been looked at too, but for that of the last day."""
        with clock.frozen(self.until):
            found = (lookup.with_number(live.number, district=self.district) for live in self.live.values())
            for case in found:
                if case.moderation != "more" or case.updated_at > self.until - EXACT:
                    continue
                moderation.approve_as_written(
                    actor=_person(self.people.by_username[MODERATOR], "desk"),
                    case_id=case.id,
                    idempotency_key=f"demo:{case.id}:again",
                )

    def _take_up(self, live: _Live, key: str, acts: tuple[str, ...]) -> None:
        """What the programme's reactions do at once; where they run only once a day they find it done."""
        if clock.now() <= self.until - EXACT:
            for act in acts:
                live.case = services.act(
                    actor=SYSTEM, case_id=live.case.id, act=act, idempotency_key=f"{key}:{act}"
                )

    def _plan_beat(self, story: Story, number: int) -> None:
        if number < len(story.beats):
            self._plan(self._moment(story, story.beats[number]), BEAT, story, number)

    def _moment(self, story: Story, beat: Beat) -> datetime:
        """When the beat falls due, counted from now."""
        now = clock.now()
        if beat.pace == "hours":
            return now + timedelta(hours=beat.wait)
        if beat.pace == "work":
            return _working(now, beat.wait)
        limit, due = self.limits[story.category], self.live[story.number].case.due_at
        if due is None or due <= now:
            due = calendars.deadline(now, limit)
        if limit.unit in ("hour", "day"):
            return now + beat.wait * (due - now)
        return _working(
            now, beat.wait * max(calendars.working_time_between(now, due) / timedelta(hours=1), 0.2)
        )

    def _beat(self, live: _Live, beat: Beat, key: str) -> None:
        if beat.who == "reporter":
            self._word_of_reporter(live, beat, key)
            return
        case = live.case = self._case(live)
        actor = self._actor(beat, case)
        if beat.act == "follow_up":
            live.case = services.record_follow_up(
                actor=actor,
                case_id=case.id,
                reached=True,
                solved=beat.solved,
                satisfied=beat.satisfied,
                note=beat.note,
                idempotency_key=key,
            )
            return
        if works.knows(beat.act):
            live.case = works.do(case, beat.act, people=self.people.by_username, key=key)
            return
        live.case = services.act(
            actor=actor,
            case_id=case.id,
            act=beat.act,
            note=beat.note,
            to_person=self._other(case) if beat.act == "dispatch_to" else None,
            media_ids=self.photos.for_act(live.story, actor) if beat.photo else [],
            idempotency_key=key,
        )

    def _case(self, live: _Live) -> Case:
        """The case as it is now: as the last act left it, unless reactions may have gone on since."""
        if clock.now() <= self.until - EXACT:
            return live.case
        return lookup.with_number(live.number, district=self.district)

    def _word_of_reporter(self, live: _Live, beat: Beat, key: str) -> None:
        if beat.act == "reopen":
            live.case = services.reopen(
                case_number=live.number, token=live.token, reason=beat.note, idempotency_key=key
            )
            return
        services.rate(
            case_number=live.number,
            token=live.token,
            solved=bool(beat.solved),
            stars=beat.stars,
            comment=beat.note,
            idempotency_key=key,
        )

    def _join(self, event: _Event, live: _Live) -> None:
        services.me_too(
            actor=self._resident(),
            case_number=live.number,
            note=self.rng.choice(self.pack.phrases.me_too),
            idempotency_key=f"demo:{live.story.number}:me_too:{event.order}",
        )

    def _merge(self, live: _Live) -> None:
        """The dispatcher sees that it was reported already."""
        assert live.story.near is not None
        case = lookup.with_number(live.number, district=self.district)
        answer = duties.who(kind="street_dispatcher", area=case.area_now, district=self.district)
        services.act(
            actor=_person(answer.holder.id if answer.holder else None, "desk"),
            case_id=case.id,
            act="mark_duplicate",
            fields={"duplicate_of": self.live[live.story.near].number},
            idempotency_key=f"demo:{live.story.number}:merge",
        )

    def _actor(self, beat: Beat, case: Case) -> Actor:
        if beat.who == "holder":
            return _person(case.holder_id, "field" if beat.act in ("accept_task", "feedback") else "desk")
        return _person(self.people.by_username[beat.who], "desk")

    def _other(self, case: Case) -> UUID | None:
        """Somebody else who may have the case: the community's clerk, else those above."""
        for kind in ("community_clerk", "street_dispatcher", "district_dispatcher"):
            answer = duties.who(kind=kind, area=case.area_now, district=self.district)
            if answer.holder and answer.holder.id != case.holder_id:
                return answer.holder.id
        return None

    def _reporter(self, story: Story) -> Actor:
        if story.reporter == "anonymous":
            return ANONYMOUS
        if story.reporter == "phone":
            return _person(self.people.by_username["zheng_yan"], "desk")
        if story.reporter in self.people.by_username:
            return _person(self.people.by_username[story.reporter], "portal")
        if story.reporter == "rider":
            return _person(self.rng.choice(self.people.riders), "portal")
        return self._resident()

    def _resident(self) -> Actor:
        return _person(self.rng.choice(self.people.residents), "portal")

    def _phone(self) -> str:
        return f"139{self.rng.randrange(1, 61):08d}"


def _person(person_id: UUID | None, via: str) -> Actor:
    return Actor("person", person_id=person_id, via=via) if person_id else SYSTEM


def _working(start: datetime, hours: float) -> datetime:
    """So many working hours later."""
    return calendars.deadline(start, Limit(round(max(hours, 0.05), 3), "work_hour"))


def _limits(district: str) -> dict[str, Limit]:
    """The handling limit of every category."""
    standing = declarations.categories(district)
    return {
        code: Limit.parse(one.values["limits"].get("handle", "1 工作日")) for code, one in standing.items()
    }

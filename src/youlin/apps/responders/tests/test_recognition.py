"""Recognition: badges by one's own record, stories that somebody else has looked at, sums of streets. No ranks."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from tests.cast import DISTRICT, OTHER_STREET, STREET, give_duty, make_member
from youlin.apps.duties import services as duties
from youlin.apps.places import declarations as places
from youlin.apps.responders import (
    badges,
    declarations,
    history,
    mine,
    personal_data,
    services,
    stories,
    streets,
)
from youlin.apps.responders.models import Service, Story
from youlin.apps.responders.tests.factories import (
    MONDAY,
    PLAIN,
    actor_of,
    call_out,
    call_to,
    enrol,
    on_duty,
    served,
    story,
)
from youlin.kernel import clock, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.media.models import MediaFile

pytestmark = pytest.mark.usefixtures("city")


def declare_badges(**rules: str) -> None:
    declared = {
        code: {**PLAIN, "position": number, "name": code, "rule": rule, "words": "w", "words_en": "w"}
        for number, (code, rule) in enumerate(rules.items())
    }
    places.declare(declarations.BADGES, actor=SYSTEM, district=DISTRICT, programme="t", declared=declared)


def test_badges_follow_from_one_s_own_record_and_nobody_else_s() -> None:
    declare_badges(
        first="times >= 1",
        evenings="evenings >= 1",
        two="size(scenes) >= 2",
        never="times_of.nothing > 0",
        thanked="thanks >= 1 && hours >= 1.5 && months == 1",
    )
    one, other = enrol(), enrol()
    for days in (2, 3):
        served(other, 120, days)
    row = served(one, 60)
    served(one, 30, 4, kind="elder_help")
    services.thank(actor=on_duty(), district=DISTRICT, service_id=row.id, said="谢谢")

    def has(who: Any) -> list[str]:
        found = mine.record(actor_of(who), DISTRICT)
        assert found is not None
        assert [shown.badge.code for shown in found.badges] == [
            "first",
            "evenings",
            "two",
            "never",
            "thanked",
        ]
        return [shown.badge.code for shown in found.badges if shown.has]

    assert has(one) == ["first", "two", "thanked"] and has(other) == ["first"]
    services.correct(
        actor=SYSTEM,
        district=DISTRICT,
        service_id=Service.objects.get(kind__code="elder_help").id,
        minutes=0,
        reason="记错了人",
    )
    assert has(one) == ["first"], "what was corrected away counts no more"
    told = mine.exported(mine.record(actor_of(one), DISTRICT))  # type: ignore[arg-type]
    assert told["badges"] == ["first"] and told["thanks"] == ["谢谢"]
    with pytest.raises(Invalid):
        badges.compiled("rank < 10")


def test_a_story_is_shown_once_somebody_else_has_looked_and_taken_down_with_a_reason() -> None:
    zhao, second = on_duty(), on_duty(username="er")
    stranger = on_duty(OTHER_STREET, "wai")
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    row = story(zhao, photo=picture.getvalue())
    given: dict[str, Any] = {"district": DISTRICT, "story_id": row.id}
    assert not stories.shown(DISTRICT) and stories.led(zhao, DISTRICT)[0].mine
    for who in (ANONYMOUS, stranger):
        with pytest.raises(NotFound):
            stories.photo_of(who, row.id)
    with pytest.raises(NotAllowed, match="自己"):
        services.decide_story(actor=zhao, **given, show=True)
    with pytest.raises(NotAllowed):
        services.decide_story(actor=stranger, **given, show=True)
    with pytest.raises(Invalid):
        services.decide_story(actor=second, **given, show=False)
    services.decide_story(actor=second, **given, show=True)
    with pytest.raises(Conflict):
        services.decide_story(actor=second, **given, show=False, reason="x")
    [told] = stories.shown(DISTRICT)
    assert told.photo and told.alt == "路口" and stories.photo_of(ANONYMOUS, row.id).kind == "photo"
    with pytest.raises(Invalid):
        services.take_down_story(actor=zhao, **given, reason="\0")
    for _twice in range(2):
        services.take_down_story(actor=zhao, **given, reason="照片里认得出人")
    assert not stories.shown(DISTRICT)
    assert [entry.act.rsplit(".", 1)[1] for entry in journal.entries_for(row)] == [
        "story_written",
        "story_shown",
        "story_down",
    ]
    with pytest.raises(NotFound):
        stories.photo_of(ANONYMOUS, row.id)
    assert zhao.person_id is not None
    assert personal_data.export(zhao.person_id)["stories"][0]["title"] == "路口的灯"
    personal_data.erase(zhao.person_id, SYSTEM)
    assert Story.objects.get().written_by is None


def test_a_story_says_all_that_is_wrong_and_leaves_no_file_behind() -> None:
    for values, field in (
        ({"area": "110101"}, "area"),
        ({"team": "\0"}, "team"),
        ({"text": "长" * 2001}, "text"),
        ({"organisation": "nobody"}, "organisation"),
        ({"alt": ""}, "alt"),
    ):
        with pytest.raises(Invalid) as told:
            story(photo=b"x", **values)
        assert field in [problem.field for problem in told.value.problems]
    with pytest.raises(NotAllowed):
        story(actor_of(enrol()))
    assert not MediaFile.objects.exclude(state="removed").exists() and not Story.objects.exists()


def test_a_correction_keeps_both_rows_with_the_reason() -> None:
    zhao, one = on_duty(), enrol()
    row = served(one, 60)
    new = services.correct(actor=zhao, district=DISTRICT, service_id=row.id, minutes=40, reason="早走了")
    services.correct(actor=zhao, district=DISTRICT, service_id=new.id, minutes=45, reason="又核对了")
    for id in (row.id, new.id):
        lines = history.service(zhao, id)
        assert [line.minutes for line in lines] == [60, 40, 45]
        assert [line.counts for line in lines] == [False, False, True]
        assert [line.note for line in lines] == ["", "早走了", "又核对了"]
    assert [line.minutes for line in history.services(zhao, DISTRICT)] == [45]
    assert not history.services(on_duty(OTHER_STREET, "wai"), DISTRICT)
    with pytest.raises(NotFound):
        history.service(actor_of(one), row.id)


def test_streets_add_up_and_stand_in_their_own_order() -> None:
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="leader",
        name="leader",
        level="district",
        verbs=["cockpit.read"],
    )
    leader = make_member("lingdao", "领导")
    give_duty(leader, "leader", DISTRICT)
    services.count_addressed(
        actor=SYSTEM, district=DISTRICT, occupation="courier", source="名单", number=51_000
    )
    one, other = enrol(), enrol(areas=[OTHER_STREET])
    row = call_out(wanted=2)
    clock.advance(timedelta(seconds=40))
    services.accept(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)
    service = served(one, 90)
    served(other, 10, 3)
    services.thank(actor=on_duty(), district=DISTRICT, service_id=service.id, said="谢谢")
    found = streets.overview(leader.actor, DISTRICT, days=30)
    every = found.together
    assert (found.addressed, every.enrolled, every.verified) == (51_000, 2, 2), "two figures, never one"
    assert (every.call_outs, every.wanted, every.accepted, every.coverage) == (1, 2, 1, 50.0)
    assert (every.called, every.people, every.per_person, every.first_seconds) == (1, 1, 1.0, 40)
    assert (every.person_times, every.minutes, every.hours, every.thanks) == (2, 100, 1.6, 1)
    assert [street.code for street in found.streets] == sorted(street.code for street in found.streets)
    home = next(street for street in found.streets if street.code == STREET)
    assert (home.enrolled, home.call_outs, home.person_times, home.thanks) == (1, 1, 2, 1)
    alone = streets.overview(leader.actor, STREET, days=30)
    assert alone.addressed is None and not alone.streets and alone.together.enrolled == 1
    assert streets.overview(leader.actor, STREET, days=1).together.person_times == 0
    with pytest.raises(NotAllowed):
        streets.overview(actor_of(one), DISTRICT, days=30)


def test_an_evening_is_an_evening_where_the_district_is() -> None:
    one = enrol()
    row = served(one, 30)
    row.began_at = datetime.combine(MONDAY.date(), MONDAY.time().replace(hour=18, minute=0), MONDAY.tzinfo)
    assert badges.facts_of([row], 0)["evenings"] == 1
    row.began_at -= timedelta(minutes=1)
    assert badges.facts_of([row], 0)["evenings"] == 0

"""What is sent again because its answer was lost brings its photos again, under other ids: still one effect."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.faults.load import photo as picture
from youlin.apps.cases import services
from youlin.apps.cases.models import Case, CaseMedia, Measure
from youlin.apps.cases.tests import factories
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict
from youlin.kernel.media import services as media

pytestmark = pytest.mark.django_db

KEY = "once"


def sent(actor: Actor, seed: int) -> list:
    """A photo as a form brings it: a file of its own each time."""
    return [
        media.receive(
            district=factories.DISTRICT, actor=actor, name="a.jpg", data=picture(seed), purpose="case"
        ).id
    ]


def test_a_report_with_its_photo_sent_again_is_one_report(people: Cast) -> None:
    def send(seed: int) -> str:
        files = sent(people.li.actor, seed)
        return factories.reported(actor=people.li.actor, media_ids=files, idempotency_key=KEY).number

    assert send(1) == send(1)
    with pytest.raises(Conflict):
        send(2)
    assert Case.objects.count() == 1
    assert CaseMedia.objects.count() == 1


def test_an_act_with_its_photo_sent_again_is_done_once(people: Cast) -> None:
    case = factories.handling(people.wang.actor)

    def send(seed: int) -> Case:
        files = sent(people.wang.actor, seed)
        return factories.do(case, "feedback", people.wang.actor, media_ids=files, idempotency_key=KEY)

    assert send(1).state == send(1).state == "feedback_given"
    with pytest.raises(Conflict):
        send(2)
    assert CaseMedia.objects.filter(case=case).count() == 1


def test_a_measure_asked_for_with_its_photo_sent_again_is_one_measure(people: Cast) -> None:
    case = factories.handling(people.wang.actor)

    def send(seed: int) -> Case:
        return services.begin_measure(
            actor=people.wang.actor,
            case_id=case.id,
            kind="extension",
            note="要等清运车",
            until=clock.today() + timedelta(days=5),
            media_ids=tuple(sent(people.wang.actor, seed)),
            idempotency_key=KEY,
        )

    assert send(1).version == send(1).version
    with pytest.raises(Conflict):
        send(2)
    assert Measure.objects.filter(case=case).count() == 1

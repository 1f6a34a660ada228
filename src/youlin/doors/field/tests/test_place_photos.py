"""A steward puts photos of a place up from the phone and keeps its entrances."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_areas
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.models import Place, PlacePhoto
from youlin.apps.places.tests.factories import declare_words, make_place, steward
from youlin.apps.places.tests.test_photos import picture, put_up
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def he(client: Client) -> Client:
    """Signed in as the steward of a street."""
    make_areas()
    declare_words()
    steward()
    client.force_login(Account.objects.get(username="he"), backend=BACKEND)
    return client


def send(client: Client, place: Place, **changed: object):
    photo = SimpleUploadedFile("a.png", picture(), "image/png")
    sent = {"photo": photo, "alt": "门口的坡道", "looked": "1", "idempotency_key": "form-1", **changed}
    given = {name: value for name, value in sent.items() if value is not None}
    return client.post(reverse("field:place-photos", args=[place.number]), given)


def test_a_photo_is_put_up_and_stands_on_the_places_page(he: Client) -> None:
    place = make_place()
    assert "还没有照片" in he.get(reverse("field:place-photos", args=[place.number])).content.decode()
    assert send(he, place, caption="朝南").status_code == 302
    assert send(he, place, caption="朝南").status_code == 302, "sent again by the outbox"
    [photo] = PlacePhoto.objects.all()
    page = Client().get(reverse("portal:place", args=[place.number])).content.decode()
    address = reverse("portal:place-photo", args=[place.number, photo.id, "full"])
    assert address in page and 'alt="门口的坡道"' in page and "朝南" in page
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    assert Client().get(address.replace("full", "original")).status_code == 404
    assert "照片（1 张）" in he.get(reverse("field:place", args=[place.number])).content.decode()


def test_what_was_refused_comes_back_as_it_was_written(he: Client) -> None:
    place = make_place()
    wrong = SimpleUploadedFile("a.jpg", b"%PDF-1.7 no photo", "image/jpeg")
    answer = send(he, place, photo=wrong, alt="门口 <b>", caption="朝南")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="门口 &lt;b&gt;"' in page and 'value="朝南"' in page and 'href="#id_photo"' in page
    for missing, field in (({"photo": None}, "photo"), ({"alt": ""}, "alt"), ({"looked": None}, "looked")):
        answer = send(he, place, **missing)
        assert answer.status_code == 422 and f'href="#id_{field}"' in answer.content.decode()
    assert not PlacePhoto.objects.exists()


def test_photos_are_described_moved_and_taken_down(he: Client) -> None:
    place = make_place()
    first, second = put_up(SYSTEM, place, alt="一"), put_up(SYSTEM, place, (1, 2, 3), alt="二")

    def do(photo: PlacePhoto, step: str, **sent: object):
        return he.post(reverse("field:place-photo", args=[place.number, photo.id, step]), sent)

    assert do(second, "earlier").status_code == do(first, "earlier").status_code == 302
    assert do(first, "later").status_code == do(first, "describe", alt="门里").status_code == 302
    answer = do(second, "describe", alt="", caption="留着")
    assert answer.status_code == 422 and 'value="留着"' in answer.content.decode()
    assert do(second, "remove").status_code == 302 and do(second, "remove").status_code == 404
    assert do(first, "burn").status_code == 404
    assert [photo.alt for photo in PlacePhoto.objects.all()] == ["门里"]


def test_entrances_are_added_changed_and_removed(he: Client) -> None:
    place = make_place()
    address = reverse("field:place-entrances", args=[place.number])

    def sent(version: int, **changed: object) -> dict[str, object]:
        given = {"name": "南门", "lon": f"{place.lon}", "lat": f"{place.lat}", "step_free": "yes", "note": ""}
        return given | {"version": version} | changed

    assert "还没有单独的出入口" in he.get(address).content.decode()
    assert he.post(address, sent(1)).status_code == 302
    assert he.post(address, sent(2, name="北门", step_free="no", note="台阶三级")).status_code == 302
    assert [(one.name, one.step_free) for one in place.entrances.order_by("position")] == [
        ("南门", True),
        ("北门", False),
    ]
    stale = he.post(address, sent(1, name="西门"))
    assert stale.status_code == 409 and 'value="西门"' in stale.content.decode()
    south = place.entrances.get(name="南门")
    change = reverse("field:place-entrance", args=[place.number, south.id, "save"])
    assert he.post(change, sent(3, name="正门", step_free="")).status_code == 302
    assert he.post(change, sent(4)).status_code == 409, "its id went with the change"
    north = place.entrances.get(name="北门")
    remove = reverse("field:place-entrance", args=[place.number, north.id, "remove"])
    assert he.post(remove.replace("remove", "burn"), sent(4)).status_code == 404
    assert he.post(remove, sent(4)).status_code == 302
    [left] = place.entrances.all()
    assert (left.name, left.step_free) == ("正门", None)


@pytest.mark.parametrize(
    "wrong", [{"lon": "很远"}, {"lat": "", "name": ""}, {"lon": "39.9", "lat": "116.3"}, {"lon": "\0"}]
)
def test_an_entrance_that_cannot_be_is_told(he: Client, wrong: dict[str, str]) -> None:
    place = make_place()
    given = {"name": "南门", "lon": place.lon, "lat": place.lat, "version": 1, **wrong}
    answer = he.post(reverse("field:place-entrances", args=[place.number]), given)
    page = answer.content.decode()
    assert answer.status_code == 422 and re.search(r"第 1 个出入口(缺|离)", page) and "经度" in page
    assert not place.entrances.exists()

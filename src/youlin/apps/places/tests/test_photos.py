"""Photos of places: put up by whoever keeps the place, proved, described, ordered, taken down for good."""

import io
from datetime import timedelta

import pytest
from django.db import OperationalError
from PIL import Image

from tests.cast import DISTRICT, OTHER_STREET
from youlin.apps.places.models import Place, PlacePhoto
from youlin.apps.places.photos import selectors, services
from youlin.apps.places.tests import factories
from youlin.kernel import clock, ids, journal, privacy
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile
from youlin.kernel.privacy.retention import run_retention

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(district):
    factories.declare_words()
    return factories.steward()


def picture(colour=(90, 120, 90), size=(80, 60)) -> bytes:
    image = io.BytesIO()
    Image.new("RGB", size, colour).save(image, "PNG")
    return image.getvalue()


def put_up(actor, place, colour=(90, 120, 90), **changed) -> PlacePhoto:
    given = {"data": picture(colour), "alt": "驿站门口", "looked": True, "idempotency_key": str(ids.uuid7())}
    return services.add_photo(actor=actor, district=DISTRICT, place_id=place.id, **(given | changed))


def test_a_steward_puts_a_photo_up_and_everybody_sees_it(steward):
    place = factories.make_place(steward)
    photo = put_up(steward, place, caption="门朝南")
    [shown] = selectors.of_place(DISTRICT, place.id)
    assert (shown.alt, shown.caption, shown.width, shown.height) == ("驿站门口", "门朝南", 80, 60)
    assert photo.looked_by_id == steward.person_id
    assert selectors.file_of(ANONYMOUS, DISTRICT, place.number, photo.id).id == photo.file_id
    entry = journal.entries_for(place)[-1]
    assert entry.act == "places.photo_added" and entry.public["after"]["alt"] == "驿站门口"
    before = place.revision
    place.refresh_from_db()
    assert place.revision > before


def test_a_steward_of_elsewhere_and_a_visitor_put_none_up(steward):
    place = factories.make_place(steward)
    for actor in (factories.steward(OTHER_STREET, "gao"), ANONYMOUS):
        with pytest.raises(NotAllowed):
            put_up(actor, place)
    assert not MediaFile.objects.exists()


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"alt": " "}, ["alt"]),
        ({"alt": "长" * 201, "caption": "长" * 121}, ["alt", "caption"]),
        ({"looked": False}, ["looked"]),
        ({"data": None, "looked": False, "alt": "\0"}, ["alt", "photo", "looked"]),
        ({"data": b"no photo at all"}, ["photo"]),
        ({"data": b""}, ["photo"]),
        ({"data": picture()[:120]}, ["photo"]),
    ],
)
def test_what_is_wrong_is_told_all_at_once_and_nothing_is_kept(steward, changed, fields):
    place = factories.make_place(steward)
    with pytest.raises(Invalid) as refused:
        put_up(steward, place, **changed)
    assert [problem.field for problem in refused.value.problems] == fields
    assert all(problem.message and problem.remedy for problem in refused.value.problems)
    assert not PlacePhoto.objects.exists()
    assert not MediaFile.objects.exclude(state="removed").exists()


def test_a_file_that_is_too_large_is_told_its_limit(steward, settings):
    settings.PHOTO_MAX_BYTES = settings.AUDIO_MAX_BYTES = 1024 * 1024
    with pytest.raises(Invalid, match="1 MB"):
        put_up(steward, factories.make_place(steward), data=picture() + b"\0" * 1024 * 1024)


def test_a_recording_is_no_photo(steward):
    sound = b"#!AMR\n" + bytes([0x3C] + [0] * 31) * 50
    with pytest.raises(Invalid, match="这不是照片"):
        put_up(steward, factories.make_place(steward), data=sound)
    assert set(MediaFile.objects.values_list("state", flat=True)) == {"removed"}


def test_sent_again_it_is_put_up_once_and_the_same_picture_only_once(steward):
    place = factories.make_place(steward)
    first = put_up(steward, place, idempotency_key="key-of-one-form")
    again = put_up(steward, place, idempotency_key="key-of-one-form")
    assert first.id == again.id
    with pytest.raises(Conflict):
        put_up(steward, place, (1, 2, 3), idempotency_key="key-of-one-form")
    with pytest.raises(Invalid, match="已经有了"):
        put_up(steward, place)
    assert PlacePhoto.objects.count() == 1
    assert MediaFile.objects.exclude(state="removed").count() == 1


def test_no_more_photos_than_anybody_looks_at(steward, monkeypatch):
    monkeypatch.setattr(services, "MOST", 2)
    place = factories.make_place(steward)
    for number in range(2):
        put_up(steward, place, (number, 0, 0))
    with pytest.raises(Invalid, match="最多 2 张"):
        put_up(steward, place, (9, 0, 0))


def test_photos_are_described_ordered_and_taken_down(steward, django_capture_on_commit_callbacks):
    place = factories.make_place(steward)
    one, two, three = (put_up(steward, place, (n, 0, 0), alt=f"第{n}张") for n in range(3))
    own = {"actor": steward, "district": DISTRICT, "place_id": place.id}
    services.move_photo(**own, photo_id=three.id, to="earlier")
    services.move_photo(**own, photo_id=three.id, to="earlier")
    services.move_photo(**own, photo_id=three.id, to="earlier")
    services.describe_photo(**own, photo_id=one.id, alt="门口", caption="")
    assert [photo.alt for photo in selectors.of_place(DISTRICT, place.id)] == ["第2张", "门口", "第1张"]
    with pytest.raises(Invalid):
        services.move_photo(**own, photo_id=two.id, to="up")
    with pytest.raises(Invalid):
        services.describe_photo(**own, photo_id=one.id, alt="", caption="")
    file = one.file
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(**own, photo_id=one.id, reason="换了门面")
    file.refresh_from_db()
    assert file.state == "removed" and not file.stored
    with pytest.raises(NotFound):
        selectors.file_of(steward, DISTRICT, place.number, one.id)
    with pytest.raises(NotFound):
        services.remove_photo(**own, photo_id=one.id)
    acts = [entry.act for entry in journal.entries_for(place)][-4:]
    assert acts == [
        "places.photos_ordered",
        "places.photos_ordered",
        "places.photo_described",
        "places.photo_removed",
    ]


def test_the_photo_of_a_place_that_is_not_public_is_its_keepers(steward):
    place = factories.make_place(steward, public=False)
    photo = put_up(steward, place)
    assert selectors.file_of(steward, DISTRICT, place.number, photo.id)
    with pytest.raises(NotFound):
        selectors.file_of(ANONYMOUS, DISTRICT, place.number, photo.id)
    with pytest.raises(NotFound):
        selectors.file_of(steward, DISTRICT, factories.make_place(steward, name="别处").number, photo.id)


def test_photos_of_a_place_long_off_the_map_are_deleted(steward):
    place, standing = factories.make_place(steward), factories.make_place(steward, name="还在")
    put_up(steward, place)
    put_up(steward, standing, (1, 1, 1))
    Place.objects.filter(id=place.id).update(retired_at=clock.now() - timedelta(days=400))
    counts, failed = run_retention(actor=SYSTEM)
    assert not failed and counts["place photos"] == 1
    assert [photo.place_id for photo in PlacePhoto.objects.all()] == [standing.id]


def test_who_put_a_photo_up_is_told_of_it_and_forgotten(steward):
    photo = put_up(steward, factories.make_place(steward))
    told = privacy.export_person(person_id=steward.person_id, actor=steward)
    assert "驿站门口" in str(told)
    privacy.erase_person(person_id=steward.person_id, actor=SYSTEM, reason="本人要求删除")
    photo.refresh_from_db()
    assert photo.looked_by_id is None


def test_photos_of_many_places_are_read_at_once(steward, django_assert_num_queries):
    places = [factories.make_place(steward, name=f"驿站{n}") for n in range(3)]
    for number, place in enumerate(places):
        put_up(steward, place, (number, 0, 0))
    with django_assert_num_queries(1):
        found = selectors.of_places(DISTRICT, [place.id for place in places])
    assert set(found) == {place.id for place in places}


def test_a_photo_that_lay_on_its_side_is_told_upright(steward):
    place = factories.make_place(steward)
    photo = put_up(steward, place)
    MediaFile.objects.filter(id=photo.file_id).update(orientation=6)
    [shown] = selectors.of_place(DISTRICT, place.id)
    assert (shown.width, shown.height) == (60, 80)
    assert media.of(DISTRICT, photo.file_id).orientation == 6


def test_a_file_is_not_kept_when_the_database_refuses_it(steward, monkeypatch):
    def away(*_given, **_named):
        raise OperationalError("gone")

    place = factories.make_place(steward)
    monkeypatch.setattr(services, "_written", away)
    with pytest.raises(OperationalError):
        put_up(steward, place)
    assert not PlacePhoto.objects.exists()
    assert set(MediaFile.objects.values_list("state", flat=True)) == {"removed"}


def test_files_that_never_became_a_photo_are_deleted_after_a_day(steward):
    place = factories.make_place(steward)
    photo = put_up(steward, place)

    def stray(purpose):
        return media.receive(
            district=DISTRICT, actor=steward, name="", data=picture((3, 3, 3)), purpose=purpose
        )

    old, new, other = stray("place"), stray("place"), stray("case")
    MediaFile.objects.exclude(id=new.id).update(created_at=clock.now() - timedelta(hours=25))
    counts, failed = run_retention(actor=SYSTEM)
    assert not failed and counts["stray place photos"] == 1
    assert [one.id for one in MediaFile.objects.filter(state="removed")] == [old.id]
    assert (
        MediaFile.objects.exclude(state="removed").filter(id__in=[photo.file_id, new.id, other.id]).count()
        == 3
    )

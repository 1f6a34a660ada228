"""What the public sees before, after and instead of what a moderator decided."""

from pathlib import Path

import pytest

from tests.cast import DISTRICT, GRID, Cast
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case, CaseMedia, Category
from youlin.apps.cases.moderation import jobs, pictures, services
from youlin.apps.cases.moderation import selectors as moderation
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, do, key, reported
from youlin.kernel import journal
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.media import services as media
from youlin.kernel.media.models import MediaFile

ASTRONAUT = (Path(__file__).parent / "astronaut.jpg").read_bytes()


def decide(case: Case, actor: Actor, verdict: str = "show", **more) -> Case:
    return services.decide(actor=actor, case_id=case.id, verdict=verdict, idempotency_key=key(), **more)


def numbers(**asked) -> list[str]:
    return [one.number for one in selectors.public_cases(district=DISTRICT, **asked).rows]


def with_photo(people: Cast) -> Case:
    file = media.receive(
        district=DISTRICT, actor=people.li.actor, name="a.jpg", data=ASTRONAUT, purpose="case"
    )
    return reported(actor=people.li.actor, media_ids=[file.id]).case


def test_nothing_shows_before_a_person_has_looked(moderated: Cast) -> None:
    case = reported().case
    lon, lat = factories.point_in(GRID)
    assert numbers() == []
    assert selectors.nearby_open(lon=lon, lat=lat) == ()
    with pytest.raises(NotFound):
        selectors.public_case(case.number)
    assert [one.number for one in moderation.queue(moderated.sun.actor)] == [case.number]
    assert case.number in [
        row.number for row in selectors.inbox(moderated.zhao.actor, filters=CaseFilters()).rows
    ]


def test_an_approved_case_shows_and_leaves_the_queue(moderated: Cast) -> None:
    case = decide(reported().case, moderated.sun.actor)
    assert numbers() == [case.number]
    assert moderation.queue(moderated.sun.actor) == ()
    assert journal.entries_for(case)[-1].act == "cases.published"


def test_a_type_that_shows_first_is_looked_at_after_and_names_are_masked_meanwhile(people: Cast) -> None:
    case = reported(text="楼道里王建国堆放纸箱，电话13800138000").case
    shown = selectors.public_case(case.number).case
    assert "王建国" not in shown.description and "13800138000" not in shown.description
    assert [one.moderation for one in moderation.queue(people.sun.actor)] == ["unchecked"]


def test_redacted_words_show_and_what_was_taken_out_is_not_even_found(moderated: Cast) -> None:
    case = reported(text="院里王建国堆放垃圾，影响通行").case
    words = services.Words(title="院内堆放垃圾", description="院里有人堆放垃圾，影响通行", address="")
    decide(case, moderated.sun.actor, words=words)
    assert selectors.public_case(case.number).case.description == words.description
    assert numbers(text="影响通行") == [case.number]
    assert numbers(text="王建国") == []
    assert selectors.inbox(moderated.zhao.actor, filters=CaseFilters(text="王建国")).total == 1
    assert "王建国" not in str([entry.public for entry in journal.entries_for(case)])


def test_the_reporter_still_reads_their_own_words(moderated: Cast) -> None:
    receipt = reported(actor=moderated.li.actor, text="院里王建国堆放垃圾")
    decide(receipt.case, moderated.sun.actor, words=services.Words(title="院内堆放", description="有人堆放"))
    assert "王建国" in selectors.track(receipt.number, receipt.token).case.description
    assert selectors.my_cases(moderated.li.actor)[0].case.description == "院里王建国堆放垃圾"


def test_what_is_kept_private_shows_nowhere_and_can_be_let_out_later(moderated: Cast) -> None:
    case = decide(reported().case, moderated.sun.actor, "private", reason="内容针对个人")
    assert numbers() == []
    assert moderation.queue(moderated.sun.actor) == ()
    decide(case, moderated.sun.actor)
    assert numbers() == [case.number]


def test_only_a_moderator_decides_and_only_on_what_they_have_seen(moderated: Cast) -> None:
    case = reported().case
    with pytest.raises(NotAllowed):
        decide(case, moderated.wang.actor)
    with pytest.raises(NotFound):
        decide(case, moderated.other.actor)
    with pytest.raises(NotAllowed):
        moderation.queue(moderated.wang.actor)
    do(case, "file")
    with pytest.raises(Conflict):
        decide(case, moderated.sun.actor, expected_version=case.version)
    with pytest.raises(Invalid) as refused:
        decide(case, moderated.sun.actor, words=services.Words(title=" "))
    assert refused.value.problems[0].field == "title"


def test_a_protected_or_confidential_report_is_not_for_the_public_and_not_in_the_queue(
    moderated: Cast,
) -> None:
    protected = reported(protected=True).case
    reported(category=factories.TIP_OFF)
    assert moderation.queue(moderated.sun.actor) == ()
    with pytest.raises(Conflict):
        decide(protected, moderated.sun.actor)


def test_deciding_twice_with_one_key_decides_once(moderated: Cast) -> None:
    case = reported().case
    again = {"actor": moderated.sun.actor, "case_id": case.id, "verdict": "show", "idempotency_key": key()}
    services.decide(**again)
    assert services.decide(**again).version == case.version + 1


def test_a_photo_waits_is_examined_and_only_its_blurred_copy_shows(moderated: Cast) -> None:
    case = with_photo(moderated)
    assert jobs.examine() == 1
    (photo,) = moderation.to_decide(moderated.sun.actor, case.number).photos
    assert photo.examined and photo.faces == 1
    verdict = services.PhotoVerdict("blurred", photo.boxes)
    decide(case, moderated.sun.actor, photos={photo.id: verdict})
    assert selectors.public_case(case.number).case.photo_urls == ()
    assert jobs.blur(district=DISTRICT, media_id=str(photo.id)) == "made"
    assert jobs.blur(district=DISTRICT, media_id=str(photo.id)) == "there"
    original, copy = CaseMedia.objects.filter(case=case).order_by("copy_of")[::-1]
    if original.copy_of_id:
        original, copy = copy, original
    assert len(selectors.public_case(case.number).case.photo_urls) == 1
    assert selectors.public_case(case.number).timeline[0].photos[0].id == copy.file_id
    assert selectors.media_of(ANONYMOUS, copy.file_id).id == copy.file_id
    with pytest.raises(NotFound):
        selectors.media_of(ANONYMOUS, original.file_id)
    assert selectors.media_of(moderated.zhao.actor, original.file_id).id == original.file_id
    assert [one.id for one in selectors.case_page(moderated.zhao.actor, case.number).photos] == [
        original.file_id
    ]
    with media.open_file(copy.file, "original").file as file:
        assert file.read() != ASTRONAUT


def test_a_photo_decided_anew_loses_its_copy_at_once(moderated: Cast) -> None:
    case = with_photo(moderated)
    jobs.examine()
    (photo,) = moderation.to_decide(moderated.sun.actor, case.number).photos
    decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("blurred", photo.boxes)})
    jobs.blur(district=DISTRICT, media_id=str(photo.id))
    decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("private")})
    assert selectors.public_case(case.number).case.photo_urls == ()
    assert not CaseMedia.objects.filter(case=case, public=True).exists()


def test_a_photo_to_blur_without_a_box_is_refused_in_words(moderated: Cast) -> None:
    case = with_photo(moderated)
    (photo,) = moderation.to_decide(moderated.sun.actor, case.number).photos
    with pytest.raises(Invalid) as refused:
        decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("blurred", [])})
    assert refused.value.problems[0].remedy


def test_what_comes_after_the_decision_waits_for_another(moderated: Cast) -> None:
    case = decide(reported().case, moderated.sun.actor)
    do(case, "file"), do(case, "dispatch")
    do(case, "accept_task", moderated.wang.actor)
    photo = factories.photo(actor=moderated.wang.actor)
    case = do(case, "feedback", moderated.wang.actor, media_ids=[photo])
    assert selectors.public_case(case.number).case.photo_urls == ()
    do(case, "verify", moderated.zhao.actor)
    case = do(case, "close", moderated.zhao.actor, note="王建国已清理")
    assert [one.moderation for one in moderation.queue(moderated.sun.actor)] == ["more"]
    assert "王建国" not in str(selectors.public_case(case.number).timeline)
    (note,) = moderation.to_decide(moderated.sun.actor, case.number).notes
    said = {note.name.removeprefix("note_"): "已清理"}
    decide(case, moderated.sun.actor, words=services.Words(notes=said))
    assert selectors.public_case(case.number).timeline[-1].text == "已清理"


def test_a_coarse_category_shows_no_words_photo_or_exact_place(moderated: Cast) -> None:
    Category.objects.filter(district=DISTRICT, code=GARBAGE).update(approximate_place=True)
    case = with_photo(moderated)
    CaseMedia.objects.filter(case=case).update(checked="shown", public=True)
    do(case, "file"), do(case, "dispatch")
    decide(case, moderated.sun.actor)
    page = selectors.public_case(case.number)
    assert page.case.description == page.case.address == "" and page.case.title == page.case.category_name
    assert page.case.photo_urls == () and not any(entry.photos for entry in page.timeline)
    assert (page.case.lon, page.case.lat) == (round(case.lon, 3), round(case.lat, 3))
    assert numbers(text="垃圾") == []


def test_the_queue_takes_few_queries(moderated: Cast, django_assert_max_num_queries) -> None:
    factories.many(30, public=False, moderation="waiting")
    with django_assert_max_num_queries(8):
        assert len(moderation.queue(moderated.sun.actor)) == 30


def test_approving_as_written_blurs_what_was_found(moderated: Cast) -> None:
    case = with_photo(moderated)
    jobs.examine()
    services.approve_as_written(actor=moderated.sun.actor, case_id=case.id, idempotency_key=key())
    assert CaseMedia.objects.get(case=case).checked == "blurred"


def test_a_copy_is_journalled_and_one_that_came_too_late_is_removed(moderated: Cast, monkeypatch) -> None:
    case = with_photo(moderated)
    jobs.examine()
    (photo,) = moderation.to_decide(moderated.sun.actor, case.number).photos
    decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("blurred", photo.boxes)})
    blurred = pictures.blurred

    def decided_meanwhile(data, boxes):
        decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("private")})
        return blurred(data, boxes)

    monkeypatch.setattr(pictures, "blurred", decided_meanwhile)
    assert jobs.blur(district=DISTRICT, media_id=str(photo.id)) == "changed meanwhile"
    assert not CaseMedia.objects.filter(case=case, public=True).exists()
    assert MediaFile.objects.get(purpose="case_public").state == MediaFile.State.REMOVED
    monkeypatch.undo()
    decide(case, moderated.sun.actor, photos={photo.id: services.PhotoVerdict("blurred", photo.boxes)})
    assert jobs.blur(district=DISTRICT, media_id=str(photo.id)) == "made"
    assert [entry.act for entry in journal.entries_for(case)].count("cases.photo_blurred") == 1

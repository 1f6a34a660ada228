"""A photo is served to those who may see it, in two sizes, and never as it was sent."""

import pytest

from youlin.apps.cases.tests import factories
from youlin.kernel import jobs
from youlin.kernel.media import services as media


@pytest.fixture
def taken(people, photo):
    """A tip-off by li with a photo: (receipt, address of the photo)."""
    file = media.receive(
        district="110102", actor=people.li.actor, name="a.jpg", data=photo.read(), purpose="case"
    )
    receipt = factories.reported(
        actor=people.li.actor, category=factories.TIP_OFF, media_ids=[file.id], protected=True
    )
    jobs.run_pending()
    return receipt, f"/photo/{file.id}/thumb/"


def status(client, address, **query) -> int:
    """The status of the answer, its file closed again."""
    answer = client.get(address, query)
    read(answer)
    return answer.status_code


def read(answer) -> bytes:
    """The whole answer: read to its end it closes its file and leaves the test's connection alone."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_confidential_photo_is_not_there_for_others(client, signed_in, people, taken):
    _receipt, address = taken
    assert status(client, address) == 404
    assert status(signed_in(people.zhao), address) == 404


def test_it_is_there_for_its_reporter_and_the_one_in_duty(client, signed_in, people, taken):
    receipt, address = taken
    assert status(client, address, t=receipt.token) == 200
    assert status(client, address, t="wrong") == 404
    assert status(signed_in(people.confidant), address) == 200


def test_it_is_sealed_against_the_browser(client, people, taken):
    receipt, address = taken
    answer = client.get(address, {"t": receipt.token})
    read(answer)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Type"].startswith("image/")


def test_the_original_is_no_size(client, people, taken):
    receipt, address = taken
    assert status(client, address.replace("thumb", "original"), t=receipt.token) == 404

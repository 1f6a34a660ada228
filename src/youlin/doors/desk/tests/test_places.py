"""The office at the desk: all places of the district, a table looked at, taken in and undone, and given back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, STREET, make_areas, point_in
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.models import Place, PlaceImport
from youlin.apps.places.tests.factories import declare_words, make_place, steward

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    """Signed in as whoever keeps the places of the whole district."""
    make_areas()
    declare_words()
    steward(DISTRICT, "fang")
    client.force_login(Account.objects.get(username="fang"), backend=BACKEND)
    return client


def table(*rows: str) -> SimpleUploadedFile:
    lon, lat = point_in(STREET)
    lines = ["名称,种类,经度,纬度,开放时间", *(row.format(lon=lon, lat=lat) for row in rows)]
    return SimpleUploadedFile("点位.csv", "\n".join(lines).encode("utf-8-sig"))


GOOD = "新驿站,暖心驿站,{lon},{lat},每天 8:00-20:00"
SWAPPED = "反了,暖心驿站,{lat},{lon},"


def look(client: Client, file: SimpleUploadedFile, crs: str = "wgs84"):
    return client.post(reverse("desk:places-import"), {"file": file, "crs": crs})


def test_a_table_is_looked_at_taken_in_and_undone(office: Client) -> None:
    answer = look(office, table(GOOD, SWAPPED))
    page = answer.content.decode()
    assert answer.status_code == 200 and not Place.objects.exists()
    assert "新增 1 处，更新 0 处，没变 0 处，没收 1 行" in page
    assert "写反" in page and "经度" in page and "导入这 1 处" in page
    run = PlaceImport.objects.get()
    taken = office.post(reverse("desk:places-take", args=[run.id]), {"district": DISTRICT})
    assert taken.status_code == 302
    assert Place.objects.get().hours == "Mo-Su 08:00-20:00"
    told = office.get(taken["Location"]).content.decode()
    assert "撤销这次导入" in told and "写反" in told
    assert office.post(reverse("desk:places-take", args=[run.id])).status_code == 409
    assert "点位.csv" in office.get(reverse("desk:places-import")).content.decode()
    undone = office.post(reverse("desk:places-undo", args=[run.id]), {"district": DISTRICT})
    assert "已撤销" in office.get(undone["Location"]).content.decode()
    assert Place.objects.get().retired_at is not None
    assert office.post(reverse("desk:places-undo", args=[run.id])).status_code == 409


def test_what_is_no_table_is_refused_in_words(office: Client) -> None:
    address = reverse("desk:places-import")
    assert office.post(address, {"crs": "wgs84"}).status_code == 422
    for name, content in (
        ("a.pdf", b"%PDF"),
        ("a.xlsx", b"nothing"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b""),
    ):
        answer = office.post(address, {"file": SimpleUploadedFile(name, content), "crs": "wgs84"})
        assert answer.status_code == 422, name
        assert "还不能提交" in answer.content.decode()
    assert look(office, table(GOOD), crs="mars").status_code == 422
    assert not PlaceImport.objects.exists()


def test_the_list_and_the_table_that_is_given_back(office: Client) -> None:
    make_place(name="椿树驿站", phone="=1+1")
    page = office.get(reverse("desk:places")).content.decode()
    assert "椿树驿站" in page
    assert "椿树驿站" not in office.get(reverse("desk:places"), {"q": "没有"}).content.decode()
    answer = office.get(reverse("desk:places-export"))
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert "椿树驿站" in text and "'=1+1" in text
    again = SimpleUploadedFile("back.csv", text.encode())
    assert "没变 1 处" in look(office, again).content.decode()


def test_a_steward_of_a_street_is_sent_to_the_phone(office: Client) -> None:
    steward(STREET, "he")
    office.force_login(Account.objects.get(username="he"), backend=BACKEND)
    for name in ("places", "places-import", "places-export"):
        assert office.get(reverse(f"desk:{name}")).status_code == 403

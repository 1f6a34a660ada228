"""Open data of indicators: kept files under stable addresses for programs, a dictionary for people."""

import csv
import io
import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, Cast
from youlin.apps.indicators.publishing import shelf
from youlin.apps.indicators.publishing.tests import published
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
ROOT = f"/open/indicators/{DISTRICT}/received"


@pytest.fixture
def release(people: Cast) -> Iterator[None]:
    """One published indicator."""
    with exported.own_folder():
        published.put_one(DISTRICT)
        yield


@pytest.mark.usefixtures("release")
def test_the_list_tells_everything_a_program_needs(client: Client) -> None:
    answer = client.get("/open/indicators.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    [entry] = answer.json()["indicators"]
    assert entry["code"] == "received" and entry["district"] == DISTRICT and entry["version"] == 1
    assert {
        "unit",
        "direction",
        "source",
        "licence",
        "valid_from",
        "formula",
        "as_of",
        "published_at",
    } <= set(entry)
    assert entry["withholding"]["k"] == 5 and (entry["figures"], entry["withheld"]) == (3, 1)
    for ending, told in entry["formats"].items():
        found = client.get(told["url"])
        assert found.status_code == 200 and found.headers["Content-Type"] == told["type"], ending
        assert len(found.content) == told["bytes"]
    assert client.get(entry["page"]).status_code == 200


@pytest.mark.usefixtures("release")
def test_withheld_numbers_are_in_no_form(client: Client) -> None:
    text = client.get(f"{ROOT}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["value"], row["numerator"], row["status"]) for row in rows] == [
        ("12", "12", "shown"),
        ("", "", "withheld"),
        ("12", "12", "shown"),
    ]
    document = client.get(f"{ROOT}.json").json()
    assert document["rows"][1][4:] == [None, None, None, "withheld"]


@pytest.mark.usefixtures("release")
def test_what_did_not_change_is_not_sent_again(client: Client) -> None:
    first = client.get(f"{ROOT}.csv")
    assert parsedate_to_datetime(first.headers["Last-Modified"]).tzinfo is not None
    for header in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(f"{ROOT}.csv", headers=header)
        assert again.status_code == 304 and not again.content
        assert again.headers["ETag"] == first.headers["ETag"]
    published.put_one(DISTRICT, name=("收到多少", "Received"))
    changed = client.get(f"{ROOT}.csv-metadata.json", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@pytest.mark.usefixtures("release")
def test_packed_and_plain_are_the_same(client: Client) -> None:
    import gzip

    plain = client.get(f"{ROOT}.json")
    packed = client.get(f"{ROOT}.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert client.head(f"{ROOT}.json").status_code == 200


@pytest.mark.usefixtures("release")
def test_the_csv_names_its_dictionary(client: Client) -> None:
    link = client.get(f"{ROOT}.csv").headers["Link"]
    assert link.startswith("<received.csv-metadata.json>") and 'rel="describedby"' in link
    assert client.get(f"{ROOT}.csv-metadata.json").json()["url"] == "received.csv"


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    "path",
    [
        "/open/indicators/110102/inside.csv", "/open/indicators/110102/received.xlsx",
        "/open/indicators/999999/received.csv", "/open/indicators/110102/received.told.json",
        "/open/indicators/110102/index.json", "/open/indicators/110102/told.json", "/open/indicators/x/told.json",
    ],
)  # fmt: skip
def test_what_is_not_published_is_not_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and answer.json()["code"] == "NotFound"


anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@pytest.mark.usefixtures("release")
@given(district=anything, code=anything, form=anything)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_random_addresses_are_answered(client: Client, district: str, code: str, form: str) -> None:
    from urllib.parse import quote

    for path in (
        f"/open/indicators/{quote(district, safe='')}/received.csv",
        f"{ROOT}.{quote(form, safe='')}",
        f"/open/indicators/{DISTRICT}/{quote(code, safe='')}/",
        f"/open/indicators/?district={quote(district, safe='')}",
    ):
        assert client.get(path).status_code < 500, path


@pytest.mark.usefixtures("release")
def test_nothing_is_computed_and_no_figure_is_read_while_somebody_waits(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(f"{ROOT}.csv")
    with django_assert_max_num_queries(1):
        client.get(f"{ROOT}.csv")
    with django_assert_max_num_queries(1):
        client.get("/open/indicators.json")


@pytest.mark.usefixtures("release")
def test_the_dictionary_names_each_indicator_with_its_months(client: Client) -> None:
    page = client.get("/open/indicators/").content.decode()
    assert (
        "收到的反映" in page and "收到多少件。" in page and f"/open/indicators/{DISTRICT}/received/" in page
    )
    one = client.get(f"{ROOT}/").content.decode()
    for words in (
        "反映的数量",
        "登记",
        "至少有 5 个",
        "2026年9月",
        "不公布",
        "creativecommons",
        "received.sdmx.csv",
    ):
        assert words in one, words


@pytest.mark.usefixtures("release")
def test_the_dictionary_speaks_english(client: Client) -> None:
    page = client.get(f"{ROOT}/", headers={"Accept-Language": "en"}).content.decode()
    assert (
        "Reports received" in page and "the number of reports" in page and "can be any of at least 5" in page
    )


def test_an_installation_without_open_figures_says_so(people: Cast, client: Client) -> None:
    with exported.own_folder():
        assert "还没有公布的指标" in client.get("/open/indicators/").content.decode()
        assert client.get("/open/indicators.json").json() == {"indicators": []}
        assert client.get(f"{ROOT}/").status_code == 404


@pytest.mark.usefixtures("release")
def test_a_file_that_is_gone_is_missing_not_an_error(client: Client) -> None:
    for path in shelf.folder(DISTRICT).glob("*.csv.gz"):
        path.unlink()
    assert client.get(f"{ROOT}.csv").status_code == 404
    assert json.loads(client.get("/open/indicators.json").content)["indicators"]

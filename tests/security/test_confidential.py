"""A confidential case and an informant cannot be found: not by search, count, export, map, nor by how a no is said."""

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.outcomes import CAST
from tests.access.world import make_world
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import actor_for
from youlin.kernel import ids, jobs, search

pytestmark = pytest.mark.django_db

KNOWS = "confidant"
TRACE = "举报某局某某收受购物卡"
STRANGERS = [name for name in CAST if name not in (KNOWS, "li")]
PAGES = (
    "/", "/points.geojson", "/desk/", "/desk/rows/", "/desk/points.geojson", "/desk/?q={number}",
    "/desk/rows/?text={text}", "/field/", "/field/grid/", "/cockpit/", "/cockpit/110102/", "/my/", "/inbox/", "/track/",
    "/api/v1/cases", "/api/v1/inbox", "/api/v1/inbox?text={text}", "/open311/v2/requests.json",
    "/open311/v2/requests.json?service_request_id={number}", "/open311/v2/requests.xml", "/desk/exports/",
    "/desk/filters/", "/ogc/collections/cases-110102/items?limit=1000",
)  # fmt: skip


@pytest.fixture
def world():
    made = make_world()
    number = made.subjects["secret"]["number"]
    case = Case.objects.get(number=number)
    case.title = case.description = TRACE
    case.address = "隐秘胡同七号"
    case.save(update_fields=["title", "description", "address"])
    search.index(
        district=case.district, kind="cases.case", object_id=case.id, text=f"{number} {TRACE} 隐秘胡同七号"
    )
    made.subjects["secret"]["id"] = str(case.id)
    return made


def test_no_page_list_map_search_or_feed_shows_a_trace_of_it(world):
    secret = world.subjects["secret"]
    traces = (secret["number"], TRACE, "隐秘胡同", secret["id"], secret["token"], secret["reporter"])
    for name, page in itertools.product(STRANGERS, PAGES):
        address = page.format(number=secret["number"], text="购物卡")
        answer = world.clients[name].get(address)
        shown = b"".join(answer) if answer.streaming else answer.content
        asked_for = secret["number"] if secret["number"] in address else ""
        for trace in traces:
            if trace != asked_for:
                assert trace not in shown.decode("utf-8", "replace"), f"{address} tells {name} {trace}"


def test_who_is_named_for_it_does_see_it(world):
    found = world.clients[KNOWS].get("/desk/rows/").content.decode()
    assert world.subjects["secret"]["number"] in found, "else the test above proves nothing"


@pytest.mark.parametrize("name", ["sun", "zhao", "leader", "wang"])
def test_counts_and_figures_are_the_same_with_and_without_it(world, name):
    actor = actor_for(Account.objects.get(username=name), via="test")

    def figures():
        return (
            selectors.counts(actor),
            selectors.inbox(actor, filters=CaseFilters(open=None)).total,
            selectors.map_view(actor),
        )

    before = figures()
    Case.objects.filter(number=world.subjects["secret"]["number"]).update(district="110199")
    assert figures() == before


ADDRESSES = (
    "/case/{}/", "/desk/case/{}/", "/track/{}/", "/api/v1/cases/{}", "/report/{}/",
    "/ogc/collections/cases-110102/items/{}",
)  # fmt: skip


def test_a_secret_number_is_answered_like_one_that_never_was(world):
    """The same status, the same words, the same work in the database: nothing to measure."""
    secret, nowhere = world.subjects["secret"]["number"], ids.new_number("XC")
    for name, address in itertools.product(STRANGERS, ADDRESSES):
        client = world.clients[name]

        def asked(number, client=client, address=address):
            client.get(address.format(number))
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(address.format(number))
            words = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())
            return answer.status_code, words.replace(number, "N"), len(seen)

        there, not_there = asked(secret), asked(nowhere)
        assert there[:2] == not_there[:2], (name, address)
        assert there[2] - not_there[2] in (0, 1), "at most the lookup of the row itself"


def test_the_informant_is_hidden_from_whoever_handles_it(world):
    html = world.clients["wang"].get(f"/desk/case/{world.subjects['event']['number']}/").content.decode()
    assert "李小哥" not in html and "13800138001" not in html


def test_case_numbers_cannot_be_counted_through(world):
    made = {ids.new_number("XC") for _each in range(2000)}
    assert len(made) == 2000
    bodies = sorted(number[3:-1] for number in made)
    assert len({body[:2] for body in bodies}) > 200, "no run of neighbours to try"
    tokens = {ids.new_token() for _each in range(100)}
    assert len(tokens) == 100 and all(len(token) >= 20 for token in tokens)


def test_an_export_holds_only_what_its_owner_may_know(world):
    from youlin.apps.cases.lists.exports import asking, columns

    actor = actor_for(Account.objects.get(username="sun"), via="test")
    asked = asking.ask_export(
        actor=actor,
        idempotency_key="secret-export",
        format="csv",
        filters=CaseFilters(open=None),
        columns=[name for name in columns.COLUMNS if name != "contact"],
    )
    jobs.run_pending()
    file, _row = asking.fetch_export(actor=actor, export_id=asked.id)
    with file:
        text = file.read().decode("utf-8-sig")
    assert world.subjects["event"]["number"] in text
    assert world.subjects["secret"]["number"] not in text and TRACE not in text

"""What strangers cannot find out about a confidential case by asking around it: whether it is there at all.

Every page is asked twice, once with the case in the district and once without; whatever tells the two apart tells of
the case. And the work behind a refusal is the same for its number and for one that never was.
"""

import re
import sys
from itertools import zip_longest

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.outcomes import METHOD
from tests.access.table import TABLE, Row
from tests.access.world import World, make_world
from tests.cast import GRID, point_in
from tests.security.asking import data_of, path_of, query_of, rows, undone
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.kernel import clock, ids, search

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TRACE = "举报某局某某收受购物卡"
_TOKEN, _KEY = r"[A-Za-z0-9]{64}", r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
_CHANGES = re.compile(
    rf'value="{_TOKEN}"|"token": ?"{_TOKEN}"|{_KEY}|<youlin-timer data-from="[^"]+" aria-label="这一页'
)
"""What differs between two requests by itself, also while our clock stands: form tokens, fresh keys, and the
gallery's example of a running timer."""
OWN_HEADERS = ("X-Request-ID", "Set-Cookie", "Date", "Expires")
"""The last of them are told by the machine's own clock, which does not stand still."""
METERS = ("metrics", "healthz", "admin/operations/")
"""Figures of the machine: they count requests, not cases."""


@pytest.fixture
def world(settings) -> World:
    settings.PACE_VISITOR = settings.PACE_ADDRESS = ""
    made = make_world()
    case = Case.objects.get(number=made.subjects["secret"]["number"])
    Case.objects.filter(id=case.id).update(title=TRACE, description=TRACE, address="隐秘胡同七号")
    search.index(
        district=case.district,
        kind="cases.case",
        object_id=case.id,
        text=f"{case.number} {TRACE} 隐秘胡同七号",
    )
    return made


def seen(client: Client, path: str, query: dict[str, str]) -> tuple:
    """Everything that an answer tells: status, headers, body, without what changes by itself."""
    answer = undone(client, "get", path, query_params=query)
    headers = {
        name: _CHANGES.sub("", value) for name, value in answer.headers.items() if name not in OWN_HEADERS
    }
    body = "" if answer.streaming else answer.content.decode("utf-8", "replace")
    return answer.status_code, headers, _CHANGES.sub("", body)


def different(one: tuple, other: tuple) -> str:
    """The first thing that tells two answers apart."""
    if one[:2] != other[:2]:
        return f"{one[:2]} / {other[:2]}"
    lines = zip_longest(one[2].splitlines(), other[2].splitlines(), fillvalue="")
    return next(f"{a.strip()} / {b.strip()}" for a, b in lines if a != b)


@pytest.mark.parametrize("name", ["sun", "nobody"])
def test_every_page_is_the_same_with_the_case_and_without(world, name):
    """Lists, counts, figures, maps, feeds, suggestions, what is near, validators of caches: byte by byte."""
    lon, lat = point_in(GRID)
    beside = {
        "q": "购物卡", "text": "购物卡", "lon": f"{lon}", "lat": f"{lat}", "phone": "13800138001",
        "service_request_id": world.subjects["secret"]["number"],
    }  # fmt: skip
    asked = [
        (path_of(row, world), query_of(row, world) | more)
        for row in rows("GET")
        if not row.pattern.startswith(METERS)
        for more in ([beside] if "<" not in row.pattern else [{}])
    ]
    client = world.clients[name]
    with clock.frozen(clock.now()):
        there = [seen(client, path, query) for path, query in asked]
        with transaction.atomic():
            taken_away(world)
            without = [seen(client, path, query) for path, query in asked]
            transaction.set_rollback(True)
    told = [
        (path, different(one, other))
        for (path, _query), one, other in zip(asked, there, without, strict=True)
        if one != other
    ]
    assert not told
    assert len(asked) > 60


def test_it_bites(world):
    """Whoever is named for the case does see a difference, else the test above proves nothing."""
    client = world.clients["confidant"]
    with clock.frozen(clock.now()):
        before, again = (seen(client, "/desk/rows/", {}) for _each in range(2))
        taken_away(world)
        assert before == again != seen(client, "/desk/rows/", {})


def taken_away(world: World) -> None:
    """The case is in another district, as if there had never been one here."""
    number = world.subjects["secret"]["number"]
    Case.objects.filter(number=number).update(district="110199", area_now="110199")


def numbered() -> list[Row]:
    """Every way to name a case in an address and send something."""
    return [
        row for row in TABLE
        if row.method == "POST" and "number>" in row.pattern and set(row.expected.values()) != {METHOD}
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["sun", "qian"])
def test_writing_to_its_number_is_refused_like_writing_to_one_that_never_was(world, name):
    """Acts, presence, printing, comparing, follow-ups, forwarding, rating: the same status and the same words."""
    secret, nowhere = world.subjects["secret"]["number"], ids.new_number("XC")
    asked = 0
    for row in numbered():
        answers = []
        for number in (secret, nowhere):
            path = path_of(row, world, number=number)
            answer = undone(world.clients[name], "post", path, data_of(row, world))
            words = _CHANGES.sub("", answer.content.decode("utf-8", "replace")).replace(number, "N")
            answers.append((answer.status_code, words))
        assert answers[0] == answers[1], row.name
        asked += 1
    assert asked >= 15


def test_naming_it_beside_a_known_case_tells_nothing(world):
    """To compare, to merge, to print, to export, to act in bulk: a foreign number is as good as none."""
    event, secret = (world.subjects[which]["number"] for which in ("event", "secret"))
    nowhere = ids.new_number("XC")
    for name in ("sun", "zhao"):
        client = world.clients[name]
        told = []
        for number in (secret, nowhere):
            fields = {
                "with": number,
                "number": number,
                "numbers": number,
                "into": number,
                "cases": number,
                "q": number,
            }
            answers = [
                undone(client, "get", f"/desk/case/{event}/compare/", query_params=fields),
                undone(client, "post", f"/desk/case/{event}/compare/", {**fields, "idempotency_key": "c"}),
                undone(client, "post", "/desk/bulk/", {**fields, "number": [number], "act": "void"}),
                undone(client, "post", "/desk/print/", {**fields, "number": [number]}),
                undone(client, "get", "/desk/rows/", query_params=fields),
                undone(client, "post", "/track/", {"number": number, "token": "x" * 20}),
            ]
            told.append(
                [
                    (one.status_code, _CHANGES.sub("", one.content.decode()).replace(number, "N"))
                    for one in answers
                ]
            )
        assert told[0] == told[1], name
        assert TRACE not in str(told)


def test_the_caller_s_earlier_tip_off_is_not_shown_to_who_takes_the_call(world):
    """Li's phone is known from the tip-off too: the operator sees li's other cases alone."""
    page = world.clients["zhao"].post("/desk/call/caller/", {"phone": "13800138001"}).content.decode()
    assert world.subjects["event"]["number"] in page, "else this proves nothing"
    assert world.subjects["secret"]["number"] not in page and TRACE not in page


def test_somebody_else_s_key_opens_no_answer(world):
    """An idempotency key replayed by another gets no receipt: neither number nor token."""
    lon, lat = point_in(GRID)
    report = {
        "text": TRACE, "category": cases.TIP_OFF, "lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "idempotency_key": "li-key-1",
    }  # fmt: skip
    first = world.clients["li"].post("/report/", report)
    assert first.status_code in (302, 303)
    number = re.search(r"XC-\w+", first.headers["Location"])[0]
    for name in ("qian", "wang", "sun"):
        answer = world.clients[name].post("/report/", report)
        assert number not in answer.headers.get("Location", "") and number not in answer.content.decode(), (
            name
        )
    other = world.clients["nobody"].post("/report/", {**report, "text": "别的内容，别的内容"})
    assert number not in other.headers.get("Location", "") and number not in other.content.decode()


def test_its_photo_is_answered_like_one_that_never_was(world):
    media, none = world.subjects["secret"]["media"], "01900000-0000-7000-8000-000000000001"
    for name in ("nobody", "qian", "wang", "sun", "other"):
        told = [
            (one.status_code, _CHANGES.sub("", one.content.decode()).replace(id, "M"))
            for id in (media, none)
            for one in [world.clients[name].get(f"/photo/{id}/full/")]
        ]
        assert told[0] == told[1] and told[0][0] == 404, name


def work(client: Client, method: str, path: str) -> tuple[int, list[str]]:
    """What a request costs, without a clock: calls of functions, the fewest of three, and its statements."""
    fewest, statements = sys.maxsize, []
    for _each in range(3):
        count = 0

        def called(frame, event, argument):
            nonlocal count
            count += event in ("call", "c_call")

        with CaptureQueriesContext(connection) as asked:
            sys.setprofile(called)
            try:
                getattr(client, method)(path, SENT if method == "post" else {})
            finally:
                sys.setprofile(None)
        fewest = min(fewest, count)
        statements = [re.sub(r"'[^']*'|\b\d+\b", "?", one["sql"]) for one in asked]
    return fewest, statements


TOKEN = "x" * 20
SENT = {
    "t": TOKEN,
    "solved": "yes",
    "stars": "5",
    "reason": "没有解决",
    "text": "在东门",
    "idempotency_key": "k-1",
}
BY_TOKEN = (
    ("get", "/track/{}/"),
    ("get", "/track/{}/?t=" + TOKEN),
    ("post", "/track/{}/rate/"),
    ("post", "/track/{}/reopen/"),
    ("post", "/track/{}/answer/"),
)
FOR_ALL = (
    ("get", "/case/{}/"),
    ("get", "/case/{}/me-too/"),
    ("get", "/api/v1/cases/{}"),
    ("get", "/open311/v2/requests/{}.json"),
)
FOR_STAFF = (("get", "/desk/case/{}/"), ("get", "/field/case/{}/"), ("get", "/api/v1/inbox/{}"))


@pytest.mark.parametrize(
    ("asked", "share"),
    [(BY_TOKEN, 0.005), (FOR_ALL, 0.005), (FOR_STAFF, 0.05)],
    ids=["token", "all", "staff"],
)
@pytest.mark.parametrize("name", ["sun", "qian", "nobody"])
def test_a_refusal_is_the_same_work_for_its_number_and_for_one_that_never_was(world, name, asked, share):
    """Counted in function calls and statements, so a noisy machine changes nothing.

    What anybody may ask costs the same but for a row of two columns. For staff the row and its type are read and
    the rule is asked: far below what the network adds and takes.
    """
    secret = world.subjects["secret"]["number"]
    client = world.clients[name]
    for method, address in asked:
        work(client, method, address.format(secret))
        there, statements = work(client, method, address.format(secret))
        missing, others = work(client, method, address.format(ids.new_number("XC")))
        assert abs(there - missing) <= share * missing, (address, there, missing)
        assert others == statements, address

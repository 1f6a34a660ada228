"""The operator's page, `/metrics`, request ids, and the words for a database that is away."""

import contextlib
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.db import InterfaceError, InternalError, OperationalError
from django.test import Client

from tests.cast import DISTRICT, OTHER_DISTRICT, Member, give_duty
from youlin.apps.cases import selectors as cases
from youlin.apps.duties import services as duties
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.doors.operations.entering import OPERATE
from youlin.kernel import away, clock, jobs, journal, operations, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.operations import Finding
from youlin.kernel.reactions import ReactionFailure

pytestmark = pytest.mark.django_db

PAGE = "/admin/operations/"


@pytest.fixture
def operator() -> Client:
    account = Account.objects.create(username="operator", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def give_operating():
    """Make somebody the operator over an area, by a duty that grants nothing else and that these districts declare."""

    def give(member: Member, *districts: str, area: str) -> None:
        for district in districts:
            duties.declare_kind(
                actor=SYSTEM,
                district=district,
                programme="test",
                code="installation_operator",
                name="系统运维员",
                level="city",
                verbs=[OPERATE],
            )
        give_duty(member, "installation_operator", area, district=districts[0])

    return give


@pytest.fixture
def stuck(cast) -> ReactionFailure:
    from youlin.apps.cases.tests import factories as cases

    cases.make_tables()
    case = cases.reported().case
    return ReactionFailure.objects.create(
        district=case.district,
        reaction="cases.route",
        entry=journal.entries_for(case)[0],
        state=ReactionFailure.State.STUCK,
        attempts=12,
        last_error="ValueError: 电话 13800138000 无法识别\n\nTraceback …",
        next_at=clock.now(),
    )


@jobs.job(name="tests.operations.fails", attempts=1)
def fails() -> None:
    raise ValueError("网关拒绝")


def test_it_is_for_operators_and_shows_every_part_with_what_to_do(operator, cast):
    assert Client().get(PAGE).status_code == 302
    stranger = Client()
    stranger.force_login(cast.sun.account, backend=BACKEND)
    assert stranger.get(PAGE).status_code == 403
    html = operator.get(PAGE).content.decode()
    for finding in operations.findings():
        assert f'id="part-{finding.name}"' in html
    assert "没有工作进程" in html and "请启动 youlin run 或 youlin worker" in html
    assert "unsafe-inline" not in operator.get(PAGE).headers["Content-Security-Policy"]


def test_a_duty_opens_it_only_when_it_is_held_over_every_district(cast, stuck, give_operating):
    client = Client()
    client.force_login(cast.qian.account, backend=BACKEND)
    for district in (DISTRICT, OTHER_DISTRICT):
        assert client.get(PAGE).status_code == 403
        give_operating(cast.qian, district, area=district)
    answer = client.get(PAGE)
    assert answer.status_code == 200 and f'href="{PAGE}"' in answer.content.decode()
    assert cases.inbox(cast.qian.actor).total == 0
    client.post(f"{PAGE}retry/reaction/{stuck.id}/")
    entry = journal.entries_for(stuck)[-1]
    assert (entry.act, entry.actor_kind, entry.actor_person) == ("kernel.retried", "person", cast.qian.id)


def test_a_duty_over_a_city_counts_in_the_districts_that_declare_it(cast, give_operating):
    client = Client()
    client.force_login(cast.qian.account, backend=BACKEND)
    give_operating(cast.qian, DISTRICT, area=DISTRICT[:4])
    assert client.get(PAGE).status_code == 403
    give_operating(cast.qian, OTHER_DISTRICT, area=OTHER_DISTRICT)
    assert client.get(PAGE).status_code == 200
    give_operating(cast.sun, DISTRICT, OTHER_DISTRICT, area=DISTRICT[:4])
    client.force_login(cast.sun.account, backend=BACKEND)
    assert client.get(PAGE).status_code == 200


def test_a_stuck_reaction_is_told_without_personal_numbers_and_tried_again_on_the_record(operator, stuck):
    html = operator.get(PAGE).content.decode()
    assert "138****8000" in html and "13800138000" not in html
    answer = operator.post(f"{PAGE}retry/reaction/{stuck.id}/", follow=True)
    assert answer.status_code == 200
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts) == ("waiting", 0)
    entry = journal.entries_for(stuck)[-1]
    assert (entry.act, entry.actor_kind, entry.via) == ("kernel.retried", "system", "operations")
    reactions.failing().filter(pk=stuck.pk).update(state="solved")
    assert operator.post(f"{PAGE}retry/reaction/{stuck.id}/").status_code == 404
    assert operator.post(f"{PAGE}retry/nothing/{uuid.uuid4()}/").status_code == 404


def test_a_failed_job_runs_again_when_asked(operator):
    fails.enqueue()
    jobs.run_pending(raise_errors=False)
    failed = jobs.failed().get()
    assert "网关拒绝" in operator.get(PAGE).content.decode()
    operator.post(f"{PAGE}retry/job/{failed.pk}/")
    assert jobs.waiting() == 1 and not jobs.failed().exists()


def test_a_look_that_fails_is_itself_a_finding(operator):
    from youlin.kernel.operations import looks

    def broken() -> Finding:
        raise OperationalError("gone")

    with mock.patch.dict(looks._looks, {"disk": ("磁盘", broken)}):
        found = next(f for f in operations.findings() if f.name == "disk")
        assert found.state == "late" and "OperationalError" in found.seen
        assert operator.get(PAGE).status_code == 200


def test_metrics_are_for_this_machine_or_for_the_key(settings):
    Client().get("/")
    text = Client().get("/metrics").content.decode()
    assert 'youlin_requests_total{method="GET",route="/",status="200"}' in text
    assert 'youlin_well{part="worker"} 0.0' in text and "youlin_disk_free_bytes" in text
    assert "youlin_reactions_entries" in text and "youlin_request_seconds_bucket" in text
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404
    assert Client(HTTP_X_FORWARDED_FOR="10.0.0.9").get("/metrics").status_code == 404
    settings.METRICS_KEY = "a-long-key"
    assert Client().get("/metrics").status_code == 404
    far = Client(REMOTE_ADDR="10.0.0.9", headers={"Authorization": "Bearer a-long-key"})
    assert far.get("/metrics").status_code == 200


def test_no_address_with_a_number_in_it_becomes_a_label():
    Client().get("/case/XC-7K4M2H9/")
    Client().get("/no/such/address/13800138000/")
    text = Client().get("/metrics").content.decode()
    assert "XC-7K4M2H9" not in text and "13800138000" not in text
    assert 'route="/case/<str:number>/"' in text and 'route="unknown"' in text


def test_a_request_keeps_the_id_its_proxy_gave_it_and_else_gets_one():
    assert (
        Client().get("/", headers={"X-Request-ID": "proxy-1234abcd"}).headers["X-Request-ID"]
        == "proxy-1234abcd"
    )
    for bad in ("", "short", "<script>alert(1)</script>", "x" * 65, "line\tbreak-aaaa"):
        given = Client().get("/", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert given != bad and len(given) == 16


def read_only() -> InternalError:
    error = InternalError("cannot execute INSERT in a read-only transaction")
    error.__cause__ = type("Cause", (Exception,), {"sqlstate": "25006"})()
    return error


GONE = [
    OperationalError("connection refused"),
    InterfaceError("closed"),
    OSError(28, "No space left"),
    OSError(5, "Input/output error"),
    read_only(),
]


@pytest.mark.parametrize("error", GONE, ids=lambda e: type(e).__name__)
def test_every_door_says_in_words_that_it_goes_later(error, district):
    client = Client(raise_request_exception=False)
    doors = ("/", "/open311/v2/services.json", "/open311/v2/services.xml", "/api/v1/cases")
    asking = ("django.db.models.query.QuerySet._fetch_all", "youlin.kernel.prepared._asked")
    with contextlib.ExitStack() as gone:
        for name in asking:
            gone.enter_context(mock.patch(name, side_effect=error))
        for address in doors:
            answer = client.get(address, headers={"accept": "*/*"})
            assert answer.status_code == 503, address
            assert answer.headers["Retry-After"] == str(away.RETRY_AFTER)
            words = answer.content.decode()
            assert "请稍后再试" in words and ("数据库" in words or "磁盘" in words), address


def test_what_is_our_fault_stays_our_fault():
    for error in (ValueError("x"), OSError(2, "no such file"), InternalError("other"), None):
        assert away.unavailable(error) is None


def _backup_look() -> Finding:
    return next(found for found in operations.findings() if found.name == "backup")


def test_a_new_installation_without_a_backup_is_reminded_not_late_whatever_it_took_in(stuck):
    assert _backup_look().state == "soon"
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert _backup_look().state == "late"
